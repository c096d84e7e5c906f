/**
 * What the held-out rows said about a model, whatever it learned: all figures with their intervals, which class was taken
 * for which, whether promises were kept, and the same figures for every group that is large enough to hide a person in.
 */
import { SMALLEST_GROUP } from '../../../../kernel/statistics';
import type { CalibrationBin, Evaluation, Metric } from '../../../models';
import type { PairedMetric } from './compare';
import { evaluate, groupCells } from './evaluate';
import { evaluateClasses } from './evaluate-classes';
import { evaluateRegression } from './evaluate-regression';
import type { OperatingPoint } from './precision-recall';

export interface GroupReport {
  readonly keys: readonly { readonly attribute: string; readonly value: string }[];
  readonly n: number;
  readonly metrics: readonly Metric[];
}

export interface Comparison {
  readonly parentVersionId: string;
  /** Whether these rows were held out from the parent's training too. */
  readonly heldOutFromParent: boolean;
  readonly metrics: readonly PairedMetric[];
}

export interface EvaluationReport {
  readonly rows: number;
  /** Names of the classes; null for a regression. */
  readonly classes: readonly string[] | null;
  /** Rows of each class (first index) that were called each class (second index); null for a regression. */
  readonly confusion: readonly (readonly number[])[] | null;
  readonly calibration: readonly CalibrationBin[];
  /** Of yes or no; missing in reports from before it was looked for. */
  readonly bestF1?: OperatingPoint | null;
  readonly groups: readonly GroupReport[];
  readonly suppressedGroups: number;
  readonly comparison: Comparison | null;
}

export interface Answered {
  /** Rows × numbers of one answer. */
  readonly answers: Float32Array;
  readonly labels: ArrayLike<number>;
  /** Null for a regression. */
  readonly classes: readonly string[] | null;
  /** For each protected attribute, the group of each row. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Of yes or no: from which probability on a row is called positive; a half where nobody chose another. */
  readonly threshold?: number;
}

export interface Evaluated {
  readonly metrics: readonly Metric[];
  /** For yes-or-no classifiers: the counts that fairness is judged by. */
  readonly evaluation: Evaluation | null;
  readonly report: EvaluationReport;
}

export function evaluateAnswers(answered: Answered): Evaluated {
  const { labels, classes, groups } = answered;
  const whole = figuresOf(answered);
  const rows = Array.from({ length: labels.length }, (_, row) => row);
  const cells = groupCells(rows, groups);
  const shown = cells.filter((cell) => cell.rows.length >= SMALLEST_GROUP);
  return {
    metrics: whole.metrics,
    evaluation: whole.evaluation,
    report: {
      rows: labels.length,
      classes,
      confusion: whole.confusion,
      calibration: whole.calibration,
      bestF1: whole.bestF1,
      groups: shown.map(({ keys, rows: members }) => ({
        keys,
        n: members.length,
        metrics: figuresOf(only(answered, members)).metrics,
      })),
      suppressedGroups: cells.length - shown.length,
      comparison: null,
    },
  };
}

interface Figures {
  readonly metrics: readonly Metric[];
  readonly evaluation: Evaluation | null;
  readonly confusion: readonly (readonly number[])[] | null;
  readonly calibration: readonly CalibrationBin[];
  readonly bestF1: OperatingPoint | null;
}

function figuresOf({ answers, labels, classes, groups, threshold }: Answered): Figures {
  if (!classes) {
    return {
      metrics: evaluateRegression(answers, labels),
      evaluation: null,
      confusion: null,
      calibration: [],
      bestF1: null,
    };
  }
  if (answers.length > labels.length)
    return { evaluation: null, bestF1: null, ...evaluateClasses(answers, labels, classes.length) };
  const { evaluation, metrics, bestF1 } = evaluate({ probabilities: answers, labels, groups, threshold });
  const { trueNegatives, falsePositives, falseNegatives, truePositives } = evaluation.confusion;
  return {
    metrics,
    evaluation,
    confusion: [
      [trueNegatives, falsePositives],
      [falseNegatives, truePositives],
    ],
    calibration: evaluation.calibration,
    bestF1,
  };
}

function only({ answers, labels, classes, threshold }: Answered, rows: readonly number[]): Answered {
  const width = answers.length / labels.length;
  return {
    answers: Float32Array.from(rows.flatMap((row) => [...answers.subarray(row * width, (row + 1) * width)])),
    labels: rows.map((row) => labels[row]!),
    classes,
    groups: {},
    threshold,
  };
}
