/** What a row of each class counts while a model learns, so that a rare class is not learned away. */
import type { Recipe } from './recipe';

/** BALANCED: n / (classes · rows of the class), so that rows count 1 on average. Null: every row counts 1. */
export function classWeightsOf(
  { classWeights, objective }: Pick<Recipe, 'classWeights' | 'objective'>,
  labels: ArrayLike<number>,
  classes: number,
): readonly number[] | null {
  if (classWeights === null || objective === 'REGRESSION') return null;
  if (classWeights !== 'BALANCED') return classWeights;
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < labels.length; row++) counts[labels[row]!]!++;
  return counts.map((count) => (count === 0 ? 1 : labels.length / (classes * count)));
}
