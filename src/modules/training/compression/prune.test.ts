import { prune } from './prune';

const KERNEL = { shape: [2, 3], values: Float32Array.from([0.1, -3, 0.5, -0.2, 2, 0.4]) };
const BIAS = { shape: [3], values: Float32Array.from([0.01, 0, -0.02]) };

test('the smallest weights of a kernel become zero, and biases stay', () => {
  const { weights, keep, sparsity } = prune([KERNEL, BIAS], 0.5);
  expect([...weights[0]!]).toEqual([0, -3, 0.5, 0, 2, 0].map(Math.fround));
  expect([...keep[0]!]).toEqual([0, 1, 1, 0, 1, 0]);
  expect([...weights[1]!]).toEqual([...BIAS.values]);
  expect(sparsity).toBe(0.5);
});

test('of equal weights those that come first go, so that the same share leaves the same weights', () => {
  const equal = { shape: [2, 2], values: Float32Array.from([1, -1, 1, -1]) };
  expect([...prune([equal], 0.5).keep[0]!]).toEqual([0, 0, 1, 1]);
});

test('nothing is pruned by a share of nothing, and no kernel at all has no share', () => {
  expect([...prune([KERNEL], 0).weights[0]!]).toEqual([...KERNEL.values]);
  expect(prune([BIAS], 0.5).sparsity).toBe(0);
});
