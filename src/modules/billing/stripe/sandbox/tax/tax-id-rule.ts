/** Tax ids of businesses: which the sandbox knows, how each is written, and what Stripe's test numbers come to. */
import type { TaxId } from '../store/wire';

interface TaxIdFormat {
  readonly pattern: RegExp;
  /** null where the number itself begins with it. */
  readonly country: string | null;
  /** Whether Stripe asks a register whether it is true. */
  readonly verified: boolean;
}

const format = (pattern: RegExp, country: string | null, verified = false): TaxIdFormat => ({
  pattern,
  country,
  verified,
});

const FORMATS: Readonly<Record<string, TaxIdFormat>> = {
  eu_vat: format(/^[A-Z]{2}[0-9A-Z+*]{8,12}$/, null, true),
  gb_vat: format(/^GB(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/, 'GB', true),
  au_abn: format(/^\d{11}$/, 'AU', true),
  ch_vat: format(/^CHE-\d{3}\.\d{3}\.\d{3} (MWST|TVA|IVA)$/, 'CH'),
  no_vat: format(/^\d{9}MVA$/, 'NO'),
  bh_vat: format(/^\d{15}$/, 'BH'),
  om_vat: format(/^OM\d{10}$/, 'OM'),
  nz_gst: format(/^\d{9}$/, 'NZ'),
  sg_gst: format(/^[A-Z0-9]{9,10}$/, 'SG'),
  jp_trn: format(/^T\d{13}$/, 'JP'),
  ca_gst_hst: format(/^\d{9}RT\d{4}$/, 'CA'),
  us_ein: format(/^\d{2}-\d{7}$/, 'US'),
};

/** Greece writes EL before its numbers. */
const PREFIXES: Readonly<Record<string, string>> = { EL: 'GR', XI: 'GB' };

export const TAX_ID_TYPES: readonly string[] = Object.keys(FORMATS);

export function isTaxId(type: string, value: string): boolean {
  return FORMATS[type]?.pattern.test(value) ?? false;
}

/** The first type that a number fits, of the country that a person names; undefined when it fits none. */
export function taxIdTypeOf(value: string, country: string): string | undefined {
  return TAX_ID_TYPES.find((type) => isTaxId(type, value) && taxIdCountry(type, value) === country);
}

export function taxIdCountry(type: string, value: string): string | null {
  const known = FORMATS[type];
  if (!known) return null;
  const prefix = value.slice(0, 2);
  return known.country ?? PREFIXES[prefix] ?? prefix;
}

/** By Stripe's numbers for tests (https://docs.stripe.com/billing/customer/tax-ids): ones are false, twos wait. */
export function verificationOf(type: string, value: string): NonNullable<TaxId['verification']> {
  const status = !FORMATS[type]?.verified
    ? 'unavailable'
    : /1{9}$/.test(value)
      ? 'unverified'
      : /2{9}$/.test(value)
        ? 'pending'
        : 'verified';
  return { status, verified_address: null, verified_name: null };
}
