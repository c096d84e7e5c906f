/**
 * A small regression tree that imitates a model (Craven, Shavlik 1996; trees as in Breiman et al. 1984): rules that a
 * person can read, and their fidelity, the share of the model's variance that they explain on rows they were not fitted on.
 */
import type { GoOn } from '../prediction/model-work';

export interface TreeLeaf {
  /** The way to it: each condition narrows the one before. */
  readonly path: readonly TreeSplit[];
  readonly value: number;
  readonly rows: number;
}

export interface TreeSplit {
  readonly column: number;
  readonly threshold: number;
  /** Below or at the threshold, or above it. */
  readonly below: boolean;
}

export interface SurrogateTree {
  readonly leaves: readonly TreeLeaf[];
  /** How much of the squared error each column's splits took away; they sum to at most 1. */
  readonly gains: readonly number[];
}

export interface TreeLimits {
  readonly depth: number;
  readonly leafRows: number;
}

/** Of single precision, twice. */
const ROUNDING = 2 ** -23;

interface Split {
  readonly column: number;
  readonly threshold: number;
  readonly gain: number;
}

/** @param rows of `width` columns. @param answers of the model to them. */
export async function fitTree(
  rows: Float32Array,
  width: number,
  answers: ArrayLike<number>,
  limits: TreeLimits,
  goOn: GoOn,
): Promise<SurrogateTree> {
  const gains = new Array<number>(width).fill(0);
  const all = Array.from({ length: answers.length }, (_, row) => row);
  const total = squaresOf(all, answers);
  const isSplit = differ(total, all, answers);
  const grow = async (members: number[], path: readonly TreeSplit[]): Promise<TreeLeaf[]> => {
    const split =
      isSplit && path.length < limits.depth
        ? await bestSplit(rows, width, answers, members, limits.leafRows, goOn)
        : undefined;
    if (!split || split.gain <= 1e-9 * total)
      return [{ path, value: meanOf(members, answers), rows: members.length }];
    const { column, threshold, gain } = split;
    gains[column]! += gain / total;
    const isBelow = (row: number): boolean => rows[row * width + column]! <= threshold;
    const leaves: TreeLeaf[] = [];
    for (const below of [true, false]) {
      const side = members.filter((row) => isBelow(row) === below);
      leaves.push(...(await grow(side, [...path, { column, threshold, below }])));
    }
    return leaves;
  };
  return { leaves: await grow(all, []), gains };
}

export function treeAnswer({ leaves }: SurrogateTree, row: ArrayLike<number>): number {
  const fits = ({ path }: TreeLeaf): boolean =>
    path.every(({ column, threshold, below }) => row[column]! <= threshold === below);
  return leaves.find(fits)!.value;
}

/** R²: 1 = says what the model says, 0 = no better than the model's mean; null when the model always answers the same. */
export function fidelityOf(
  tree: SurrogateTree,
  rows: Float32Array,
  width: number,
  answers: ArrayLike<number>,
): number | null {
  const all = Array.from({ length: answers.length }, (_, row) => row);
  const total = squaresOf(all, answers);
  if (!differ(total, all, answers)) return null;
  const left = all.reduce(
    (sum, row) =>
      sum + (treeAnswer(tree, rows.subarray(row * width, (row + 1) * width)) - answers[row]!) ** 2,
    0,
  );
  return 1 - left / total;
}

/** The split that takes most of the squared error away; both sides keep `leafRows`. */
async function bestSplit(
  rows: Float32Array,
  width: number,
  answers: ArrayLike<number>,
  members: readonly number[],
  leafRows: number,
  goOn: GoOn,
): Promise<Split | undefined> {
  let best: Split | undefined;
  const n = members.length;
  const sum = members.reduce((all, row) => all + answers[row]!, 0);
  for (let column = 0; column < width; column++) {
    // Hundreds of columns are a second, which would be everybody's.
    await goOn();
    const valueOf = (row: number): number => rows[row * width + column]!;
    const order = [...members].sort((a, b) => valueOf(a) - valueOf(b) || a - b);
    let left = 0;
    for (let at = 1; at < n; at++) {
      left += answers[order[at - 1]!]!;
      const [lower, upper] = [valueOf(order[at - 1]!), valueOf(order[at]!)];
      if (lower === upper || at < leafRows || n - at < leafRows) continue;
      // What the split takes away is what the means of the two sides explain beyond the mean of all.
      const gain = left ** 2 / at + (sum - left) ** 2 / (n - at) - sum ** 2 / n;
      if (!best || gain > best.gain) best = { column, threshold: (lower + upper) / 2, gain };
    }
  }
  return best;
}

/** Answers are single precision: below that they differ by nothing but their rounding, however large or small they are. */
function differ(squares: number, members: readonly number[], answers: ArrayLike<number>): boolean {
  return Math.sqrt(squares / members.length) > ROUNDING * Math.abs(meanOf(members, answers));
}

function meanOf(members: readonly number[], answers: ArrayLike<number>): number {
  return members.reduce((sum, row) => sum + answers[row]!, 0) / members.length;
}

function squaresOf(members: readonly number[], answers: ArrayLike<number>): number {
  const mean = meanOf(members, answers);
  return members.reduce((sum, row) => sum + (answers[row]! - mean) ** 2, 0);
}
