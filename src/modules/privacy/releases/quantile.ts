/** Quartiles over the few scores there can be: one of them is drawn whole, the likelier the better it splits the rows. */
import { chooseByExponential } from './exponential-choice';
import type { RandomIntegers } from './random-integers';
import type { Rational } from './rational';
import { sum } from './row-counts';

/** How many quarters of the rows may lie below it. */
export type Quarters = 1n | 2n | 3n;

/**
 * The place of the score that was drawn: ε-differentially private where one person has at most `rowsPerPerson` of the rows.
 * @param rows of each score, in ascending order of the scores.
 */
export function drawQuantile(
  quarters: Quarters,
  rows: readonly bigint[],
  { rowsPerPerson, epsilon }: { readonly rowsPerPerson: bigint; readonly epsilon: Rational },
  random: RandomIntegers,
): number {
  const rest = 4n - quarters;
  const sensitivity = rowsPerPerson * (quarters > rest ? quarters : rest);
  return chooseByExponential(distancesFrom(quarters, rows), sensitivity, epsilon, random);
}

/**
 * By how many quarters of a row too many lie below or above each score; 0 for a true quantile. A row more or less changes a
 * distance by the larger of `quarters` and what is left to four, at most.
 */
function distancesFrom(quarters: Quarters, rows: readonly bigint[]): bigint[] {
  const all = sum(rows);
  return rows.map((_, i) => {
    const below = 4n * sum(rows.slice(0, i)) - quarters * all;
    const above = 4n * sum(rows.slice(i + 1)) - (4n - quarters) * all;
    return [below, above].reduce((most, distance) => (distance > most ? distance : most), 0n);
  });
}
