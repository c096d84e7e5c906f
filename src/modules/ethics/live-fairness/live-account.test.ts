import { liveAccount } from './live-account';
import { comparisonsOf } from './monitored-groups';
import type { Sums } from './shown-counts';

const comparisons = comparisonsOf([{ name: 'gender', groups: ['female', 'male'], cuts: [] }]);
const sums = (selected: number, unselected: number, [tp, fp, tn, fn] = [0, 0, 0, 0]): Sums => ({
  selected,
  unselected,
  truePositives: tp!,
  falsePositives: fp!,
  trueNegatives: tn!,
  falseNegatives: fn!,
});
const account = (answered: Record<string, Sums>, labelled: Record<string, Sums>) =>
  liveAccount(
    {
      answered: new Map([['gender', new Map(Object.entries(answered))]]),
      labelled: new Map([['gender', new Map(Object.entries(labelled))]]),
      tooFew: 0,
    },
    comparisons,
    10,
    {},
  );

test('who is selected is of all that were answered, what was right of those whose right answer is known', () => {
  const [gender] = account(
    { female: sums(30, 70), male: sums(60, 40) },
    { female: sums(0, 0, [12, 8, 30, 10]), male: sums(0, 0, [20, 10, 10, 10]) },
  );
  const [male, female] = gender!.groups.map((group) => group).sort((a) => (a.group === 'male' ? -1 : 1));
  expect(male).toMatchObject({ n: 100, selectionRate: { value: 0.6, n: 100 }, truePositiveRate: { n: 30 } });
  expect(female!.truePositiveRate.value).toBeCloseTo(12 / 22);
  const value = (name: string) => gender!.measures.find((measure) => measure.name === name)!.value;
  expect(value('DEMOGRAPHIC_PARITY_RATIO')).toBeCloseTo(0.5);
  expect(value('EQUAL_OPPORTUNITY_DIFFERENCE')).toBeCloseTo(20 / 30 - 12 / 22);
});

test('the measure that is watched is held against the bound of its monitor', () => {
  const counts = {
    answered: new Map([
      [
        'gender',
        new Map([
          ['female', sums(30, 70)],
          ['male', sums(60, 40)],
        ]),
      ],
    ]),
  };
  const [gender] = liveAccount({ ...counts, labelled: new Map(), tooFew: 0 }, comparisons, 10, {
    DEMOGRAPHIC_PARITY_RATIO: 0.4,
  });
  expect(gender!.measures[0]).toMatchObject({ threshold: 0.4, verdict: 'HOLDS' });
});

test('without labels only the selection is told', () => {
  const [gender] = account({ female: sums(30, 70), male: sums(60, 40) }, {});
  const verdicts = Object.fromEntries(gender!.measures.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toMatchObject({
    DEMOGRAPHIC_PARITY_RATIO: 'VIOLATED',
    EQUAL_OPPORTUNITY_DIFFERENCE: 'NOT_ENOUGH_DATA',
  });
});

test('of rates that add up to each other none is told while one of them is of few people', () => {
  const [gender] = account({ female: sums(30, 70) }, { female: sums(0, 0, [4, 8, 30, 3]) });
  const { truePositiveRate, falsePositiveRate, precision, accuracy } = gender!.groups[0]!;
  for (const rate of [truePositiveRate, falsePositiveRate, precision])
    expect(rate).toEqual({ value: null, interval: null, n: 0 });
  expect(accuracy.n).toBe(45);
});

test('an attribute of which no group is told is left out', () => {
  expect(account({}, {})).toEqual([]);
});
