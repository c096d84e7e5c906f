/** What a person types on the page of a checkout beside the card: where they live, and for which business they buy. */
import type { Address } from '../tax/address-asked';

export interface Buyer {
  /** null while no country is chosen. */
  readonly address: Address | null;
  readonly taxId: string | null;
  readonly businessName: string | null;
  readonly promotionCode: string;
}

export const NOBODY: Buyer = { address: null, taxId: null, businessName: null, promotionCode: '' };

export function buyerIn(sent: URLSearchParams): Buyer {
  const typed = (name: string): string | null => sent.get(name)?.trim() || null;
  const country = typed('country');
  return {
    address:
      country === null
        ? null
        : {
            city: typed('city'),
            country,
            line1: typed('line1'),
            line2: null,
            postal_code: typed('postal_code'),
            state: typed('state')?.toUpperCase() ?? null,
          },
    taxId: typed('tax_id')?.toUpperCase() ?? null,
    businessName: typed('business_name'),
    promotionCode: sent.get('promotion_code') ?? '',
  };
}
