/** What a credit note takes back: lines of an invoice less their share of its discounts, or amounts of their own. */
import { remainingShare } from '../calendar/proration';
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import { newSandboxId } from '../store/kinds';
import { type CreditNoteLine, idOf, type Invoice, type InvoiceLine } from '../store/wire';

export interface CreditedSums {
  readonly subtotal: number;
  readonly discount: number;
  readonly total: number;
}

export function creditLines(parameters: Parameters, invoice: Invoice): CreditNoteLine[] {
  const asked = parameters.groups('lines');
  const amount = parameters.count('amount', 1);
  if ((asked.length === 0) === (amount === undefined))
    throw badParameter(
      'amount',
      'You must pass either `amount` or `lines`, and not both.',
      'parameter_missing',
    );
  return amount === undefined
    ? asked.map((line) => lineIn(line, invoice))
    : [customLine('Credit', 1, amount)];
}

export function sumsOf(lines: readonly CreditNoteLine[]): CreditedSums {
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0);
  const discount = lines.reduce((sum, { discount_amount }) => sum + discount_amount, 0);
  return { subtotal, discount, total: subtotal - discount };
}

function lineIn(line: Parameters, invoice: Invoice): CreditNoteLine {
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
  if (amount > source.amount)
    throw badParameter(line.name('amount'), 'The amount is greater than that of the invoice line item.');
  return sourceLine(source, amount, quantity ?? null);
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
