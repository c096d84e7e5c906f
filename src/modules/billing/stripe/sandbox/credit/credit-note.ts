/**
 * What a credit note takes back: lines of an invoice less their share of its discounts, or amounts of their own; each with
 * its share of the taxes that earlier notes have left, so that notes which make up an invoice make up its taxes.
 */
import { remainingShare } from '../calendar/proration';
import { isOnTop, totalTaxes } from '../invoice/invoice-tax';
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import { newSandboxId } from '../store/kinds';
import { shareOf } from '../tax/tax-rule';
import { type CreditNote, type CreditNoteLine, idOf, type Invoice, type InvoiceLine } from '../store/wire';

type Tax = NonNullable<Invoice['total_taxes']>[number];

export interface CreditedSums {
  readonly subtotal: number;
  readonly discount: number;
  /** With the taxes that come on top. */
  readonly total: number;
  /** All of them, also those that lie in the prices. */
  readonly taxes: CreditNote['total_taxes'] & object;
}

/** `earlier`: the notes of the invoice that hold. */
export function creditLines(
  parameters: Parameters,
  invoice: Invoice,
  earlier: readonly CreditNote[],
): CreditNoteLine[] {
  const asked = parameters.groups('lines');
  const amount = parameters.count('amount', 1);
  if ((asked.length === 0) === (amount === undefined))
    throw badParameter(
      'amount',
      'You must pass either `amount` or `lines`, and not both.',
      'parameter_missing',
    );
  return amount === undefined
    ? asked.map((line) => lineIn(line, invoice, earlier))
    : [wholeLine(amount, invoice, earlier)];
}

/** An amount of the total, taxes included. */
function wholeLine(amount: number, invoice: Invoice, earlier: readonly CreditNote[]): CreditNoteLine {
  const left = earlier.reduce((rest, { total }) => rest - total, invoice.total);
  const given = earlier.flatMap(({ total_taxes }) => total_taxes ?? []);
  const taxes = shares(invoice.total_taxes ?? [], given, amount, left);
  return { ...customLine('Credit', 1, amount - onTop(taxes)), taxes };
}

/** Of each tax, the share that goes with `part` of the `left` that was not given back yet. */
function shares(
  taxes: readonly Tax[],
  given: readonly Tax[],
  part: number,
  left: number,
): CreditNoteLine['taxes'] & object {
  return taxes.map((tax) => {
    const before = given.filter((one) => isSameTax(one, tax));
    const rest = (of: (one: Tax) => number): number => before.reduce((sum, one) => sum - of(one), of(tax));
    return {
      ...tax,
      amount: shareOf(
        rest(({ amount }) => amount),
        part,
        left,
      ),
      taxable_amount: shareOf(
        rest(({ taxable_amount }) => taxable_amount ?? 0),
        part,
        left,
      ),
    };
  });
}

function isSameTax(one: Tax, other: Tax): boolean {
  return (
    one.tax_rate_details?.tax_rate === other.tax_rate_details?.tax_rate &&
    one.tax_behavior === other.tax_behavior
  );
}

function onTop(taxes: readonly Tax[]): number {
  return taxes.filter(isOnTop).reduce((sum, { amount }) => sum + amount, 0);
}

export function sumsOf(lines: readonly CreditNoteLine[]): CreditedSums {
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0);
  const discount = lines.reduce((sum, { discount_amount }) => sum + discount_amount, 0);
  const taxes = totalTaxes(lines.flatMap((line) => line.taxes ?? []));
  return { subtotal, discount, taxes, total: subtotal - discount + onTop(taxes) };
}

function lineIn(line: Parameters, invoice: Invoice, earlier: readonly CreditNote[]): CreditNoteLine {
  line.required('type');
  const type = line.choice('type', ['custom_line_item', 'invoice_line_item'])!;
  const quantity = line.count('quantity', 1);
  if (type === 'custom_line_item') {
    line.required('unit_amount');
    return customLine(line.required('description'), quantity ?? 1, line.count('unit_amount', 0)!);
  }
  const id = line.required('invoice_line_item');
  const source = invoice.lines.data.find((one) => one.id === id);
  if (!source)
    throw badParameter(
      line.name('invoice_line_item'),
      `No such invoice line item: '${id}'`,
      'resource_missing',
    );
  const amount = line.count('amount', 0) ?? amountFor(source, quantity);
  const given = earlier
    .flatMap(({ lines }) => lines.data)
    .filter(({ invoice_line_item }) => invoice_line_item === source.id);
  const left = given.reduce((rest, before) => rest - before.amount, source.amount);
  if (amount > left)
    throw badParameter(
      line.name('amount'),
      'The amount is greater than what can still be credited of the invoice line item.',
    );
  const taxed = given.flatMap(({ taxes }) => taxes ?? []);
  return {
    ...sourceLine(source, amount, quantity ?? null),
    taxes: shares(source.taxes ?? [], taxed, amount, left),
  };
}

function amountFor({ amount, quantity: whole }: InvoiceLine, quantity: number | undefined): number {
  return quantity === undefined || !whole ? amount : share(amount, quantity, whole);
}

function sourceLine(source: InvoiceLine, amount: number, quantity: number | null): CreditNoteLine {
  const discounts = (source.discount_amounts ?? []).map(({ discount, amount: off }) => ({
    discount: idOf(discount) ?? '',
    amount: source.amount === 0 ? 0 : share(off, amount, source.amount),
  }));
  return {
    ...blank(amount, source.description),
    discount_amount: discounts.reduce((sum, { amount: off }) => sum + off, 0),
    discount_amounts: discounts,
    invoice_line_item: source.id,
    pretax_credit_amounts: discounts.map((one) => ({ ...one, type: 'discount' })),
    quantity,
    ...(quantity !== null &&
      amount % quantity === 0 && {
        unit_amount: amount / quantity,
        unit_amount_decimal: String(amount / quantity),
      }),
    type: 'invoice_line_item',
  };
}

function customLine(description: string, quantity: number, unit: number): CreditNoteLine {
  return {
    ...blank(unit * quantity, description),
    quantity,
    type: 'custom_line_item',
    unit_amount: unit,
    unit_amount_decimal: String(unit),
  };
}

function blank(amount: number, description: string | null): Omit<CreditNoteLine, 'type'> {
  return {
    id: newSandboxId('cnli'),
    object: 'credit_note_line_item',
    amount,
    description,
    discount_amount: 0,
    discount_amounts: [],
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    quantity: null,
    tax_rates: [],
    taxes: [],
    unit_amount: null,
    unit_amount_decimal: null,
  };
}

function share(amount: number, part: number, whole: number): number {
  return remainingShare(amount, { start: 0, end: whole }, whole - part);
}
