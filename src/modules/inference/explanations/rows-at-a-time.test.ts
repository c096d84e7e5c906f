/** However much an explanation asks for: its rows are made as they are asked for, never all of them at once. */
import type { WarmVersion } from '../../deployments';
import { DType } from '../../models';
import { MAX_ROWS } from '../prediction/inputs';
import { type ExplanationWish } from './explain.input';
import { ExplanationMethod } from './explanation.type';
import type { MethodPlan } from './method-plan';
import { planShapley } from './one-answer';
import { planPartialDependence } from './whole-model';

const WIDTH = 20;
const TARGET = { name: 'sum', weights: [1], offset: 0 };
const names = Array.from({ length: WIDTH }, (_, at) => `x${at}`);
const rowOf = (value: number): number[] => names.map((_, at) => value + at);

const version = {
  signature: {
    inputs: names.map((name) => ({ name, dtype: DType.FLOAT32, optional: false })),
    outputs: [{ name: 'sum', dtype: DType.FLOAT32, optional: false }],
  },
  preparation: null,
  inputWidth: WIDTH,
  outputWidth: 1,
  warmUp: Array.from({ length: 7 }, (_, row) => rowOf(row)),
} as unknown as WarmVersion;

const wish = (over: Partial<ExplanationWish>): ExplanationWish => ({
  method: ExplanationMethod.SHAPLEY,
  background: 7,
  seed: 1,
  maxRequests: 1000,
  ...over,
});

/** Rows asked for at each time, by a model that adds its inputs up, and what came of it. */
async function asked({ run }: MethodPlan) {
  const sizes: number[] = [];
  const found = await run(
    (rows) => {
      sizes.push(rows.length / WIDTH);
      const sumOf = (_: unknown, row: number): number =>
        rows.subarray(row * WIDTH, (row + 1) * WIDTH).reduce((sum, value) => sum + value, 0);
      return Promise.resolve(Float64Array.from({ length: rows.length / WIDTH }, sumOf));
    },
    TARGET,
    NaN,
    () => Promise.resolve(),
  );
  return { sizes, found };
}

test('of Shapley values by orders that are drawn', async () => {
  const row = Object.fromEntries(rowOf(10).map((value, at) => [names[at]!, value]));
  const plan = planShapley(version, row, wish({ samples: 20 }));
  const { sizes, found } = await asked(plan);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_ROWS);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(plan.rows);
  // The mean of the background is 3 in each.
  for (const { contribution } of found.attributions) expect(contribution).toBeCloseTo(10 - 3, 9);
  expect(found.completenessError).toBeCloseTo(0, 9);
});

test('of Shapley values by one pair of orders, which nobody could tell the error of, by two', async () => {
  const row = Object.fromEntries(rowOf(10).map((value, at) => [names[at]!, value]));
  const plan = planShapley(version, row, wish({ samples: 1 }));
  expect(plan.rows).toBe(planShapley(version, row, wish({ samples: 2 })).rows);
  expect((await asked(plan)).found.attributions).toHaveLength(WIDTH);
});

test('of a partial dependence', async () => {
  const rows = Array.from({ length: 300 }, (_, row) => Object.fromEntries(names.map((name) => [name, row])));
  const method = ExplanationMethod.PARTIAL_DEPENDENCE;
  const plan = planPartialDependence(version, rows, wish({ method, feature: 'x3', samples: 10 }));
  const { sizes, found } = await asked(plan);
  expect(sizes).toEqual([900, 900, 900, 300]);
  expect(found.dependence).toHaveLength(10);
  expect(found.dependence!.at(-1)!.mean - found.dependence![0]!.mean).toBeCloseTo(299, 3);
});
