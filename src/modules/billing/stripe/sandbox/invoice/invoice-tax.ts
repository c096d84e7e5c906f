/**
 * The taxes of an invoice: worked out line by line on what is left after discounts and prepaid credit, then added up.
 * What was taxed before is taxed anew, because a draft follows its customer until it is final.
 */
import type { Invoice, InvoiceLine } from '../store/wire';
import { type TaxBehavior, type Taxed, taxOn, type TaxTreatment } from '../tax/tax-rule';
import { amountDue } from './minimum-charge';

type LineTax = NonNullable<InvoiceLine['taxes']>[number];
type BehaviorOf = (line: InvoiceLine) => TaxBehavior;

const ON = { disabled_reason: null, enabled: true, liability: { type: 'self' }, provider: 'stripe' } as const;

export function taxedInvoice(invoice: Invoice, treatment: TaxTreatment, behaviorOf: BehaviorOf): Invoice {
  const { currency } = invoice;
  const lines = invoice.lines.data.map((line) => {
    const behavior = behaviorOf(line);
    const tax = taxShape(taxOn(netOfLine(line), treatment, behavior, currency), treatment, behavior);
    return { ...line, taxes: [tax] };
  });
  const contained = invoice.lines.data.map((line) =>
    behaviorOf(line) === 'inclusive' ? taxOn(line.amount, treatment, 'inclusive', currency).tax : 0,
  );
  const taxes = totalTaxes(lines.flatMap((line) => line.taxes));
  const total = sum(lines.map(netOfLine)) + sum(taxes.filter(isOnTop).map(({ amount }) => amount));
  return {
    ...withTotal(invoice, total),
    automatic_tax: { ...ON, status: 'complete' },
    lines: { ...invoice.lines, data: lines },
    subtotal_excluding_tax: invoice.subtotal - sum(contained),
    total_excluding_tax: total - sum(taxes.map(({ amount }) => amount)),
    total_taxes: taxes,
  };
}

/** `automatic_tax` says why: the customer cannot be placed yet, or was not until the invoice had to be final. */
export function untaxedInvoice(invoice: Invoice, automatic_tax: Invoice['automatic_tax']): Invoice {
  const lines = invoice.lines.data.map((line) => ({ ...line, taxes: [] }));
  const total = sum(lines.map(netOfLine));
  return {
    ...withTotal(invoice, total),
    automatic_tax,
    lines: { ...invoice.lines, data: lines },
    subtotal_excluding_tax: invoice.subtotal,
    total_excluding_tax: total,
    total_taxes: [],
  };
}

export const UNPLACED: Invoice['automatic_tax'] = { ...ON, status: 'requires_location_inputs' };

export const GIVEN_UP: Invoice['automatic_tax'] = {
  disabled_reason: 'finalization_requires_location_inputs',
  enabled: false,
  liability: null,
  provider: null,
  status: null,
};

/** Of one line: what was worked out, as Stripe writes it. */
export function taxShape(
  { tax, taxable }: Taxed,
  { rate, reason }: TaxTreatment,
  behavior: TaxBehavior,
): LineTax {
  return {
    amount: tax,
    tax_behavior: behavior,
    tax_rate_details: { tax_rate: rate },
    taxability_reason: reason,
    taxable_amount: taxable,
    type: 'tax_rate_details',
  };
}

/** One entry for each rate, in the order in which they come. */
export function totalTaxes(taxes: readonly LineTax[]): LineTax[] {
  const totals = new Map<string, LineTax>();
  for (const one of taxes) {
    const key = `${one.tax_rate_details?.tax_rate} ${one.tax_behavior} ${one.taxability_reason}`;
    const before = totals.get(key);
    totals.set(key, {
      ...one,
      amount: one.amount + (before?.amount ?? 0),
      taxable_amount: (one.taxable_amount ?? 0) + (before?.taxable_amount ?? 0),
    });
  }
  return [...totals.values()];
}

export function isOnTop({ tax_behavior }: Pick<LineTax, 'tax_behavior'>): boolean {
  return tax_behavior === 'exclusive';
}

/** What is left of a line after discounts and prepaid credit: both come before tax. */
function netOfLine({ amount, pretax_credit_amounts: credits }: InvoiceLine): number {
  return (credits ?? []).reduce((left, credit) => left - credit.amount, amount);
}

function withTotal(invoice: Invoice, total: number): Invoice {
  const { starting_balance: balance, currency } = invoice;
  const due = amountDue({ total, balance, currency });
  return { ...invoice, total, amount_due: due, amount_remaining: due };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0);
}
