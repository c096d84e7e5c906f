/**
 * What happened last is held out, what came before it is watched, and the rest is learned from: as a model is used, which knows no
 * tomorrow. Rows of one moment stay together.
 */
import type { Split, SplitShares } from './split';

/**
 * Indices of rows by part, in ascending order.
 * @throws RangeError when a row has no time, or when all are of too few moments.
 */
export function splitByTime(values: readonly unknown[], shares: SplitShares): Split {
  const without = values.filter((value) => typeof value !== 'number').length;
  if (without > 0) throw new RangeError(`${without} rows have no time`);
  const times = values as readonly number[];
  const ordered = times.map((_, row) => row).sort((a, b) => times[a]! - times[b]! || a - b);
  const timeAt = (place: number): number => times[ordered[place]!]!;
  /** The beginning of the moment in which so many rows of all before `end` begin; at least one row is after it. */
  const cut = (share: number, end: number): number => {
    let place = Math.min(end - 1, end - Math.round(times.length * share));
    while (place > 0 && timeAt(place - 1) === timeAt(place)) place--;
    return place;
  };
  const heldOutFrom = cut(shares.heldOut, times.length);
  const validationFrom = heldOutFrom > 0 ? cut(shares.validation, heldOutFrom) : 0;
  if (validationFrom <= 0) throw new RangeError('too few moments for three parts');
  const part = (from: number, to: number): number[] => ordered.slice(from, to).sort((a, b) => a - b);
  return {
    training: part(0, validationFrom),
    validation: part(validationFrom, heldOutFrom),
    heldOut: part(heldOutFrom, times.length),
  };
}
