/**
 * Where the sandbox's account is registered to collect tax, and at which rate: a small table that stands in for Stripe
 * Tax. Rates are those of 2026 for software as a service; of the United States and Canada the state's own, without
 * counties and cities. Everywhere else nothing is collected.
 */
import type { TaxRate } from '../store/wire';

export interface Jurisdiction {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** ISO 3166-2 without the country; null = all of the country. */
  readonly state: string | null;
  readonly name: string;
  readonly type: 'gst' | 'hst' | 'jct' | 'sales_tax' | 'vat';
  /** Percent, at most four decimals. */
  readonly percentage: number;
  /** Tax ids by which a business shows that it owes the tax itself (reverse charge). */
  readonly businessIds: readonly string[];
}

const EU_VAT: Readonly<Record<string, number>> = {
  AT: 20,
  BE: 21,
  BG: 20,
  CY: 19,
  CZ: 21,
  DE: 19,
  DK: 25,
  EE: 24,
  ES: 21,
  FI: 25.5,
  FR: 20,
  GR: 24,
  HR: 25,
  HU: 27,
  IE: 23,
  IT: 22,
  LT: 21,
  LU: 17,
  LV: 21,
  MT: 18,
  NL: 21,
  PL: 23,
  PT: 23,
  RO: 21,
  SE: 25,
  SI: 22,
  SK: 23,
};

function place(
  code: string,
  name: string,
  type: Jurisdiction['type'],
  percentage: number,
  ...businessIds: string[]
): Jurisdiction {
  const [country, state = null] = code.split('-') as [string, string?];
  return { country, state, name, type, percentage, businessIds };
}

export const JURISDICTIONS: readonly Jurisdiction[] = [
  ...Object.entries(EU_VAT).map(([country, rate]) => place(country, 'VAT', 'vat', rate, 'eu_vat')),
  place('GB', 'VAT', 'vat', 20, 'gb_vat'),
  place('CH', 'VAT', 'vat', 8.1, 'ch_vat'),
  place('NO', 'VAT', 'vat', 25, 'no_vat'),
  place('BH', 'VAT', 'vat', 10, 'bh_vat'),
  place('OM', 'VAT', 'vat', 5, 'om_vat'),
  place('AU', 'GST', 'gst', 10, 'au_abn'),
  place('NZ', 'GST', 'gst', 15, 'nz_gst'),
  place('SG', 'GST', 'gst', 9, 'sg_gst'),
  place('JP', 'JCT', 'jct', 10, 'jp_trn'),
  place('CA-ON', 'HST', 'hst', 13, 'ca_gst_hst'),
  place('CA', 'GST', 'gst', 5, 'ca_gst_hst'),
  place('US-NY', 'Sales Tax', 'sales_tax', 4),
  place('US-PA', 'Sales Tax', 'sales_tax', 6),
  place('US-TX', 'Sales Tax', 'sales_tax', 6.25),
  place('US-WA', 'Sales Tax', 'sales_tax', 6.5),
];

/** States by the first letters of their postal codes: all that the table needs to know of them. */
const STATES: readonly (readonly [pattern: RegExp, state: string])[] = [
  [/^US 1[0-4]/, 'NY'],
  [/^US (1[5-8]|19[0-6])/, 'PA'],
  [/^US 7[5-9]/, 'TX'],
  [/^US (98|99[0-4])/, 'WA'],
  [/^CA [KLMNP]/i, 'ON'],
];

export function stateOf(country: string, postalCode: string | null): string | null {
  const found = STATES.find(([pattern]) => pattern.test(`${country} ${postalCode ?? ''}`));
  return found?.[1] ?? null;
}

/** The state's own rate before the country's; undefined where nothing is collected. */
export function jurisdictionOf(country: string, state: string | null): Jurisdiction | undefined {
  const here = JURISDICTIONS.filter((one) => one.country === country);
  return here.find((one) => one.state === state) ?? here.find((one) => one.state === null);
}

/** Percentages in parts of a million, so that they are integers. */
export function millionths(percentage: number): bigint {
  return BigInt(Math.round(percentage * 10_000));
}

const TABLE_SINCE = 1_767_225_600;
const RATE_ID = /^txr_([A-Z]{2})([A-Z]*)(\d+)(n?)$/;

/** The id of a rate says what it is, so that no rate has to be kept. `isCharged`: false where it stands and is not charged. */
export function rateId(country: string, jurisdiction: Jurisdiction | undefined, isCharged: boolean): string {
  const parts = millionths(jurisdiction?.percentage ?? 0).toString();
  return `txr_${country}${jurisdiction?.state ?? ''}${parts}${isCharged ? '' : 'n'}`;
}

/** undefined for an id that no rate of the table has. */
export function rateById(id: string): TaxRate | undefined {
  const [, country, state, , uncharged] = RATE_ID.exec(id) ?? [];
  if (country === undefined) return undefined;
  const jurisdiction = jurisdictionOf(country, state === '' ? null : state!);
  if (rateId(country, jurisdiction, uncharged === '') !== id) return undefined;
  return rateShape(country, jurisdiction, uncharged === '');
}

export function rateShape(
  country: string,
  jurisdiction: Jurisdiction | undefined,
  isCharged: boolean,
): TaxRate {
  const percentage = jurisdiction?.percentage ?? 0;
  return {
    id: rateId(country, jurisdiction, isCharged),
    object: 'tax_rate',
    active: true,
    country,
    created: TABLE_SINCE,
    description: null,
    display_name: jurisdiction?.name ?? 'Tax',
    effective_percentage: isCharged ? percentage : 0,
    flat_amount: null,
    inclusive: false,
    jurisdiction: jurisdiction?.state ?? country,
    jurisdiction_level: jurisdiction?.state ? 'state' : 'country',
    livemode: false,
    metadata: {},
    percentage,
    rate_type: jurisdiction ? 'percentage' : null,
    state: jurisdiction?.state ?? null,
    tax_type: jurisdiction?.type ?? null,
  };
}
