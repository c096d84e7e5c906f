/**
 * How one amount is taxed, pure: by where the customer is, whether it owes the tax itself, and whether the price holds
 * the tax already. Each line is rounded by itself, half away from zero (https://docs.stripe.com/tax/invoicing: tax is
 * calculated for each line, at the rate of the moment of finalisation).
 */
import { chargeStep } from '../../../../../kernel/money';
import { jurisdictionOf, millionths, rateId, stateOf } from './tax-table';

export type TaxBehavior = 'exclusive' | 'inclusive';
export type TaxabilityReason = 'customer_exempt' | 'not_collecting' | 'reverse_charge' | 'standard_rated';

export interface TaxLocation {
  readonly country: string | null;
  readonly postal_code: string | null;
  readonly state: string | null;
}

/** Who is taxed. */
export interface TaxParty {
  readonly address: TaxLocation | null;
  readonly exempt: 'exempt' | 'none' | 'reverse';
  readonly ids: readonly { readonly type: string; readonly value: string | null }[];
}

/** What holds for all that one customer buys. */
export interface TaxTreatment {
  /** Id of the rate at Stripe. */
  readonly rate: string;
  /** Percent that is charged; 0 where none is. */
  readonly percentage: number;
  readonly reason: TaxabilityReason;
}

export interface Taxed {
  readonly tax: number;
  /** What the tax is calculated on. */
  readonly taxable: number;
}

const MILLION = 1_000_000n;
const EXCLUSIVE_CURRENCIES = ['cad', 'usd'];
const POSTAL_CODE_US = /^\d{5}(-\d{4})?$/;

/** What the address comes to; undefined where it is not enough: a country, and what its states are told apart by. */
export function locate(address: TaxLocation | null): { country: string; state: string | null } | undefined {
  const { country, postal_code: code, state } = address ?? { country: null, postal_code: null, state: null };
  if (!country) return undefined;
  if (country === 'US' && !POSTAL_CODE_US.test(code ?? '')) return undefined;
  if (country === 'CA' && !code && !state) return undefined;
  return { country, state: state || stateOf(country, code) };
}

/** undefined = nobody can say where the customer is. */
export function treatmentOf({ address, exempt, ids }: TaxParty): TaxTreatment | undefined {
  const located = locate(address);
  if (!located) return undefined;
  const jurisdiction = jurisdictionOf(located.country, located.state);
  const owesItself = exempt === 'reverse' || ids.some(({ type }) => jurisdiction?.businessIds.includes(type));
  const reason = !jurisdiction
    ? 'not_collecting'
    : exempt === 'exempt'
      ? 'customer_exempt'
      : owesItself
        ? 'reverse_charge'
        : 'standard_rated';
  const isCharged = reason === 'standard_rated';
  return {
    rate: rateId(located.country, jurisdiction, isCharged),
    percentage: isCharged ? (jurisdiction?.percentage ?? 0) : 0,
    reason,
  };
}

/** What a price says, or else what is usual in its currency, as Stripe's automatic setting has it. */
export function behaviorOf(said: string | null | undefined, currency: string): TaxBehavior {
  if (said === 'exclusive' || said === 'inclusive') return said;
  return EXCLUSIVE_CURRENCIES.includes(currency) ? 'exclusive' : 'inclusive';
}

/** The tax on an amount, or in it. Credits (negative amounts) give their tax back. Minor units. */
export function taxOn(
  amount: number,
  { percentage, reason }: TaxTreatment,
  behavior: TaxBehavior,
  currency: string,
): Taxed {
  if (reason === 'customer_exempt' || reason === 'not_collecting') return { tax: 0, taxable: 0 };
  const rate = millionths(percentage);
  const whole = behavior === 'inclusive' ? MILLION + rate : MILLION;
  const tax = rounded(BigInt(amount) * rate, whole, chargeStep(currency));
  return { tax, taxable: behavior === 'inclusive' ? amount - tax : amount };
}

/** Half away from zero, to a step that a card can be charged. */
function rounded(numerator: bigint, denominator: bigint, step: bigint): number {
  const negative = numerator < 0n;
  const unit = denominator * step;
  const steps = ((negative ? -numerator : numerator) * 2n + unit) / (unit * 2n);
  return Number((negative ? -steps : steps) * step);
}

/**
 * The share of `tax` that goes with `part` of `whole`, when `before` of it went earlier: parts that make up the whole
 * make up its tax to the cent.
 */
export function shareOf(tax: number, part: number, whole: number, before = 0): number {
  if (whole === 0) return 0;
  const upTo = (amount: number): number => rounded(BigInt(tax) * BigInt(amount), BigInt(whole), 1n);
  return upTo(before + part) - upTo(before);
}
