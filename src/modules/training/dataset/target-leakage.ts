/**
 * How well each column alone tells the label, by a sample of the rows. What tells it all but perfectly is mostly the label in
 * other words, known only after the fact (target leakage: Kaufman et al. 2012): a model that learns from it looks better than
 * it will be. Missing values count as well, because a date of cancellation is there for those who left.
 */
import { areaUnderCurve } from '../../../kernel/statistics';
import { copied } from './column-kind';
import type { Cell, ColumnKindName } from './column-profile';
import { type LabelRule, labelOf } from './label-rule';
import { quickHash } from './quick-hash';

/** Rows that are kept: from this many to twice as many, evenly from the whole table. */
const SAMPLE = 1000;
/** Of each class; fewer are told apart by chance. */
const FEWEST = 20;

export class LeakageSample {
  private rows: Float64Array[] = [];
  private labels: Cell[] = [];
  private readonly texts = new Map<string, string>();
  private stride = 1;
  private seen = 0;

  constructor(
    private readonly kinds: readonly ColumnKindName[],
    private readonly labelAt: number,
  ) {}

  add(cells: readonly Cell[]): void {
    if (this.seen++ % this.stride !== 0) return;
    this.rows.push(Float64Array.from(cells, numbered));
    this.labels.push(this.own(cells[this.labelAt]!));
    if (this.rows.length < 2 * SAMPLE) return;
    this.stride *= 2;
    this.rows = this.rows.filter((_, at) => at % 2 === 0);
    this.labels = this.labels.filter((_, at) => at % 2 === 0);
  }

  /** By column the AUC of it alone; of several classes that of the class that it tells worst. Null where it is not asked. */
  aucs(rule: LabelRule): (number | null)[] {
    const classes = this.labels.map((label) => labelOf(rule, label));
    const asked = rule.labels.length === 2 ? [1] : rule.labels.map((_, index) => index);
    const positives = asked
      .map((index) => classes.map((one) => one === index))
      .filter((isPositive) => {
        const count = isPositive.filter(Boolean).length;
        return count >= FEWEST && isPositive.length - count >= FEWEST;
      });
    return this.kinds.map((kind, at) => {
      if (at === this.labelAt || kind === 'TEXT' || kind === 'IMAGE' || positives.length === 0) return null;
      const values = this.rows.map((row) => row[at]!);
      const orders = kind === 'NUMERIC' && positives.length === 1;
      return Math.min(
        ...positives.map((isPositive) =>
          Math.max(byValue(values, isPositive), orders ? byOrder(values, isPositive) : 0),
        ),
      );
    });
  }

  private own(label: Cell): Cell {
    if (typeof label !== 'string') return label;
    const known = this.texts.get(label) ?? copied(label);
    this.texts.set(known, known);
    return known;
  }
}

/** A text by its hash: a piece of the file would keep the whole of it in memory. */
function numbered(cell: Cell): number {
  return cell === null ? NaN : typeof cell === 'number' ? cell : quickHash(cell);
}

/** The larger the surer, or the smaller; the missing at whichever end fits. */
function byOrder(values: readonly number[], isPositive: readonly boolean[]): number {
  const ends = values.some(Number.isNaN) ? [-Infinity, Infinity] : [0];
  return Math.max(
    ...ends.map((missing) => {
      const known = values.map((value) => (Number.isNaN(value) ? missing : value));
      const area = areaUnderCurve(known, isPositive) ?? 0;
      return Math.max(area, 1 - area);
    }),
  );
}

/** By how often each value was positive in one half of the rows, asked of the other: what is seen once tells nothing. */
function byValue(values: readonly number[], isPositive: readonly boolean[]): number {
  const seen = new Map<number, { rows: number; positives: number }>();
  const [rate, isLearned] = [
    isPositive.filter(Boolean).length / values.length,
    values.map((_, at) => (quickHash(String(at)) & 1) === 1),
  ];
  values.forEach((value, at) => {
    if (!isLearned[at]) return;
    const counts = seen.get(value) ?? { rows: 0, positives: 0 };
    counts.rows++;
    if (isPositive[at]) counts.positives++;
    seen.set(value, counts);
  });
  const asked = values.flatMap((_, at) => (isLearned[at] ? [] : [at]));
  const scores = asked.map((at) => {
    const counts = seen.get(values[at]!);
    return counts ? counts.positives / counts.rows : rate;
  });
  const answers = asked.map((at) => isPositive[at]!);
  return areaUnderCurve(scores, answers) ?? 0;
}
