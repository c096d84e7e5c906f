/** Addresses as requests give them: each field may be left out or unset, and a country is two letters. */
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import type { Customer } from '../store/wire';

export type Address = NonNullable<Customer['address']>;

const NAMES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const BLANK: Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};

export function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && NAMES.of(code) !== undefined;
}

export function countryName(code: string): string {
  return NAMES.of(code) ?? code;
}

/** null = unset, undefined = nothing said. @throws Refusal of a country that there is not. */
export function addressAsked(parameters: Parameters, key = 'address'): Address | null | undefined {
  if (!parameters.has(key)) return undefined;
  const group = parameters.group(key);
  if (!group) return null;
  const said = (name: keyof Address): string | null => group.nullable(name) ?? null;
  const country = said('country');
  if (country !== null && !isCountry(country))
    throw badParameter(
      group.name('country'),
      `Country '${country}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', 'EG', or 'GB'. A full list of country codes is available at https://stripe.com/global`,
      'country_code_invalid',
    );
  return {
    ...BLANK,
    city: said('city'),
    country,
    line1: said('line1'),
    line2: said('line2'),
    postal_code: said('postal_code'),
    state: said('state'),
  };
}
