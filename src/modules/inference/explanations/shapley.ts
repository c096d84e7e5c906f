/**
 * Shapley values of a game over features: what each one adds on average over all orders in which they can come
 * (L. S. Shapley, 1953). Exact over all coalitions; beyond that by orders drawn in antithetic pairs, each with its
 * standard error (Castro, Gómez, Tejada 2009; Mitchell et al. 2022). Coalitions are bit masks: bit i = feature i.
 */
import { type Random, shuffle } from '../../training';

export interface ShapleyValue {
  readonly value: number;
  /** Null where nothing was drawn: the value is exact for the coalitions' worth. */
  readonly standardError: number | null;
}

/** Up to so many features every coalition is asked. */
export const EXACT_FEATURES = 12;

/** @param worth of every coalition, by mask: 2^features numbers. */
export function exactShapley(features: number, worth: ArrayLike<number>): ShapleyValue[] {
  const shares = sharesBySize(features);
  return Array.from({ length: features }, (_, feature) => {
    const bit = 1 << feature;
    let value = 0;
    for (let mask = 0; mask < worth.length; mask++) {
      if ((mask & bit) === 0) value += shares[bitsOf(mask)]! * (worth[mask | bit]! - worth[mask]!);
    }
    return { value, standardError: null };
  });
}

/** |S|! (n − |S| − 1)! / n!, built step by step so that no factorial overflows. */
function sharesBySize(features: number): number[] {
  const shares: number[] = [1 / features];
  for (let size = 1; size < features; size++) shares.push((shares[size - 1]! * size) / (features - size));
  return shares;
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/** Orders of the features, each followed by its reverse: what one overrates the other underrates. */
export function drawnOrders(features: number, pairs: number, random: Random): number[][] {
  return Array.from({ length: pairs }, () => {
    const order = shuffle(
      Array.from({ length: features }, (_, feature) => feature),
      random,
    );
    return [order, [...order].reverse()];
  }).flat();
}

/** @param worths for each order, of its growing coalitions: none, the first, the first two, … all. */
export function sampledShapley(
  orders: readonly (readonly number[])[],
  worths: readonly ArrayLike<number>[],
): ShapleyValue[] {
  const features = orders[0]!.length;
  const marginals = Array.from({ length: features }, () => [] as number[]);
  orders.forEach((order, at) =>
    order.forEach((feature, step) => marginals[feature]!.push(worths[at]![step + 1]! - worths[at]![step]!)),
  );
  return marginals.map((ofFeature) => {
    const pairs = ofFeature.length / 2;
    const means = Array.from(
      { length: pairs },
      (_, pair) => (ofFeature[2 * pair]! + ofFeature[2 * pair + 1]!) / 2,
    );
    const value = means.reduce((sum, mean) => sum + mean, 0) / pairs;
    const variance = means.reduce((sum, mean) => sum + (mean - value) ** 2, 0) / Math.max(1, pairs - 1);
    return { value, standardError: Math.sqrt(variance / pairs) };
  });
}
