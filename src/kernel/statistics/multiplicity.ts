/**
 * Many comparisons at once: one in twenty is "significant" at 5 % without any effect. Adjusted p-values are compared with α
 * itself; of e-values, which may be looked at at any time and depend on each other in any way, the rejected are counted.
 */

/** Holm (1979): the chance of any false rejection stays at most α, whatever the dependence. */
export function holm(pValues: readonly number[]): number[] {
  const m = pValues.length;
  let largest = 0;
  return inOrder(pValues, ascending(pValues), (p, rank) => {
    largest = Math.max(largest, Math.min(1, (m - rank) * p));
    return largest;
  });
}

/** Benjamini and Hochberg (1995): of what is rejected, at most the share α is false on average. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const m = pValues.length;
  let smallest = 1;
  return inOrder(pValues, ascending(pValues).reverse(), (p, fromEnd) => {
    smallest = Math.min(smallest, (m / (m - fromEnd)) * p);
    return smallest;
  });
}

/** The e-BH procedure (Wang and Ramdas 2022): how many of the largest e-values are rejected at α. Logarithms, of which some may be ±∞. */
export function eBenjaminiHochberg(logEValues: readonly number[], alpha: number): number {
  const m = logEValues.length;
  const falling = [...logEValues].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  for (let k = m; k > 0; k--) if (falling[k - 1]! >= Math.log(m / (k * alpha))) return k;
  return 0;
}

function ascending(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
}

function inOrder(
  values: readonly number[],
  order: readonly number[],
  adjust: (value: number, rank: number) => number,
): number[] {
  const adjusted = new Array<number>(values.length);
  order.forEach((index, rank) => (adjusted[index] = adjust(values[index]!, rank)));
  return adjusted;
}
