/**
 * What investors and operators ask of recurring revenue, from the movements of one month. Definitions: SaaS Metrics Standards Board
 * (ARR, gross and net revenue retention, logo churn); quick ratio: M. Attia, Social Capital, 2015; lifetime value: D. Skok,
 * "SaaS Metrics 2.0", 2010. A rate of nothing is null, never zero.
 */
import { roundToMinor, divideDecimal } from '../../../kernel/money';

/** Amounts in minor units, what is lost negative; customers by how they moved. */
export interface MonthFigures {
  readonly opening: bigint;
  readonly new: bigint;
  readonly expansion: bigint;
  readonly contraction: bigint;
  readonly churn: bigint;
  readonly reactivation: bigint;
  /** Who paid when the month began. */
  readonly openingCustomers: number;
  readonly newCustomers: number;
  readonly reactivatedCustomers: number;
  readonly churnedCustomers: number;
}

export interface RevenueRates {
  readonly closing: bigint;
  readonly closingCustomers: number;
  /** Annual recurring revenue: twelve times what is paid a month at the end. */
  readonly arr: bigint;
  /** Average revenue per account: what a paying customer pays a month at the end, rounded half away from zero. */
  readonly arpa: bigint | null;
  /** Of what was paid at the beginning, how much is left, growth not counted. 0–1. */
  readonly grossRetention: number | null;
  /** Of what was paid at the beginning, how much the same customers pay at the end. */
  readonly netRetention: number | null;
  /** Of those who paid at the beginning, how many do not any more. 0–1. */
  readonly logoChurn: number | null;
  /** What was gained by what was lost. */
  readonly quickRatio: number | null;
  /** ARPA by logo churn: what a customer pays while it stays, before costs. */
  readonly lifetimeValue: bigint | null;
}

const MONTHS_A_YEAR = 12n;

export function ratesOf(month: MonthFigures): RevenueRates {
  const { opening, expansion, contraction, churn, reactivation, openingCustomers, churnedCustomers } = month;
  const gained = month.new + expansion + reactivation;
  const lost = contraction + churn;
  const closing = opening + gained + lost;
  const closingCustomers =
    openingCustomers + month.newCustomers + month.reactivatedCustomers - churnedCustomers;
  return {
    closing,
    closingCustomers,
    arr: closing * MONTHS_A_YEAR,
    arpa: share(closing, closingCustomers),
    grossRetention: ratio(opening + lost, opening),
    netRetention: ratio(opening + expansion + lost, opening),
    logoChurn: openingCustomers === 0 ? null : churnedCustomers / openingCustomers,
    quickRatio: ratio(gained, -lost),
    // (closing / customers) / (churned / opening customers), rounded once.
    lifetimeValue:
      churnedCustomers === 0
        ? null
        : share(closing * BigInt(openingCustomers), closingCustomers * churnedCustomers),
  };
}

/** Null of nothing. Amounts are exact far beyond what a double can tell apart in a rate. */
export function ratio(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : Number(part) / Number(whole);
}

/** One of so many equal parts in whole minor units; null of none. */
export function share(amount: bigint, parts: number): bigint | null {
  return parts === 0 ? null : roundToMinor(divideDecimal(amount.toString(), BigInt(parts)));
}
