/**
 * Credits that a customer has bought: granted once their invoice is paid, and taken back as far as they are left when its
 * money is given back, or called back by the payer's bank. It follows from the reading of Stripe, so it does not matter who brings
 * the news, how late or how often.
 */
import { format, money } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import { InvoiceStatus } from '../invoice/invoice.entity';
import { withdrawnOf } from '../invoice/invoice-dispute';
import type { CreditService } from '../ledger/credit.service';
import { CreditGrant } from '../ledger/credit-grant.entity';
import { CreditSource } from '../ledger/ledger';
import type { StripeInvoice, StripeReading } from '../stripe/stripe-gateway';
import { type OrderRequests, PlanOrder } from '../subscription/plan-order.entity';
import { creditShare } from './credit-share';

/** As granted credits have it that nobody gave a rank. */
const PRIORITY = 100;

export class PurchasedCreditsService {
  constructor(
    private readonly database: Database,
    private readonly credits: Pick<CreditService, 'write' | 'giveBack'>,
  ) {}

  /** In the open unit of work that writes the reading, and holds the account's row. */
  async settle(
    customerId: string,
    { creditPurchases, invoices }: Pick<StripeReading, 'creditPurchases' | 'invoices'>,
  ): Promise<void> {
    for (const { orderId, stripeInvoiceId } of creditPurchases) {
      const invoice = invoices.find((one) => one.stripeInvoiceId === stripeInvoiceId);
      if (invoice?.status === InvoiceStatus.PAID) await this.settleOne(customerId, orderId, invoice);
    }
  }

  async grantOf(customerId: string, orderId: string): Promise<CreditGrant | null> {
    return this.database.read.one(CreditGrant, { scope: SERVICE, where: { customerId, orderId } });
  }

  private async settleOne(customerId: string, orderId: string, invoice: StripeInvoice): Promise<void> {
    const { unitOfWork } = this.database;
    const known = await unitOfWork.repository(CreditGrant).findOneBy({ customerId, orderId });
    const grant = known ?? (await this.grant(customerId, orderId, invoice));
    const refunded = BigInt(invoice.refundedMinor);
    const disputed = withdrawnOf(invoice);
    const gone = refunded + disputed;
    if (!grant || (!known && gone === 0n)) return;
    const shown = (minor: bigint): string => format(money(minor, invoice.currency));
    const withdrawn = invoice.disputes.length === 0 ? '' : `, and withdrawn by a dispute: ${shown(disputed)}`;
    await this.credits.giveBack(
      grant,
      creditShare(BigInt(grant.amountMinor), gone, BigInt(invoice.totalMinor)),
      `Of invoice ${invoice.number ?? ''} so much is given back: ${shown(refunded)}${withdrawn}`,
    );
  }

  /** What was ordered, not what somebody writes on an invoice at Stripe. */
  private async grant(
    customerId: string,
    orderId: string,
    { number }: StripeInvoice,
  ): Promise<CreditGrant | undefined> {
    const order = await this.database.unitOfWork
      .repository(PlanOrder)
      .findOneBy({ customerId, id: orderId, kind: 'CREDIT_CHECKOUT' });
    if (!order) return undefined;
    const { amountMinor, currency } = order.request as OrderRequests['CREDIT_CHECKOUT'];
    return this.credits.write({
      customerId,
      orderId,
      amountMinor: BigInt(amountMinor),
      currency,
      source: CreditSource.PURCHASED,
      priority: PRIORITY,
      expiresAt: null,
      reason: `Bought with invoice ${number ?? ''}`,
    });
  }
}
