import { answerOf } from '../../../compute/process-door';
import type { Examples } from '../training-data';
import { growTree, type TreeGoal } from './grow-tree';

const GOAL: TreeGoal = { maxDepth: 4, minLeafRows: 1, classes: 2, outputWidth: 1, classWeights: null };

function examples(rows: number[][], labels: number[]): Examples {
  return {
    features: Float32Array.from(rows.flat()),
    labels: Float32Array.from(labels),
    count: rows.length,
    width: rows[0]!.length,
  };
}

/** Either or, but not both: no single question tells. */
const XOR = examples(
  Array.from({ length: 40 }, (_, i) => [i % 2, (i >> 1) % 2, i / 40]),
  Array.from({ length: 40 }, (_, i) => (i % 2) ^ ((i >> 1) % 2)),
);

test('two questions tell what no single one does', () => {
  const data = examples(
    [...Array(41).keys()].map((i) => [i % 2, (i >> 1) % 2]),
    [...Array(41).keys()].map((i) => (i % 2) ^ ((i >> 1) % 2)),
  );
  const tree = growTree(data, GOAL);
  for (const [a, b] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])
    expect(answerOf(tree, [a!, b!])).toEqual([a! ^ b!]);
});

test('equal rows give equal trees, and depth and leaves keep their limits', () => {
  expect(growTree(XOR, GOAL)).toEqual(growTree(XOR, GOAL));
  expect(growTree(XOR, { ...GOAL, maxDepth: 0 }).nodes).toEqual([{ answer: [0.5] }]);
  expect(growTree(XOR, { ...GOAL, minLeafRows: 21 }).nodes).toHaveLength(1);
});

test('a regression answers the mean of each side of the jump, several classes their shares', () => {
  const x = [1, 2, 3, 10, 11, 12].map((value) => [value]);
  const jump = growTree(examples(x, [5, 5, 5, 9, 9, 9]), { ...GOAL, classes: 0 });
  expect(answerOf(jump, [3])).toEqual([5]);
  expect(answerOf(jump, [3.5])).toEqual([9]);
  // In whatever unit: nanometres as metres, or far away from 0.
  const asked = (labels: number[]) =>
    growTree(examples(x, labels), { ...GOAL, classes: 0, maxDepth: 1 }).nodes[0];
  for (const unit of [1e-9, 1, 1e9])
    expect(asked([5, 5, 6, 9, 9, 8].map((label) => label * unit))).toMatchObject({ threshold: 3 });
  expect(asked([5, 5, 6, 9, 9, 8].map((label) => label + 1e6))).toMatchObject({ threshold: 3 });
  const three = growTree(examples(x, [0, 0, 1, 2, 2, 2]), {
    ...GOAL,
    classes: 3,
    outputWidth: 3,
    maxDepth: 1,
  });
  expect(three.outputWidth).toBe(3);
  expect(answerOf(three, [99])).toEqual([0, 0, 1]);
  expect(answerOf(three, [0])).toEqual([2 / 3, 1 / 3, 0]);
});

test('of few different values every question is asked, however rare one of them is', () => {
  const x = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : i < 102 ? 1 : 2));
  const data = examples(
    x.map((value) => [value]),
    x.map((value) => Number(value > 1)),
  );
  expect(growTree(data, { ...GOAL, maxDepth: 1 }).nodes[0]).toMatchObject({ threshold: 1 });
});

test('a class that counts more moves the answer', () => {
  const data = examples([[1], [1], [1], [1]], [0, 0, 0, 1]);
  expect(growTree(data, { ...GOAL, classWeights: [1, 3] }).nodes).toEqual([{ answer: [0.5] }]);
});
