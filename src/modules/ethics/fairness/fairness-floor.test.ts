/** The floor by its figures: what is refused, what chance could explain, and what there is nothing to say about. */
import type { Evaluation, GroupEvaluation } from '../../models';
import { differenceInterval, ratesOf } from './fairness';
import { fairnessFloor, ratioInterval } from './fairness-floor';
import { shownFairness } from './fairness-of-version';

type Cell = readonly [tp: number, fp: number, tn: number, fn: number];

function group(keys: Record<string, string>, [tp, fp, tn, fn]: Cell): GroupEvaluation {
  return {
    keys: Object.entries(keys).map(([attribute, value]) => ({ attribute, value })),
    n: tp + fp + tn + fn,
    confusion: { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn },
    meanProbability: 0.5,
  };
}

/** Only what the floor reads is said; the rest of an evaluation does not matter to it. */
const evaluation = (groups: GroupEvaluation[], suppressedGroups = 0): Evaluation => ({
  rows: groups.reduce((sum, { n }) => sum + n, 0),
  threshold: 0.5,
  confusion: group({}, [0, 0, 0, 0]).confusion,
  calibration: [],
  protectedAttributes: ['gender'],
  groups,
  suppressedGroups,
});
const byGender = (men: Cell, women: Cell): Evaluation =>
  evaluation([group({ gender: 'men' }, men), group({ gender: 'women' }, women)]);
const selected = (count: number, n: number) =>
  ratesOf('any', { truePositives: count, falsePositives: 0, trueNegatives: n - count, falseNegatives: 0 })
    .selectionRate;

test('groups far beyond a bound are refused, with the rates, the numbers of people, the interval and the bound', () => {
  const { passed, detail } = fairnessFloor(byGender([90, 30, 70, 10], [30, 10, 140, 20]));
  expect(passed).toBe(false);
  expect(detail).toContain(
    'gender: selection rate 0.20 of women (200 people) against 0.60 of men (200 people), ratio 0.33 (',
  );
  expect(detail).toContain(
    '), at least 0.8; gender: true positive rate 0.60 of women (50 people) against 0.90 of men (100 people), difference 0.30 (',
  );
  expect(detail).toContain('), at most 0.1; 95 % intervals for 2 comparisons together');
});

test('the same shares of a few people are no evidence, and pass with their figures', () => {
  const { passed, detail } = fairnessFloor(byGender([5, 1, 4, 2], [1, 1, 9, 1]));
  expect(passed).toBe(true);
  expect(detail).toMatch(/^not beyond a bound by more than chance: gender: .* ratio 0\.33 \(/);
});

test('a breach between large groups is found although a small group lies further out', () => {
  const cells = [group({ gender: 'men' }, [60, 60, 70, 10]), group({ gender: 'women' }, [40, 0, 150, 10])];
  const few = group({ gender: 'others' }, [1, 0, 9, 0]);
  const { passed, detail } = fairnessFloor(evaluation([...cells, few]));
  expect(passed).toBe(false);
  expect(detail).toContain('0.20 of women (200 people) against 0.60 of men');
});

test('a group from which a few others would follow is judged, and no figure of it is told', () => {
  const three = evaluation(
    [
      group({ gender: 'men' }, [90, 30, 70, 10]),
      group({ gender: 'women' }, [30, 10, 140, 20]),
      group({ gender: 'others' }, [1, 1, 48, 40]),
    ],
    1,
  );
  const given = { ...three, rows: three.rows + 3 };
  const { passed, detail } = fairnessFloor(given);
  expect(passed).toBe(false);
  expect(detail).toContain('selection rate of others against men, without figures');
  expect(detail).toContain('0.20 of women (200 people) against 0.60 of men (200 people)');
  expect(detail).not.toMatch(/ of others \(/);
  expect(shownFairness(given)).toMatchObject({
    suppressedGroups: 2,
    attributes: [{ groups: [{ group: 'men' }, { group: 'women' }] }],
  });
  expect(JSON.stringify(shownFairness(given)!.attributes[0]!.measures)).not.toContain('others');
});

test('a rate of fewer than ten people is neither judged nor told, although their group is', () => {
  const { detail } = fairnessFloor(byGender([90, 30, 70, 10], [1, 40, 150, 8]));
  expect(detail).toContain('intervals for 1 comparison');
  expect(detail).not.toContain('true positive rate');
});

test('an intersection is refused although neither of its attributes is', () => {
  const good: Cell = [120, 10, 120, 10];
  const bad: Cell = [60, 10, 180, 10];
  const crossed = (gender: string, race: string, cell: Cell) => group({ gender, race }, cell);
  const intersections = [
    crossed('men', 'white', good),
    crossed('men', 'black', bad),
    crossed('women', 'white', bad),
    crossed('women', 'black', good),
  ];
  const { passed, detail } = fairnessFloor(evaluation(intersections));
  expect(passed).toBe(false);
  expect(detail).toContain('gender × race: selection rate');
});

test('an intersection of thousands of groups is judged by its largest, and told by the furthest of them', () => {
  const cells = (share: number) =>
    Array.from({ length: 3000 }, (_, at) =>
      group(
        { town: `${at}` },
        at % 2 === 0 ? [400, 100, 400, 100] : [400 * share, 100, 800 - 400 * share, 100],
      ),
    );
  expect(fairnessFloor(evaluation(cells(1))).passed).toBe(true);
  const { passed, detail } = fairnessFloor(evaluation(cells(0.1)));
  expect(passed).toBe(false);
  expect(detail.split('; town: ')).toHaveLength(10);
  expect(detail).toMatch(
    /; and \d+ more; 95 % intervals for 249500 comparisons together, of the 500 largest/,
  );
});

test.each<[string, Evaluation | null, string]>([
  ['of no classifier', null, 'it was not evaluated as a classifier on rows held out'],
  [
    'without protected attributes',
    { ...evaluation([]), protectedAttributes: [] },
    'its data names no protected attributes',
  ],
  [
    'with one large group only',
    evaluation([group({ gender: 'men' }, [9, 9, 9, 9]), group({ gender: 'women' }, [0, 0, 9, 0])], 1),
    'no two groups of at least 10 people by gender; groups too small even to be shown: 1',
  ],
])('a version %s passes as not checked, and says why', (_, given, reason) => {
  const { passed, detail } = fairnessFloor(given);
  expect(passed).toBe(true);
  expect(detail).toContain(`not checked, because `);
  expect(detail).toContain(reason);
});

test('nobody selected anywhere is alike, nobody of one group is not', () => {
  expect(fairnessFloor(byGender([0, 0, 150, 50], [0, 0, 150, 50])).passed).toBe(true);
  expect(fairnessFloor(byGender([60, 40, 60, 40], [0, 0, 150, 50])).passed).toBe(false);
});

test('the interval of a ratio holds what the interval of its contrast holds', () => {
  for (const [a, b] of [
    [selected(12, 40), selected(30, 50)],
    [selected(0, 25), selected(9, 30)],
    [selected(20, 20), selected(1, 10)],
  ] as const) {
    const interval = ratioInterval(a as never, b as never);
    expect(interval[0]).toBeLessThanOrEqual(a.value! / b.value!);
    // p − r q, with r inside the second rate: it touches zero at the ends of the interval of p / q.
    interval.forEach((ratio, end) => {
      const scaled = {
        ...b,
        value: b.value! * ratio,
        interval: [b.interval![0] * ratio, b.interval![1] * ratio] as const,
      };
      if (ratio > 0) expect(differenceInterval(a, scaled)[end]).toBeCloseTo(0, 10);
    });
  }
});

test.each([20, 60, 200])(
  'a version exactly at the bound is refused with less than 5 %% chance (groups of %d)',
  (n) => {
    // Selection 0.5 against 0.4 is four fifths; who deserves it is as often selected, so equal opportunity holds.
    const [men, women] = [binomial(n, 0.5), binomial(n, 0.4)];
    let refused = 0;
    men.forEach((p, m) =>
      women.forEach((q, w) => {
        if (p * q > 1e-9 && !fairnessFloor(byGender([0, m, n - m, 0], [0, w, n - w, 0])).passed)
          refused += p * q;
      }),
    );
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(0.05);
  },
);

function binomial(n: number, p: number): number[] {
  const chances = [(1 - p) ** n];
  for (let k = 1; k <= n; k++) chances.push((chances[k - 1]! * (n - k + 1) * p) / (k * (1 - p)));
  return chances;
}
