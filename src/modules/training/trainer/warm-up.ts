/**
 * Rows with which a version is checked and warmed. Each value is drawn on its own from the training part, and a picture or a text
 * number by number, so that the rows look like the data and yet are nobody's: a version may be kept longer than the people in it
 * agreed to.
 */
import { seededRandom } from '../preparation/seeded-random';
import { type PreparationStep, type TablePreparation, widthOf } from '../preparation/encode-row';
import type { Examples } from './training-data';

const WARM_UP_ROWS = 32;

export function warmUpRows(
  { steps }: TablePreparation,
  { features, count, width }: Examples,
  seed: number,
): number[][] {
  const random = seededRandom(seed ^ 0x5eed);
  return Array.from({ length: WARM_UP_ROWS }, () => {
    const row: number[] = [];
    for (const step of steps) {
      const end = row.length + widthOf(step);
      while (row.length < end) {
        const from = Math.floor(random() * count) * width + row.length;
        row.push(...features.subarray(from, from + togetherOf(step)));
      }
    }
    return row;
  });
}

/** Numbers that make sense together alone: of a category one is 1. A whole picture or text would be somebody's. */
function togetherOf(step: PreparationStep): number {
  return step.kind === 'ONE_HOT' || step.kind === 'HASH' ? widthOf(step) : 1;
}
