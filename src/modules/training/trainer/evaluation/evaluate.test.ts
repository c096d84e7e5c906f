import { evaluate } from './evaluate';
import { groupsBy } from './groups';
import { precisionRecall } from './precision-recall';

/** 20 rows: the first ten positive; two positives are missed, one negative is called positive. */
const LABELS = Array.from({ length: 20 }, (_, row) => (row < 10 ? 1 : 0));
const PROBABILITIES = LABELS.map((label, row) => (row < 2 ? 0.25 : row === 19 ? 0.75 : label ? 0.9 : 0.1));
const GENDER = LABELS.map((_, row) => (row % 2 ? 'male' : 'female'));
const RACE = LABELS.map((_, row) => (row < 16 ? 'a' : 'b'));

const { evaluation, metrics } = evaluate({
  probabilities: PROBABILITIES,
  labels: LABELS,
  groups: { gender: GENDER, race: RACE },
});
const metric = (name: string) => metrics.find((one) => one.name === name)!;

test('counts what was right and wrong, by kind', () => {
  expect(evaluation.confusion).toEqual({
    truePositives: 8,
    falsePositives: 1,
    trueNegatives: 9,
    falseNegatives: 2,
  });
});

test('accuracy, precision and recall carry Wilson’s interval and their number of rows', () => {
  expect(metric('accuracy')).toMatchObject({ value: 0.85, n: 20, level: 0.95 });
  // Wilson 1927 for 17 of 20 at 95 %, worked by hand.
  expect(metric('accuracy').interval![0]).toBeCloseTo(0.63958, 4);
  expect(metric('accuracy').interval![1]).toBeCloseTo(0.94762, 4);
  expect(metric('precision')).toMatchObject({ value: 8 / 9, n: 9 });
  expect(metric('recall')).toMatchObject({ value: 0.8, n: 10 });
});

test('F1 lies in its interval, which follows from that of a proportion', () => {
  const { value, interval } = metric('f1');
  expect(value).toBeCloseTo(16 / 19, 12);
  expect(interval![0]).toBeLessThan(value);
  expect(interval![1]).toBeGreaterThan(value);
});

test('AUC counts the pairs in the right order, log loss and Brier score follow their formulas', () => {
  // 100 pairs: the two missed positives (0.25) stand above nine negatives each, the other eight above all ten.
  expect(metric('auc').value).toBeCloseTo(0.98, 12);
  expect(metric('logLoss').value).toBeCloseTo(
    (2 * -Math.log(0.25) + -Math.log(0.25) + 17 * -Math.log(0.9)) / 20,
    12,
  );
  expect(metric('brier').value).toBeCloseTo((3 * 0.75 ** 2 + 17 * 0.1 ** 2) / 20, 12);
});

test('calibration compares what was promised with what came', () => {
  expect(evaluation.calibration).toMatchObject([
    { lower: 0.1, n: 9, positiveRate: 0 },
    { lower: 0.2, n: 2, meanProbability: 0.25, positiveRate: 1 },
    { lower: 0.7, n: 1, positiveRate: 0 },
    { lower: 0.9, n: 8, positiveRate: 1 },
  ]);
  expect(metric('calibrationError').value).toBeCloseTo((9 * 0.1 + 2 * 0.75 + 0.75 + 8 * 0.1) / 20, 12);
});

test('groups are counted by attribute and by intersection, and those of fewer than five people are left out', () => {
  const named = evaluation.groups.map(({ keys, n }) => `${keys.map(({ value }) => value).join('+')}: ${n}`);
  expect(named).toEqual(['female: 10', 'male: 10', 'a: 16', 'female+a: 8', 'male+a: 8']);
  expect(evaluation.suppressedGroups).toBe(3);
  const sum = evaluation.groups.slice(0, 2).reduce((all, { confusion }) => all + confusion.truePositives, 0);
  expect(sum).toBe(8);
});

test('a model that calls nothing positive still has figures', () => {
  const quiet = evaluate({ probabilities: LABELS.map(() => 0.1), labels: LABELS, groups: {} });
  expect(quiet.metrics.find(({ name }) => name === 'precision')).toMatchObject({
    value: 0,
    n: 0,
    interval: [0, 1],
  });
  expect(JSON.stringify(quiet)).not.toMatch(/null,null|NaN/);
});

test('a numeric attribute with many values becomes four ranges, one with few values its values', () => {
  const rows = Array.from({ length: 100 }, (_, i) => [i, i % 2, i === 7 ? null : 'x'] as const);
  const columns = [
    { name: 'age', kind: 'NUMERIC' as const },
    { name: 'married', kind: 'NUMERIC' as const },
    { name: 'race', kind: 'CATEGORICAL' as const },
  ];
  const table = { columns, rows };
  expect([...new Set(groupsBy(table, 'age'))]).toEqual([
    'below 25',
    '25 to below 50',
    '50 to below 75',
    '75 and above',
  ]);
  expect([...new Set(groupsBy(table, 'married'))]).toEqual(['0', '1']);
  expect([...new Set(groupsBy(table, 'race'))]).toEqual(['x', 'unknown']);
});

test('average precision and the threshold of the best F1 follow the order of the answers, not whether they reach a half', () => {
  // By hand: found at ranks 1, 2 and 4 of a tie of two, so 1/3 · 1 + 1/3 · 1 + 1/3 · 3/4; F1 is largest with all three.
  const [scores, labels] = [
    [0.09, 0.08, 0.05, 0.05, 0.02, 0.01],
    [1, 1, 0, 1, 0, 0],
  ];
  const { averagePrecision, bestF1 } = precisionRecall(scores!, labels!)!;
  expect(averagePrecision).toBeCloseTo(11 / 12, 12);
  expect(bestF1).toEqual({ threshold: 0.05, precision: 0.75, recall: 1, f1: 6 / 7 });
  const rare = evaluate({ probabilities: scores!, labels: labels!, groups: {} });
  expect(rare.metrics.filter(({ name }) => ['recall', 'averagePrecision'].includes(name))).toMatchObject([
    { name: 'recall', value: 0 },
    { name: 'averagePrecision', value: averagePrecision, interval: null, n: 6 },
  ]);
  expect(rare.bestF1).toEqual(bestF1);
  expect(precisionRecall([0.5], [0])).toBeUndefined();
  // What is no number comes to an end, too.
  expect(precisionRecall([NaN, 0.5, NaN], [1, 1, 0])).toBeDefined();
});
