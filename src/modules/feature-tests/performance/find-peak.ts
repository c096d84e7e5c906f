/**
 * The largest rate that holds: doubled until one does not, or halved until one does, and then halved in between. Each step is
 * a whole test, so there are few of them, and the answer is within a twentieth or so of what holds.
 */
import { MOST_RATE } from './load-plan';

/** Below a thousandth of what was asked for nobody looks for a peak. */
const LEAST_PART = 0.001;
const CLOSE_ENOUGH = 1.1;

/**
 * @param firstHolds what was found at `first`.
 * @param holds tries a rate; undefined when there is no time for it any more, which ends the search.
 * @returns null when nothing held.
 */
export async function findPeak(
  first: number,
  firstHolds: boolean,
  holds: (rate: number) => Promise<boolean | undefined>,
): Promise<number | null> {
  let good = firstHolds ? first : 0;
  let bad = firstHolds ? Infinity : first;
  for (;;) {
    const rate = nextRate(first, good, bad);
    if (rate === undefined) break;
    const held = await holds(rate);
    if (held === undefined) break;
    if (held) good = rate;
    else bad = rate;
  }
  return good > 0 ? good : null;
}

function nextRate(first: number, good: number, bad: number): number | undefined {
  if (bad === Infinity) return good < MOST_RATE ? Math.min(MOST_RATE, good * 2) : undefined;
  if (good === 0) return bad / 2 >= first * LEAST_PART ? bad / 2 : undefined;
  return bad / good > CLOSE_ENOUGH ? Math.sqrt(good * bad) : undefined;
}
