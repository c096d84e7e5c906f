/** Who buys at a checkout: the customer that the session names or a new one, and what of the form is kept with it. */
import { customerShape } from '../customer/customer-shape';
import type { EventLog } from '../event/event-log';
import { badParameter } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type CheckoutSession, type Customer, idOf } from '../store/wire';
import { type Address, isCountry } from '../tax/address-asked';
import { taxIdTypeOf } from '../tax/tax-id-rule';
import type { TaxIds } from '../tax/tax-ids.service';
import { jurisdictionOf } from '../tax/tax-table';
import { locate, type TaxTreatment, treatmentOf } from '../tax/tax-rule';
import type { Taxes, Taxpayer } from '../tax/taxes.service';
import type { Buyer } from './buyer';

/** What of the form may be written to a customer that was there before. */
export interface CustomerUpdates {
  readonly address: boolean;
  readonly name: boolean;
}

export class Buyers {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly taxes: Taxes,
    private readonly taxIds: TaxIds,
  ) {}

  /** Whether the page asks where the person lives. */
  asksAddress(session: CheckoutSession, updates: CustomerUpdates): boolean {
    const taxesForm = session.automatic_tax.enabled && (!session.customer || updates.address);
    return session.billing_address_collection === 'required' || taxesForm;
  }

  /** How the order is taxed for what is known of its buyer by now; undefined: not, or nobody can say yet. */
  async treatment(
    session: CheckoutSession,
    updates: CustomerUpdates,
    buyer: Buyer,
  ): Promise<TaxTreatment | undefined> {
    if (!session.automatic_tax.enabled) return undefined;
    const id = idOf(session.customer);
    const customer = id ? await this.store.get('customer', id) : undefined;
    const known: Taxpayer = customer
      ? await this.taxes.taxpayer(customer)
      : { address: null, exempt: 'none', ids: [] };
    const typed = this.asksAddress(session, updates) ? buyer.address : null;
    const address = typed ?? known.address;
    const type = buyer.taxId && address?.country ? taxIdTypeOf(buyer.taxId, address.country) : undefined;
    const ids = type ? [...known.ids, { type, value: buyer.taxId }] : known.ids;
    return treatmentOf({ ...known, address, ids });
  }

  /** The customer who pays, with what the form says. @throws Refusal of a form that is not filled in. */
  async settle(
    session: CheckoutSession,
    updates: CustomerUpdates,
    buyer: Buyer,
    at: number,
  ): Promise<Customer> {
    const id = idOf(session.customer);
    const before = id ? await this.store.get('customer', id) : await this.create(session, at);
    const isNew = id === null;
    const typed = this.asksAddress(session, updates) ? buyer.address : null;
    if (this.asksAddress(session, updates)) assertFilledIn(typed ?? before.address ?? null, session);
    const address = typed && (isNew || updates.address) ? typed : before.address;
    const name = (isNew || updates.name) && buyer.businessName ? buyer.businessName : before.name;
    const customer = await this.store.save<'customer'>({ ...before, address, name });
    if (!isNew && (address !== before.address || name !== before.name))
      await this.events.record('customer.updated', customer, at, before);
    await this.keepTaxId(session, customer, buyer, at);
    return customer;
  }

  /** What the session says of its buyer when it is over. */
  async details(customer: Customer, buyer: Buyer): Promise<CheckoutSession['customer_details']> {
    const payer = await this.taxes.taxpayer(customer);
    return {
      address: buyer.address ?? payer.address,
      business_name: buyer.businessName,
      email: customer.email,
      individual_name: null,
      name: customer.name ?? null,
      phone: null,
      tax_exempt: payer.exempt,
      tax_ids: payer.ids.map(({ type, value }) => ({ type, value })),
    };
  }

  private async keepTaxId(
    { tax_id_collection: collection }: CheckoutSession,
    customer: Customer,
    { taxId, address: typed }: Buyer,
    at: number,
  ): Promise<void> {
    if (!collection?.enabled) return;
    const country = customer.address?.country ?? typed?.country ?? null;
    const { ids } = await this.taxes.taxpayer(customer);
    if (!taxId) {
      const supported = country !== null && (jurisdictionOf(country, null)?.businessIds.length ?? 0) > 0;
      if (collection.required === 'if_supported' && supported && ids.length === 0)
        throw badParameter('tax_id', 'Your tax ID is required.');
      return;
    }
    const type = country === null ? undefined : taxIdTypeOf(taxId, country);
    if (!type)
      throw badParameter('tax_id', 'This tax ID is not one of the country that you chose.', 'tax_id_invalid');
    if (!ids.some(({ value }) => value === taxId)) await this.taxIds.add(customer, type, taxId, at);
  }

  private async create(session: CheckoutSession, at: number): Promise<Customer> {
    const blank = customerShape({ created: at, testClock: null, email: session.customer_email });
    const created = await this.store.save<'customer'>(blank);
    await this.events.record('customer.created', created, at);
    return created;
  }
}

function assertFilledIn(address: Address | null, { automatic_tax }: CheckoutSession): void {
  const country = address?.country ?? '';
  if (!isCountry(country)) throw badParameter('country', 'Choose your country.');
  if (automatic_tax.enabled && !locate(address))
    throw badParameter('postal_code', 'Enter your postal code: taxes depend on it.');
}
