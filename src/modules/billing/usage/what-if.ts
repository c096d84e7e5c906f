/**
 * What usage that really was would have come to under another plan: its price once a billing period, its price book over
 * every unit, and its limit in the order of the days. Sums of a day can be priced like records, because prices are linear.
 */
import { addDecimals, divideDecimal, multiplyDecimal } from '../../../kernel/money';
import { type EntitlementTerms, hardLimit } from '../plan/entitlement-terms';
import { type PriceBookEntry, unitAmountOf, UsageUnit } from './price';

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
    let left = limit === null ? null : BigInt(limit);
    for (const { modelId, units } of days) {
      const requests = BigInt(units.REQUEST) + BigInt(units.CACHED_REQUEST) + BigInt(units.ECONOMY_REQUEST);
      const admitted = left === null || requests <= left ? requests : left;
      if (left !== null) left -= admitted;
      refused += requests - admitted;
      if (admitted === 0n) continue;
      const amount = priceOf(priceBook, modelId, units);
      usage = addDecimals(usage, divideDecimal(multiplyDecimal(amount, admitted), requests));
    }
  }
  return { planMinor: BigInt(priceMinor) * BigInt(seats) * BigInt(periods.length), usage, refused };
}

function priceOf(book: readonly PriceBookEntry[], modelId: string, units: DayOfUsage['units']): string {
  return addDecimals(
    ...Object.values(UsageUnit).map((unit) =>
      multiplyDecimal(unitAmountOf(book, unit, modelId), units[unit]),
    ),
  );
}
