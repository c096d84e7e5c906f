/**
 * Grows a decision tree (CART; Breiman et al. 1984): each question is the one that leaves the parts purest, by Gini's
 * impurity for classes and by variance for numbers. Answers are the shares of the classes in a leaf, or its mean. Nothing
 * is left to chance: equal rows give equal trees.
 */
import type { DecisionTree, TreeNode } from '../../../compute/process-door';
import { spreadOf } from '../../preparation/spread';
import type { Examples } from '../training-data';

export interface TreeGoal {
  readonly maxDepth: number;
  readonly minLeafRows: number;
  /** Classes of the labels; 0 = the labels are numbers. */
  readonly classes: number;
  /** Numbers of an answer: one for each class, or the second class's alone, or the number. */
  readonly outputWidth: number;
  /** What a row of each class counts; null = 1. */
  readonly classWeights: readonly number[] | null;
}

/** So many thresholds of a column are tried at most: beyond that, questions hardly differ. */
const MOST_CUTS = 64;

interface Question {
  readonly feature: number;
  readonly threshold: number;
  readonly gain: number;
}

export function growTree(examples: Examples, goal: TreeGoal): DecisionTree {
  const nodes: TreeNode[] = [];
  const asked = { ...examples, labels: goal.classes > 0 ? examples.labels : inUnit(examples.labels) };
  const grow = (rows: Int32Array, depth: number): number => {
    const id = nodes.length;
    const question = depth < goal.maxDepth ? bestQuestion(asked, rows, goal) : undefined;
    nodes.push({ answer: answerFor(examples, rows, goal) });
    if (!question) return id;
    const { feature, threshold } = question;
    const goesLeft = (row: number): boolean =>
      examples.features[row * examples.width + feature]! <= threshold;
    const left = grow(rows.filter(goesLeft), depth + 1);
    const right = grow(
      rows.filter((row) => !goesLeft(row)),
      depth + 1,
    );
    nodes[id] = { feature, threshold, left, right };
    return id;
  };
  grow(
    Int32Array.from({ length: examples.count }, (_, row) => row),
    0,
  );
  return { inputWidth: examples.width, outputWidth: goal.outputWidth, nodes };
}

/** Numbers around 0 with spread 1: what is too little to be a gain, and what is lost in sums of squares, hangs on no unit. */
function inUnit(labels: Float32Array): Float32Array {
  const { mean, deviation } = spreadOf(labels);
  return labels.map((label) => (label - mean) / (deviation || 1));
}

function answerFor(examples: Examples, rows: Int32Array, goal: TreeGoal): number[] {
  const sums = new Sums(goal);
  for (const row of rows) sums.add(examples.labels[row]!, 1);
  if (goal.classes === 0) return [sums.mean];
  return goal.outputWidth > 1 ? sums.shares : [sums.shares[1]!];
}

function bestQuestion(examples: Examples, rows: Int32Array, goal: TreeGoal): Question | undefined {
  if (rows.length < 2 * goal.minLeafRows) return undefined;
  const whole = new Sums(goal);
  for (const row of rows) whole.add(examples.labels[row]!, 1);
  if (whole.impurity <= 1e-12) return undefined;
  let best: Question | undefined;
  for (let feature = 0; feature < examples.width; feature++) {
    const found = bestThreshold(examples, rows, goal, feature, whole);
    if (found && found.gain > (best?.gain ?? 1e-12)) best = found;
  }
  return best;
}

function bestThreshold(
  { features, labels, width }: Examples,
  rows: Int32Array,
  goal: TreeGoal,
  feature: number,
  whole: Sums,
): Question | undefined {
  const values = Float32Array.from(rows, (row) => features[row * width + feature]!);
  const sorted = values.slice().sort();
  if (sorted[0] === sorted.at(-1)) return undefined;
  const order = Uint32Array.from(rows, (_, at) => at).sort((a, b) => values[a]! - values[b]!);
  const stride = hasFewValues(sorted) ? 1 : Math.max(1, Math.floor(rows.length / MOST_CUTS));
  const [left, right] = [new Sums(goal), whole.copy()];
  let best: Question | undefined;
  let tried = 0;
  for (let at = 0; at < order.length - goal.minLeafRows; at++) {
    const label = labels[rows[order[at]!]!]!;
    left.add(label, 1);
    right.add(label, -1);
    const value = sorted[at]!;
    if (at + 1 < goal.minLeafRows || sorted[at + 1] === value || at + 1 - tried < stride) continue;
    tried = at + 1;
    const gain = whole.impurity - left.impurity - right.impurity;
    // Up to and with the value itself: a threshold between two numbers could round onto one of them.
    if (gain > (best?.gain ?? 0)) best = { feature, threshold: value, gain };
  }
  return best;
}

/** Not more cuts between them than are tried. */
function hasFewValues(sorted: Float32Array): boolean {
  let cuts = 0;
  for (let at = 1; at < sorted.length && cuts <= MOST_CUTS; at++) if (sorted[at] !== sorted[at - 1]) cuts++;
  return cuts <= MOST_CUTS;
}

/** Sums of labels from which impurity follows: times the rows' weight, so that parts add up. */
class Sums {
  private weight = 0;
  private sum = 0;
  private squares = 0;
  private readonly counts: Float64Array;

  constructor(private readonly goal: TreeGoal) {
    this.counts = new Float64Array(goal.classes);
  }

  add(label: number, sign: 1 | -1): void {
    const counts = sign * (this.goal.classWeights?.[label] ?? 1);
    this.weight += counts;
    if (this.goal.classes > 0) this.counts[label]! += counts;
    else {
      this.sum += counts * label;
      this.squares += counts * label ** 2;
    }
  }

  copy(): Sums {
    const copy = new Sums(this.goal);
    copy.weight = this.weight;
    copy.sum = this.sum;
    copy.squares = this.squares;
    copy.counts.set(this.counts);
    return copy;
  }

  get mean(): number {
    return this.weight > 0 ? this.sum / this.weight : 0;
  }

  get shares(): number[] {
    return [...this.counts].map((count) => (this.weight > 0 ? count / this.weight : 0));
  }

  get impurity(): number {
    if (this.weight <= 0) return 0;
    if (this.goal.classes === 0) return Math.max(0, this.squares - this.sum ** 2 / this.weight);
    let squares = 0;
    for (const count of this.counts) squares += count ** 2;
    return this.weight - squares / this.weight;
  }
}
