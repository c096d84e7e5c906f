/**
 * How good a classifier is on rows that it has never seen, each figure with the uncertainty that the number of rows
 * leaves. What is kept by group are counts; groups too small to hide a person in are left out.
 */
import {
  aucWithInterval,
  normalQuantile,
  SMALLEST_GROUP,
  USUAL_THRESHOLD,
  wilsonInterval,
} from '../../../../kernel/statistics';
import type { CalibrationBin, Confusion, Evaluation, GroupEvaluation, Metric } from '../../../models';
import { type OperatingPoint, precisionRecall } from './precision-recall';

export interface Scored {
  readonly probabilities: ArrayLike<number>;
  /** 1 for positive rows, 0 for negative ones. */
  readonly labels: ArrayLike<number>;
  /** For each protected attribute, the group of each row. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** From which probability on a row is called positive; a half where nobody chose another. */
  readonly threshold?: number;
}

export const LEVEL = 0.95;
const BINS = 10;
/** As TensorFlow does: a certain and wrong answer must not cost infinitely much. */
export const CLIP = 1e-7;

export function evaluate({ probabilities, labels, groups, threshold = USUAL_THRESHOLD }: Scored): {
  evaluation: Evaluation;
  metrics: Metric[];
  bestF1: OperatingPoint | null;
} {
  const rows = Array.from({ length: labels.length }, (_, row) => row);
  const scored: ScoredRow[] = rows.map((row) => ({ probability: probabilities[row]!, label: labels[row]! }));
  const confusion = confusionOf(scored, threshold);
  const calibration = calibrationOf(scored);
  const cells = groupCells(rows, groups);
  const shown = cells.filter((cell) => cell.rows.length >= SMALLEST_GROUP);
  const evaluation: Evaluation = {
    rows: rows.length,
    threshold,
    confusion,
    calibration,
    protectedAttributes: Object.keys(groups),
    groups: shown.map((cell): GroupEvaluation => {
      const members = cell.rows.map((row) => scored[row]!);
      const meanProbability = mean(members.map(({ probability }) => probability));
      return {
        keys: cell.keys,
        n: members.length,
        confusion: confusionOf(members, threshold),
        meanProbability,
      };
    }),
    suppressedGroups: cells.length - shown.length,
  };
  const curve = precisionRecall(probabilities, labels);
  const metrics = metricsOf(scored, confusion, calibration, curve?.averagePrecision);
  return { evaluation, metrics, bestF1: curve?.bestF1 ?? null };
}

interface ScoredRow {
  readonly probability: number;
  readonly label: number;
}

function confusionOf(rows: readonly ScoredRow[], threshold: number): Confusion {
  const count = (label: number, called: boolean): number =>
    rows.filter((row) => row.label === label && row.probability >= threshold === called).length;
  return {
    truePositives: count(1, true),
    falsePositives: count(0, true),
    trueNegatives: count(0, false),
    falseNegatives: count(1, false),
  };
}

function metricsOf(
  rows: readonly ScoredRow[],
  confusion: Confusion,
  calibration: readonly CalibrationBin[],
  averagePrecision: number | undefined,
): Metric[] {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = confusion;
  const n = rows.length;
  const auc = aucWithInterval(
    rows.map(({ probability }) => probability),
    rows.map(({ label }) => label),
    LEVEL,
  );
  const logLosses = rows.map(({ probability, label }) => {
    const promised = Math.min(1 - CLIP, Math.max(CLIP, label === 1 ? probability : 1 - probability));
    return -Math.log(promised);
  });
  const squares = rows.map(({ probability, label }) => (probability - label) ** 2);
  const calibrationError = calibration.reduce(
    (sum, bin) => sum + (bin.n / n) * Math.abs(bin.meanProbability - bin.positiveRate),
    0,
  );
  return [
    proportion('accuracy', tp + tn, n),
    proportion('precision', tp, tp + fp),
    proportion('recall', tp, tp + fn),
    f1(tp, tp + fp + fn),
    ...(auc ? [{ name: 'auc', value: auc.auc, interval: [...auc.interval], level: LEVEL, n }] : []),
    ...(averagePrecision === undefined ? [] : [withoutInterval('averagePrecision', averagePrecision, n)]),
    average('logLoss', logLosses),
    average('brier', squares),
    withoutInterval('calibrationError', calibrationError, n),
  ];
}

function withoutInterval(name: string, value: number, n: number): Metric {
  return { name, value, interval: null, level: null, n };
}

export function proportion(name: string, successes: number, n: number): Metric {
  const value = n === 0 ? 0 : successes / n;
  return { name, value, interval: [...wilsonInterval(successes, n, LEVEL)], level: LEVEL, n };
}

/** F1 = 2j / (1 + j) with j = TP / (TP + FP + FN), a proportion: its interval goes the same way, which is monotone. */
function f1(truePositives: number, n: number): Metric {
  const toF1 = (share: number): number => (2 * share) / (1 + share);
  const value = n === 0 ? 0 : toF1(truePositives / n);
  return { name: 'f1', value, interval: wilsonInterval(truePositives, n, LEVEL).map(toF1), level: LEVEL, n };
}

/** A mean of losses, none of which is negative, with its normal interval; of a single one nobody knows how far it is off. */
export function average(name: string, losses: readonly number[]): Metric {
  const n = losses.length;
  const value = mean(losses);
  if (n < 2) return withoutInterval(name, value, n);
  const variance = losses.reduce((sum, loss) => sum + (loss - value) ** 2, 0) / (n - 1);
  const halfWidth = normalQuantile(1 - (1 - LEVEL) / 2) * Math.sqrt(variance / n);
  return { name, value, interval: [Math.max(0, value - halfWidth), value + halfWidth], level: LEVEL, n };
}

function calibrationOf(rows: readonly ScoredRow[]): CalibrationBin[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const inBin = rows.filter(
      ({ probability }) => Math.min(BINS - 1, Math.floor(probability * BINS)) === bin,
    );
    return {
      lower: bin / BINS,
      upper: (bin + 1) / BINS,
      n: inBin.length,
      meanProbability: mean(inBin.map(({ probability }) => probability)),
      positiveRate: mean(inBin.map(({ label }) => label)),
    };
  }).filter(({ n }) => n > 0);
}

export interface GroupCell {
  readonly keys: { attribute: string; value: string }[];
  readonly rows: number[];
}

/** The groups of each attribute, and those of all attributes together. */
export function groupCells(rows: readonly number[], groups: Scored['groups']): GroupCell[] {
  const attributes = Object.keys(groups);
  const sets = attributes.map((attribute) => [attribute]);
  if (attributes.length > 1) sets.push(attributes);
  return sets.flatMap((set) => {
    const cells = new Map<string, GroupCell>();
    for (const row of rows) {
      const keys = set.map((attribute) => ({ attribute, value: groups[attribute]![row]! }));
      const id = JSON.stringify(keys.map(({ value }) => value));
      const cell = cells.get(id) ?? { keys, rows: [] };
      cell.rows.push(row);
      cells.set(id, cell);
    }
    return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  });
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
