/** Stands in for Stripe Tax: who a customer is to it, and the taxes of whatever asks for them. */
import { GIVEN_UP, taxedInvoice, untaxedInvoice, UNPLACED } from '../invoice/invoice-tax';
import { notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type Invoice, type InvoiceLine } from '../store/wire';
import type { Address } from './address-asked';
import { jurisdictionOf } from './tax-table';
import {
  behaviorOf,
  locate,
  type TaxBehavior,
  type TaxParty,
  type TaxTreatment,
  treatmentOf,
} from './tax-rule';

/** A party with all of its address, as documents show it. */
export interface Taxpayer extends TaxParty {
  readonly address: Address | null;
}

const NOT_PLACED =
  "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.";

export class Taxes {
  constructor(private readonly store: ObjectStore) {}

  async taxpayer({ id, address, tax_exempt }: Customer): Promise<Taxpayer> {
    const ids = await this.store.all('tax_id', { customer: id });
    return {
      address: address ?? null,
      exempt: (tax_exempt ?? 'none') as Taxpayer['exempt'],
      ids: ids.map(({ type, value }) => ({ type, value })),
    };
  }

  async treatment(customer: Customer): Promise<TaxTreatment | undefined> {
    return treatmentOf(await this.taxpayer(customer));
  }

  /** @throws Refusal customer_tax_location_invalid. */
  assertPlaced(address: Customer['address']): void {
    if (!locate(address ?? null)) throw notAllowed(NOT_PLACED, 'customer_tax_location_invalid');
  }

  /** An invoice that is not final, for its customer as it is now, or for one that a preview asks about. */
  async applied(invoice: Invoice, asked?: Taxpayer): Promise<Invoice> {
    const customer = await this.store.get('customer', idOf(invoice.customer) ?? '');
    const payer = asked ?? (await this.taxpayer(customer));
    const addressed: Invoice = {
      ...invoice,
      customer_address: payer.address,
      customer_tax_exempt: payer.exempt,
      customer_tax_ids: payer.ids.map(({ type, value }) => ({ type, value })),
    };
    if (!invoice.automatic_tax.enabled) return addressed;
    const treatment = treatmentOf(payer);
    if (!treatment) return untaxedInvoice(addressed, UNPLACED);
    return taxedInvoice(addressed, treatment, await this.behaviors(invoice));
  }

  /** A draft for which somebody has asked for taxes, or for none. */
  asked(draft: Invoice, automatic_tax: Invoice['automatic_tax']): Promise<Invoice> {
    return this.applied(
      automatic_tax.enabled ? { ...draft, automatic_tax } : untaxedInvoice(draft, automatic_tax),
    );
  }

  /** As it is finalised. Whoever cannot be placed by now is not taxed. */
  async settled(draft: Invoice): Promise<Invoice> {
    const invoice = await this.applied(draft);
    const isPlaced = !invoice.automatic_tax.enabled || invoice.automatic_tax.status === 'complete';
    return isPlaced ? invoice : untaxedInvoice(invoice, GIVEN_UP);
  }

  private async behaviors({ lines, currency }: Invoice): Promise<(line: InvoiceLine) => TaxBehavior> {
    const said = new Map<string, string | null>();
    for (const line of lines.data) {
      const id = priceOf(line);
      if (id !== null && !said.has(id)) said.set(id, (await this.store.get('price', id)).tax_behavior);
    }
    return (line) => behaviorOf(said.get(priceOf(line) ?? ''), currency);
  }
}

/** `tax` of a customer: whether Stripe Tax can say anything for it. */
export function customerTax({ address }: Customer): NonNullable<Customer['tax']> {
  const placed = locate(address ?? null);
  const collects = placed && jurisdictionOf(placed.country, placed.state) !== undefined;
  return {
    automatic_tax: !placed ? 'unrecognized_location' : collects ? 'supported' : 'not_collecting',
    ip_address: null,
    location: placed ? { ...placed, source: 'billing_address' } : null,
    provider: 'stripe',
  };
}

function priceOf({ pricing }: InvoiceLine): string | null {
  return idOf(pricing?.price_details?.price);
}
