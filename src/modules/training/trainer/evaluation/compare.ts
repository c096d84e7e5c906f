/**
 * Two versions on the same rows. Rows that are hard for one are hard for the other, so differences are taken row by row:
 * the intervals are those of a mean of differences, and for the AUC those of DeLong, DeLong and Clarke-Pearson (1988).
 */
import { normalQuantile, USUAL_THRESHOLD } from '../../../../kernel/statistics';
import { CLIP, LEVEL } from './evaluate';
import { calledClass } from './evaluate-classes';

export interface PairedMetric {
  readonly metric: string;
  readonly value: number;
  readonly parent: number;
  /** Of the difference, the version's less the parent's; null where there is nothing to vary. */
  readonly interval: number[] | null;
  readonly level: number | null;
  readonly n: number;
}

export interface Compared {
  /** Rows × width. */
  readonly own: ArrayLike<number>;
  readonly parent: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** Numbers of one answer; 1 for yes or no, and for a number. */
  readonly width: number;
  readonly isRegression: boolean;
  /** Of yes or no: from which probability on each of both says yes; a half where nobody chose another. */
  readonly thresholds?: { readonly own: number; readonly parent: number };
}

const USUAL_THRESHOLDS = { own: USUAL_THRESHOLD, parent: USUAL_THRESHOLD };

export function compare(compared: Compared): PairedMetric[] {
  const { isRegression, width } = compared;
  if (isRegression)
    return [
      perRow('mae', compared, (answer, truth) => Math.abs(answer[0]! - truth)),
      perRow('meanSquaredError', compared, (answer, truth) => (answer[0]! - truth) ** 2),
    ];
  const metrics = [
    perRow('accuracy', compared, (answer, truth, threshold) => Number(classOf(answer, threshold) === truth)),
    perRow(
      'logLoss',
      compared,
      (answer, truth) => -Math.log(Math.min(1 - CLIP, Math.max(CLIP, probabilityOf(answer, truth)))),
    ),
    perRow('brier', compared, (answer, truth) =>
      answer.length === 1
        ? (answer[0]! - truth) ** 2
        : [...answer].reduce((sum, p, index) => sum + (p - Number(index === truth)) ** 2, 0),
    ),
  ];
  const auc = width === 1 ? pairedAuc(compared) : undefined;
  return auc ? [...metrics, auc] : metrics;
}

function classOf(answer: ArrayLike<number>, threshold: number): number {
  return answer.length === 1 ? Number(answer[0]! >= threshold) : calledClass(answer);
}

function probabilityOf(answer: ArrayLike<number>, truth: number): number {
  if (answer.length > 1) return answer[truth]!;
  return truth === 1 ? answer[0]! : 1 - answer[0]!;
}

type PerRow = (answer: Float64Array, truth: number, threshold: number) => number;

function perRow(
  metric: string,
  { own, parent, labels, width, thresholds = USUAL_THRESHOLDS }: Compared,
  of: PerRow,
): PairedMetric {
  const n = labels.length;
  const each = (answers: ArrayLike<number>, threshold: number): number[] =>
    Array.from({ length: n }, (_, row) =>
      of(
        Float64Array.from({ length: width }, (_unused, unit) => answers[row * width + unit]!),
        labels[row]!,
        threshold,
      ),
    );
  const [ours, theirs] = [each(own, thresholds.own), each(parent, thresholds.parent)];
  const differences = ours.map((value, row) => value - theirs[row]!);
  return {
    metric,
    value: meanOf(ours),
    parent: meanOf(theirs),
    ...around(meanOf(differences), varianceOf(differences) / n),
    n,
  };
}

function pairedAuc({ own, parent, labels }: Compared): PairedMetric | undefined {
  const rows = Array.from({ length: labels.length }, (_, row) => row);
  const positives = rows.filter((row) => labels[row] === 1);
  const negatives = rows.filter((row) => labels[row] !== 1);
  if (positives.length < 2 || negatives.length < 2) return undefined;
  const [ours, theirs] = [own, parent].map((answers) => placements(answers, positives, negatives));
  const differences = (side: 'positives' | 'negatives'): number[] =>
    ours![side].map((value, index) => value - theirs![side][index]!);
  const [above, below] = [differences('positives'), differences('negatives')];
  return {
    metric: 'auc',
    value: meanOf(ours!.positives),
    parent: meanOf(theirs!.positives),
    ...around(meanOf(above), varianceOf(above) / above.length + varianceOf(below) / below.length),
    n: rows.length,
  };
}

/** For each positive the share of negatives below it, for each negative the share of positives above it; ties count half. */
function placements(answers: ArrayLike<number>, positives: readonly number[], negatives: readonly number[]) {
  const sortedOf = (rows: readonly number[]): Float64Array =>
    Float64Array.from(rows, (row) => answers[row]!).sort();
  const [up, down] = [sortedOf(positives), sortedOf(negatives)];
  return {
    positives: positives.map((row) => below(down, answers[row]!)),
    negatives: negatives.map((row) => 1 - below(up, answers[row]!)),
  };
}

/** Share of the sorted values below this one, those equal to it by half. */
function below(sorted: Float64Array, value: number): number {
  const first = (isBehind: (other: number) => boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(sorted[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return (first((other) => other >= value) + first((other) => other > value)) / (2 * sorted.length);
}

function around(difference: number, variance: number): Pick<PairedMetric, 'interval' | 'level'> {
  if (!(variance > 0)) return { interval: null, level: null };
  const half = normalQuantile(1 - (1 - LEVEL) / 2) * Math.sqrt(variance);
  return { interval: [difference - half, difference + half], level: LEVEL };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
}
