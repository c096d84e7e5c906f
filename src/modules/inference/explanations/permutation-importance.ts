/**
 * Permutation importance (Breiman 2001; Fisher, Rudin, Dominici 2019): how much worse, or how different, the answers get
 * when the values of one feature are dealt out anew among the rows. With the truth it is the rise of the squared error;
 * without it the mean absolute change of the answer.
 */
import { type Random, shuffle } from '../../training';
import { type Feature, withFeatureFrom } from './feature';

/** The rows with one feature dealt out anew. */
export function permuted(rows: Float32Array, width: number, feature: Feature, random: Random): Float32Array {
  const count = rows.length / width;
  const dealt = shuffle(
    Array.from({ length: count }, (_, row) => row),
    random,
  );
  const result = Float32Array.from(rows);
  dealt.forEach((from, row) => withFeatureFrom(result, row * width, rows, from * width, feature));
  return result;
}

/** @param truths of the rows; null = compare with the answers themselves. */
export function importanceOf(
  answers: ArrayLike<number>,
  changed: ArrayLike<number>,
  truths: ArrayLike<number> | null,
): number {
  let sum = 0;
  for (let row = 0; row < answers.length; row++) {
    sum += truths
      ? (changed[row]! - truths[row]!) ** 2 - (answers[row]! - truths[row]!) ** 2
      : Math.abs(changed[row]! - answers[row]!);
  }
  return sum / answers.length;
}

export function meanSquaredError(answers: ArrayLike<number>, truths: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < answers.length; row++) sum += (answers[row]! - truths[row]!) ** 2;
  return sum / answers.length;
}

/** Mean of repeats and its standard error; null with a single one. */
export function meanOfRepeats(values: readonly number[]): { mean: number; standardError: number | null } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, standardError: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}
