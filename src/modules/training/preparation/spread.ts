/**
 * How values lie around their mean. Where all are the same the spread is exactly 0: the sum of a fraction such as 0.1 is
 * rounded, and what rounding leaves, taken for a spread, would make everything else a number with fourteen noughts.
 */
export interface Spread {
  readonly mean: number;
  /** Standard deviation of these values. */
  readonly deviation: number;
}

export function spreadOf(values: ArrayLike<number>): Spread {
  const n = values.length;
  if (n === 0) return { mean: 0, deviation: 0 };
  let [sum, varies] = [0, false];
  for (let at = 0; at < n; at++) {
    sum += values[at]!;
    varies ||= values[at] !== values[0];
  }
  if (!varies) return { mean: values[0]!, deviation: 0 };
  const mean = sum / n;
  let squares = 0;
  for (let at = 0; at < n; at++) squares += (values[at]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / n) };
}
