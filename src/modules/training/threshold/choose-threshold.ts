/**
 * Which threshold reaches a goal, by rows whose answers are known: pure. Of all numbers that lead to the same labels on these rows the
 * shortest is taken that lies between two answers: an answer that differs in its last bits on another device stays on its side, and a
 * person can read the number.
 */
import { ThresholdGoal } from '../../models';
import { type OperatingPoint, operatingPoints } from '../trainer/evaluation/precision-recall';

export interface ThresholdWish {
  readonly goal: ThresholdGoal;
  /** Of AT_LEAST_RECALL and AT_LEAST_PRECISION. */
  readonly atLeast: number | null;
}

/** The digits of a double at most. */
const MOST_DIGITS = 17;

/** Null where no threshold reaches the goal. @param labels 1 for positive rows, 0 for negative ones. */
export function chooseThreshold(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  wish: ThresholdWish,
): OperatingPoint | null {
  let chosen: OperatingPoint | null = null;
  let below = 0;
  for (const { found: _found, ...point } of operatingPoints(probabilities, labels)) {
    // The row after the chosen ones: down to it, itself left out, every threshold leads to the same labels.
    if (chosen && below === 0) below = point.threshold;
    // What is answered with 0 is called positive by no threshold between 0 and 1.
    if (point.threshold <= 0 || !isBetter(point, chosen, wish)) continue;
    [chosen, below] = [point, 0];
  }
  return chosen && { ...chosen, threshold: between(below, chosen.threshold) };
}

/** How far any threshold leads towards a goal. */
export function mostReached(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  { goal }: ThresholdWish,
): number {
  let most = 0;
  for (const { threshold, precision, recall, f1 } of operatingPoints(probabilities, labels)) {
    if (threshold <= 0) continue;
    const reached = { MAX_F1: f1, AT_LEAST_RECALL: recall, AT_LEAST_PRECISION: precision }[goal];
    most = Math.max(most, reached);
  }
  return most;
}

/** Thresholds fall, so that recall never does. */
function isBetter(
  point: OperatingPoint,
  before: OperatingPoint | null,
  { goal, atLeast }: ThresholdWish,
): boolean {
  switch (goal) {
    case ThresholdGoal.MAX_F1:
      return point.f1 > (before?.f1 ?? 0);
    case ThresholdGoal.AT_LEAST_RECALL:
      return !before && point.recall >= atLeast!;
    case ThresholdGoal.AT_LEAST_PRECISION:
      return point.recall > (before?.recall ?? 0) && point.precision >= atLeast!;
  }
}

/** The number of the fewest digits nearest the middle; more than `low`, at most `high`, and less than 1. */
function between(low: number, high: number): number {
  const middle = (low + high) / 2;
  for (let digits = 2; digits <= MOST_DIGITS; digits++) {
    const short = Number(middle.toPrecision(digits));
    if (short > low && short <= high && short < 1) return short;
  }
  return middle;
}
