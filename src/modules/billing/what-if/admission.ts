/** How much of what was used a limit would have let in: pure, day by day in their order, as the meter counts towards a quota. */
import { divideDecimal, multiplyDecimal } from '../../../kernel/money';
import type { UsageUnit } from '../usage/price';

export interface AskedDay {
  readonly requests: bigint;
  /** Requests in the billing period at which more are refused; null = none are. */
  readonly limit: bigint | number | null;
}

/** All requests of a day, those that were given an earlier answer or might wait included. */
export function requestsOf({ units }: { readonly units: Readonly<Record<UsageUnit, string>> }): bigint {
  return BigInt(units.REQUEST) + BigInt(units.CACHED_REQUEST) + BigInt(units.ECONOMY_REQUEST);
}

/**
 * Of each day of one billing period, how many requests are let in.
 * @param used requests of the period before the first of these days
 */
export function admittedOf(days: readonly AskedDay[], used = 0n): bigint[] {
  return days.map(({ requests, limit }) => {
    const left = limit === null ? requests : BigInt(limit) - used;
    const admitted = left <= 0n ? 0n : left < requests ? left : requests;
    used += admitted;
    return admitted;
  });
}

/** The part of an amount of a day that falls to the requests that are let in: exact where all are. */
export function partOf(amount: string, admitted: bigint, requests: bigint): string {
  if (admitted === requests) return amount;
  return divideDecimal(multiplyDecimal(amount, admitted), requests);
}
