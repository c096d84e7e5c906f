/** What requests say of taxes: whether Stripe Tax is to be asked, and for whom. */
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import { addressAsked } from './address-asked';
import { isTaxId } from './tax-id-rule';
import type { Taxpayer } from './taxes.service';

const EXEMPTIONS = ['none', 'exempt', 'reverse'] as const;

/** With the account itself liable for what it says; undefined = nothing said. */
export function automaticTaxAsked(parameters: Parameters): boolean | undefined {
  const group = parameters.group('automatic_tax');
  if (!group) return undefined;
  group.required('enabled');
  group.group('liability')?.choice('type', ['self']);
  return group.boolean('enabled');
}

/** An empty one stands for none; undefined = nothing said. */
export function exemptionAsked(parameters: Parameters): Taxpayer['exempt'] | undefined {
  if (parameters.text('tax_exempt') === '') return 'none';
  return parameters.choice('tax_exempt', EXEMPTIONS);
}

/** `[{ type, value }]` under a name. @throws Refusal tax_id_invalid. */
export function taxIdsAsked(parameters: Parameters, key: string): { type: string; value: string }[] {
  return parameters.groups(key).map((group) => {
    const [type, value] = [group.required('type'), group.required('value')];
    if (!isTaxId(type, value))
      throw badParameter(group.name('value'), `Invalid value for ${type}.`, 'tax_id_invalid');
    return { type, value };
  });
}

/** `customer_details` of a preview: another address than the customer's own, or another standing. */
export function taxpayerAsked(parameters: Parameters, known: Taxpayer): Taxpayer {
  const details = parameters.group('customer_details');
  if (!details) return known;
  const address = addressAsked(details);
  return {
    address: address === undefined ? known.address : address,
    exempt: exemptionAsked(details) ?? known.exempt,
    ids: details.has('tax_ids') ? taxIdsAsked(details, 'tax_ids') : known.ids,
  };
}
