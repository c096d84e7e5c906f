/**
 * What usage that really was would have come to under another plan: its price once a billing period, its price book over
 * every unit, and its limit in the order of the days. Sums of a day can be priced like records, because prices are linear.
 */
import { addDecimals } from '../../../kernel/money';
import { type EntitlementTerms, hardLimit } from '../plan/entitlement-terms';
import { type PriceBookEntry, priceOfQuantities, type UsageUnit } from '../usage/price';
import { admittedOf, partOf, requestsOf } from './admission';

export interface DayOfUsage {
  readonly modelId: string;
  /** Of every unit, how much: decimal strings. Computed requests, cached ones and deferred ones are counted apart. */
  readonly units: Readonly<Record<UsageUnit, string>>;
}

export interface OtherPlan {
  /** Minor units a billing period and seat. */
  readonly priceMinor: string;
  readonly priceBook: readonly PriceBookEntry[];
  readonly terms: EntitlementTerms;
}

export interface WhatIf {
  readonly planMinor: bigint;
  /** Decimal string of minor units. */
  readonly usage: string;
  /** Requests that the plan would have refused: their usage is not charged. */
  readonly refused: bigint;
}

/** `periods`: for each billing period its days, oldest first; a day has one entry a model. */
export function whatIf(
  { priceMinor, priceBook, terms }: OtherPlan,
  periods: readonly (readonly DayOfUsage[])[],
  seats: number,
): WhatIf {
  const limit = hardLimit(terms);
  let usage = '0';
  let refused = 0n;
  for (const days of periods) {
    const admitted = admittedOf(days.map((day) => ({ requests: requestsOf(day), limit })));
    for (const [at, day] of days.entries()) {
      const requests = requestsOf(day);
      refused += requests - admitted[at]!;
      usage = addDecimals(usage, partOf(priceOf(priceBook, day), admitted[at]!, requests));
    }
  }
  return { planMinor: BigInt(priceMinor) * BigInt(seats) * BigInt(periods.length), usage, refused };
}

/** What a day's usage is charged by a price book. */
export function priceOf(book: readonly PriceBookEntry[], { modelId, units }: DayOfUsage): string {
  return priceOfQuantities(book, modelId, (unit) => units[unit]);
}
