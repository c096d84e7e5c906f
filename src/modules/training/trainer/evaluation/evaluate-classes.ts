/**
 * How good a classifier of several classes is. Precision, recall, F1 and AUC are means over the classes, each against all
 * others, so that a frequent class does not hide a rare one.
 */
import { aucWithInterval } from '../../../../kernel/statistics';
import type { CalibrationBin, Metric } from '../../../models';
import { seededRandom } from '../../preparation/seeded-random';
import { average, CLIP, LEVEL, mean, proportion } from './evaluate';

const BINS = 10;
/** Bootstrap samples; enough for the ends of a 95 % interval to two digits. */
const SAMPLES = 200;

export interface ClassesEvaluation {
  readonly metrics: Metric[];
  /** Rows of each class (first index) that were called each class (second index). */
  readonly confusion: number[][];
  /** Of the class that was called. */
  readonly calibration: CalibrationBin[];
}

/** @param probabilities rows × classes. */
export function evaluateClasses(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
): ClassesEvaluation {
  const n = labels.length;
  const called = Array.from({ length: n }, (_, row) =>
    calledClass(probabilities.subarray(row * classes, (row + 1) * classes)),
  );
  const confusion = counted(labels, called, classes);
  const correct = called.filter((one, row) => one === labels[row]).length;
  const logLosses: number[] = [];
  const squares: number[] = [];
  for (let row = 0; row < n; row++) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    logLosses.push(-Math.log(Math.min(1 - CLIP, Math.max(CLIP, own[labels[row]!]!))));
    squares.push(own.reduce((sum, p, index) => sum + (p - Number(index === labels[row])) ** 2, 0));
  }
  const calibration = calibrationOf(probabilities, labels, called, classes);
  const calibrationError = calibration.reduce(
    (sum, bin) => sum + (bin.n / n) * Math.abs(bin.meanProbability - bin.positiveRate),
    0,
  );
  return {
    metrics: [
      proportion('accuracy', correct, n),
      ...macroWithIntervals(labels, called, classes),
      ...macroAuc(probabilities, labels, classes),
      average('logLoss', logLosses),
      average('brier', squares),
      { name: 'calibrationError', value: calibrationError, interval: null, level: null, n },
    ],
    confusion,
    calibration,
  };
}

export function calledClass(probabilities: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < probabilities.length; index++)
    if (probabilities[index]! > probabilities[best]!) best = index;
  return best;
}

function counted(labels: ArrayLike<number>, called: readonly number[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  called.forEach((one, row) => counts[labels[row]!]![one]!++);
  return counts;
}

const MACRO = ['precision', 'recall', 'f1'] as const;

/** Means over classes have no interval in closed form: rows are drawn anew with replacement (Efron 1979). */
function macroWithIntervals(labels: ArrayLike<number>, called: readonly number[], classes: number): Metric[] {
  const n = called.length;
  const values = macro(counted(labels, called, classes));
  const random = seededRandom(n);
  const drawn = Array.from({ length: SAMPLES }, () => {
    const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    for (let i = 0; i < n; i++) {
      const row = Math.floor(random() * n);
      counts[labels[row]!]![called[row]!]!++;
    }
    return macro(counts);
  });
  return MACRO.map((name) => {
    const sorted = drawn.map((one) => one[name]).sort((a, b) => a - b);
    const tail = ((1 - LEVEL) / 2) * SAMPLES;
    const [lower, upper] = [sorted[Math.floor(tail)]!, sorted[Math.ceil(SAMPLES - tail) - 1]!];
    const value = values[name];
    return {
      name,
      value,
      interval: [Math.min(lower, value), Math.max(upper, value)],
      level: LEVEL,
      n,
    };
  });
}

function macro(confusion: readonly (readonly number[])[]): Record<(typeof MACRO)[number], number> {
  const one = confusion.map((row, index) => {
    const right = row[index]!;
    const called = confusion.reduce((sum, other) => sum + other[index]!, 0);
    const there = row.reduce((sum, count) => sum + count, 0);
    return {
      there,
      precision: called === 0 ? 0 : right / called,
      recall: there === 0 ? 0 : right / there,
      f1: called + there === 0 ? 0 : (2 * right) / (called + there),
    };
  });
  // A class that has no row here says nothing.
  const present = one.filter(({ there }) => there > 0);
  const over = (name: (typeof MACRO)[number]): number => mean(present.map((each) => each[name]));
  return { precision: over('precision'), recall: over('recall'), f1: over('f1') };
}

/** The ends are the means of the classes' ends: the mean of several varies no more than they do on average. */
function macroAuc(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): Metric[] {
  const rows = Array.from({ length: labels.length }, (_, row) => row);
  const each = Array.from({ length: classes }, (_, index) =>
    aucWithInterval(
      rows.map((row) => probabilities[row * classes + index]!),
      rows.map((row) => Number(labels[row] === index)),
      LEVEL,
    ),
  ).filter((one) => one !== null && one !== undefined);
  if (each.length === 0) return [];
  const interval = [0, 1].map((end) => mean(each.map((one) => one.interval[end]!)));
  return [{ name: 'auc', value: mean(each.map(({ auc }) => auc)), interval, level: LEVEL, n: rows.length }];
}

function calibrationOf(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  called: readonly number[],
  classes: number,
): CalibrationBin[] {
  const promised = called.map((one, row) => probabilities[row * classes + one]!);
  return Array.from({ length: BINS }, (_, bin) => {
    const inBin = promised.flatMap((p, row) =>
      Math.min(BINS - 1, Math.floor(p * BINS)) === bin ? [row] : [],
    );
    return {
      lower: bin / BINS,
      upper: (bin + 1) / BINS,
      n: inBin.length,
      meanProbability: mean(inBin.map((row) => promised[row]!)),
      positiveRate: mean(inBin.map((row) => Number(called[row] === labels[row]))),
    };
  }).filter(({ n }) => n > 0);
}
