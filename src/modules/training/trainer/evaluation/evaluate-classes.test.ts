import { compare } from './compare';
import { evaluateClasses } from './evaluate-classes';
import { evaluateAnswers } from './report';

/** Six rows of three classes; one of class 2 is called 0. */
const LABELS = [0, 0, 1, 1, 2, 2];
const CALLED = [0, 0, 1, 1, 2, 0];
const ANSWERS = Float32Array.from(
  CALLED.flatMap((called) => [0, 1, 2].map((index) => (index === called ? 0.8 : 0.1))),
);

test('several classes: which was taken for which, and means over the classes with intervals', () => {
  const { confusion, metrics, calibration } = evaluateClasses(ANSWERS, LABELS, 3);
  expect(confusion).toEqual([
    [2, 0, 0],
    [0, 2, 0],
    [1, 0, 1],
  ]);
  const metric = (name: string) => metrics.find((one) => one.name === name)!;
  expect(metric('accuracy').value).toBeCloseTo(5 / 6, 12);
  expect(metric('precision').value).toBeCloseTo((2 / 3 + 1 + 1) / 3, 12);
  expect(metric('recall').value).toBeCloseTo((1 + 1 + 1 / 2) / 3, 12);
  expect(metric('f1').value).toBeCloseTo((4 / 5 + 1 + 2 / 3) / 3, 12);
  expect(metric('logLoss').value).toBeCloseTo((5 * -Math.log(0.8) - Math.log(0.1)) / 6, 6);
  expect(metric('brier').value).toBeCloseTo((5 * (0.04 + 0.02) + (0.64 + 0.81 + 0.01)) / 6, 6);
  expect(calibration).toMatchObject([{ n: 6, positiveRate: 5 / 6 }]);
  for (const { name, value, interval } of metrics.filter((one) => one.interval)) {
    expect([name, interval![0]! <= value, interval![1]! >= value]).toEqual([name, true, true]);
  }
});

test('every figure is told by group too, whatever was learned, and small groups are left out', () => {
  const rows = Array.from({ length: 12 }, (_, row) => row);
  const { report } = evaluateAnswers({
    answers: Float32Array.from(rows, (row) => row + Number(row >= 8)),
    labels: rows,
    classes: null,
    groups: { gender: rows.map((row) => (row < 8 ? 'female' : 'male')) },
  });
  expect(report.groups).toMatchObject([
    {
      keys: [{ attribute: 'gender', value: 'female' }],
      n: 8,
      metrics: [{ name: 'rmse', value: 0 }, { name: 'mae' }, { name: 'r2' }],
    },
  ]);
  expect(report).toMatchObject({ suppressedGroups: 1, classes: null, confusion: null });
});

test('two versions are compared row by row: a small difference that is everywhere is certain', () => {
  const labels = Array.from({ length: 40 }, (_, row) => row % 2);
  const parent = Float32Array.from(labels, (label, row) => (label ? 0.3 + row / 100 : 0.6 - row / 100));
  const own = parent.map((p, row) => (labels[row] ? p + 0.05 : p - 0.05));
  const metrics = compare({ own, parent, labels, width: 1, isRegression: false });
  const brier = metrics.find(({ metric }) => metric === 'brier')!;
  expect(brier.value).toBeLessThan(brier.parent);
  expect(brier.interval![1]).toBeLessThan(0);
  const auc = metrics.find(({ metric }) => metric === 'auc')!;
  expect(auc.value).toBeGreaterThan(auc.parent);
  expect(auc.interval![0]).toBeGreaterThan(0);
  const same = compare({ own: parent, parent, labels, width: 1, isRegression: false });
  for (const { value, parent: other, interval } of same) expect([value, interval]).toEqual([other, null]);
});
