/** What a pass brought on the validation part beyond loss and accuracy: for yes or no alone, where a rank and an F1 exist. */
import { aucWithInterval } from '../../../../kernel/statistics';

export interface WatchedRanks {
  /** Area under the ROC curve; null where one of the two classes is missing, and for anything but yes or no. */
  readonly valAuc: number | null;
  /** 2 TP / (2 TP + FP + FN); 0 where nothing is positive and nothing was called so. Null for anything but yes or no. */
  readonly valF1: number | null;
}

export const NOT_WATCHED: WatchedRanks = { valAuc: null, valF1: null };

/** @param scores larger = more likely positive. @param labels 0 or 1. @param threshold from which on a row is called positive. */
export function watchedRanks(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): WatchedRanks {
  let [hits, wrong] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const called = scores[row]! >= threshold;
    if (called !== (labels[row] === 1)) wrong++;
    else if (called) hits++;
  }
  const valAuc = aucWithInterval(scores, labels)?.auc ?? null;
  return { valAuc, valF1: hits + wrong === 0 ? 0 : (2 * hits) / (2 * hits + wrong) };
}
