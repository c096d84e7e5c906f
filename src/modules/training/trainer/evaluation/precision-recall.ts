/**
 * Precision against recall at every threshold: what tells a classifier of rare positives apart, whose answers may order the rows
 * well and yet never reach a half, so that precision and recall at the usual threshold are 0.
 */
export interface OperatingPoint {
  /** Rows whose answer is at least this are called positive. */
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface PrecisionRecall {
  /** Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds, from the highest on: no interpolation flatters it (Davis and Goadrich 2006). */
  readonly averagePrecision: number;
  /** Where F1 is largest; of equal ones the highest threshold. */
  readonly bestF1: OperatingPoint;
}

/** A threshold, and how many of the positive rows are found there. */
interface Reached extends OperatingPoint {
  readonly found: number;
}

/** Undefined where no row is positive. @param labels 1 for positive rows, 0 for negative ones. */
export function precisionRecall(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): PrecisionRecall | undefined {
  const positives = Array.from(labels).filter((label) => label === 1).length;
  if (positives === 0) return undefined;
  let best: OperatingPoint = { threshold: 1, precision: 0, recall: 0, f1: 0 };
  let [before, averagePrecision] = [0, 0];
  for (const { found, ...point } of operatingPoints(probabilities, labels)) {
    averagePrecision += ((found - before) / positives) * point.precision;
    before = found;
    if (point.f1 > best.f1) best = point;
  }
  return { averagePrecision, bestF1: best };
}

/** Every threshold that calls other rows positive than the one before, from the highest on. Nothing where no row is positive. */
export function* operatingPoints(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): Generator<Reached> {
  const order = Array.from({ length: labels.length }, (_, row) => row);
  order.sort((a, b) => probabilities[b]! - probabilities[a]!);
  const positives = order.filter((row) => labels[row] === 1).length;
  if (positives === 0) return;
  let found = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const threshold = probabilities[order[from]!]!;
    // The first in any case: what is no number is not even equal to itself.
    for (; to === from || (to < order.length && probabilities[order[to]!] === threshold); to++)
      if (labels[order[to]!] === 1) found++;
    yield {
      threshold,
      precision: found / to,
      recall: found / positives,
      f1: (2 * found) / (to + positives),
      found,
    };
  }
}
