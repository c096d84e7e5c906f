import { evaluateRegression } from './evaluate-regression';

const valueOf = (metrics: ReturnType<typeof evaluateRegression>, name: string) =>
  metrics.find((metric) => metric.name === name)!;

test('errors of 3 and 4 are a root mean square of √12.5 and a mean of 3.5', () => {
  const metrics = evaluateRegression([13, 16], [10, 20]);
  expect(valueOf(metrics, 'rmse').value).toBeCloseTo(Math.sqrt(12.5), 12);
  expect(valueOf(metrics, 'mae').value).toBeCloseTo(3.5, 12);
  // The truth varies by 25 about its mean of 15.
  expect(valueOf(metrics, 'r2').value).toBeCloseTo(1 - 12.5 / 25, 12);
});

test('the truth itself has no error and explains everything; the mean explains nothing', () => {
  const truths = [1, 2, 3, 6];
  expect(evaluateRegression(truths, truths).map(({ value }) => value)).toEqual([0, 0, 1]);
  expect(valueOf(evaluateRegression([3, 3, 3, 3], truths), 'r2').value).toBeCloseTo(0, 12);
});

test('intervals hold their values in order, and what never varies has no R²', () => {
  for (const { value, interval } of evaluateRegression([1, 2, 4, 5], [1, 3, 3, 6])) {
    expect(interval![0]).toBeLessThanOrEqual(value);
    expect(interval![1]).toBeGreaterThanOrEqual(value);
  }
  expect(evaluateRegression([1, 2], [3, 3]).map(({ name }) => name)).toEqual(['rmse', 'mae']);
  const fractions = Array<number>(1000).fill(0.1);
  expect(evaluateRegression(Array<number>(1000).fill(0.2), fractions).map(({ name }) => name)).toEqual([
    'rmse',
    'mae',
  ]);
});

test('of one row that was held out there is no interval', () => {
  const metrics = evaluateRegression([4], [1]);
  expect(metrics).toMatchObject([
    { name: 'rmse', value: 3, interval: null, level: null, n: 1 },
    { name: 'mae', value: 3, interval: null, level: null, n: 1 },
  ]);
});
