/** Tax ids that customers have given, by the interface or on the page of a checkout. */
import type { EventLog } from '../event/event-log';
import { badParameter } from '../request/refusal';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { Customer, TaxId } from '../store/wire';
import { isTaxId, TAX_ID_TYPES, taxIdCountry, verificationOf } from './tax-id-rule';

export class TaxIds {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  /** @throws Refusal tax_id_invalid for a number that is written in another way. */
  async add({ id: customer }: Customer, type: string, value: string, at: number): Promise<TaxId> {
    if (!TAX_ID_TYPES.includes(type))
      throw badParameter(
        'type',
        `Invalid type: the sandbox, which is not Stripe, knows ${TAX_ID_TYPES.join(', ')}.`,
      );
    if (!isTaxId(type, value)) throw badParameter('value', `Invalid value for ${type}.`, 'tax_id_invalid');
    const taxId = await this.store.save<'tax_id'>({
      id: idFor('tax_id'),
      object: 'tax_id',
      country: taxIdCountry(type, value),
      created: at,
      customer,
      customer_account: null,
      livemode: false,
      owner: { customer, customer_account: null, type: 'customer' },
      type,
      value,
      verification: verificationOf(type, value),
    });
    await this.events.record('customer.tax_id.created', taxId, at);
    return taxId;
  }
}
