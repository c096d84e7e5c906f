/** Amounts and lines of invoices, shaped from the figures of the mirror. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { money } from '../../../kernel/money';
import { moneyOf, MoneyType, Needs, PeriodType } from '../../../platform/graphql';
import { InvoiceDispute } from './invoice-dispute';
import { Invoice, InvoiceLine, type InvoiceLineItem, InvoiceRefund } from './invoice.entity';

export function invoiceLinesOf(lineItems: readonly InvoiceLineItem[], currency: string): InvoiceLine[] {
  return lineItems.map(({ description, amountMinor, quantity, periodFrom, periodTo }) => ({
    description,
    amount: moneyOf(money(BigInt(amountMinor), currency)),
    quantity,
    period: { from: new Date(periodFrom), to: new Date(periodTo) },
  }));
}

@Resolver(() => Invoice)
export class InvoiceResolver {
  @FieldResolver(() => MoneyType, { description: 'Sum of the lines, before discounts and taxes on top.' })
  @Needs('subtotalMinor', 'currency')
  subtotal(@Root() { subtotalMinor, currency }: Invoice): MoneyType {
    return moneyOf(money(BigInt(subtotalMinor), currency));
  }

  @FieldResolver(() => MoneyType, { description: 'Taxes, as Stripe states them.' })
  @Needs('taxMinor', 'currency')
  tax(@Root() { taxMinor, currency }: Invoice): MoneyType {
    return moneyOf(money(BigInt(taxMinor), currency));
  }

  @FieldResolver(() => MoneyType, { description: 'Total, discounts and taxes included.' })
  @Needs('totalMinor', 'currency')
  total(@Root() { totalMinor, currency }: Invoice): MoneyType {
    return moneyOf(money(BigInt(totalMinor), currency));
  }

  @FieldResolver(() => MoneyType, { description: 'What was or is to be paid, after the customer’s balance.' })
  @Needs('amountDueMinor', 'currency')
  amountDue(@Root() { amountDueMinor, currency }: Invoice): MoneyType {
    return moneyOf(money(BigInt(amountDueMinor), currency));
  }

  @FieldResolver(() => MoneyType, { description: 'What was paid.' })
  @Needs('amountPaidMinor', 'currency')
  amountPaid(@Root() { amountPaidMinor, currency }: Invoice): MoneyType {
    return moneyOf(money(BigInt(amountPaidMinor), currency));
  }

  @FieldResolver(() => [InvoiceRefund], { description: 'What was given back, in order.' })
  @Needs('refunds', 'currency')
  refunds(@Root() { refunds, currency }: Invoice): InvoiceRefund[] {
    const shown = (minor: string): MoneyType => moneyOf(money(BigInt(minor), currency));
    return refunds.map(({ amountMinor, taxMinor, createdAt, ...refund }) => ({
      ...refund,
      amount: shown(amountMinor),
      tax: taxMinor == null ? null : shown(taxMinor),
      createdAt: new Date(createdAt),
    }));
  }

  @FieldResolver(() => MoneyType, { description: 'What was given back by credit notes after payment.' })
  @Needs('refundedMinor', 'currency')
  refunded(@Root() { refundedMinor, currency }: Invoice): MoneyType {
    return moneyOf(money(BigInt(refundedMinor), currency));
  }

  @FieldResolver(() => [InvoiceDispute], {
    description: 'Payments of it that the payer’s bank has called back, in order; most invoices have none.',
  })
  @Needs('disputes', 'currency')
  disputes(@Root() { disputes, currency }: Invoice): InvoiceDispute[] {
    const shown = (minor: string): MoneyType => moneyOf(money(BigInt(minor), currency));
    return disputes.map(({ stripeDisputeId, state, amountMinor, withdrawnMinor, reason, ...times }) => ({
      stripeDisputeId,
      state,
      amount: shown(amountMinor),
      withdrawn: shown(withdrawnMinor),
      reason,
      respondBy: times.respondBy === null ? null : new Date(times.respondBy),
      createdAt: new Date(times.createdAt),
    }));
  }

  @FieldResolver(() => [InvoiceLine], { description: 'What is charged.' })
  @Needs('lineItems', 'currency')
  lines(@Root() { lineItems, currency }: Invoice): InvoiceLine[] {
    return invoiceLinesOf(lineItems, currency);
  }

  @FieldResolver(() => PeriodType, { description: 'The period for which Stripe wrote it.' })
  @Needs('periodFrom', 'periodTo')
  period(@Root() { periodFrom, periodTo }: Invoice): PeriodType {
    return { from: periodFrom, to: periodTo };
  }
}
