/**
 * A decision tree as plain numbers: what training hands over when a version is frozen. `answerOf` is the reference.
 */
export interface DecisionTree {
  /** Numbers of one row. */
  readonly inputWidth: number;
  /** Numbers of one answer. */
  readonly outputWidth: number;
  /** The root first. */
  readonly nodes: readonly TreeNode[];
}

export type TreeNode =
  | {
      /** Which number of the row; up to and with the threshold it goes to the left. Both are single precision. */
      readonly feature: number;
      readonly threshold: number;
      readonly left: number;
      readonly right: number;
    }
  | { readonly answer: readonly number[] };

export function answerOf({ nodes }: DecisionTree, row: ArrayLike<number>): readonly number[] {
  let node = nodes[0]!;
  while ('feature' in node) node = nodes[row[node.feature]! <= node.threshold ? node.left : node.right]!;
  return node.answer;
}
