/** What may be told of counts, attacked the four ways that lead from sums to a person. */
import { random as seeded } from '../../../../test/support/simulated-device';
import { comparisonsOf, type MonitoredAttribute } from './monitored-groups';
import { type DayCounts, peopleAnswered, shownCounts } from './shown-counts';

const MINIMUM = 10;
const gender: MonitoredAttribute = { name: 'gender', groups: ['female', 'male'], cuts: [] };
const race: MonitoredAttribute = { name: 'race', groups: ['black', 'white'], cuts: [] };
const QUARTER = { from: '2026-07-01', to: '2026-10-01', restarts: [] };

const day = (at: number) => new Date(Date.UTC(2026, 6, 1 + at)).toISOString().slice(0, 10);
const row = (
  at: number,
  group: string,
  selected: number,
  unselected: number,
  attribute = 'gender',
): DayCounts => ({
  day: day(at),
  attribute,
  group,
  selected,
  unselected,
  truePositives: 0,
  falsePositives: 0,
  trueNegatives: 0,
  falseNegatives: 0,
});
const female = (rows: readonly DayCounts[], to: string, minimum = MINIMUM) =>
  shownCounts(rows, comparisonsOf([gender]), { ...QUARTER, to }, minimum)
    .answered.get('gender')
    ?.get('female');

test('a group of few people is not told, only that there is one', () => {
  const rows = [row(0, 'female', 5, 4), row(0, 'male', 5, 5)];
  const { answered, tooFew } = shownCounts(rows, comparisonsOf([gender]), QUARTER, MINIMUM);
  expect([...answered.get('gender')!.keys()]).toEqual(['male']);
  expect(tooFew).toBe(1);
});

test('of whom the right answer is known as many must be there by themselves, whatever it is', () => {
  const labels = (tp: number, fp: number, tn: number, fn: number) => ({
    ...{ truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn },
  });
  const told = (known: ReturnType<typeof labels>) => {
    const rows = [{ ...row(0, 'female', 20, 20), ...known }];
    const { answered, labelled } = shownCounts(rows, comparisonsOf([gender]), QUARTER, MINIMUM);
    expect(answered.get('gender')!.has('female')).toBe(true);
    return labelled.get('gender')?.get('female');
  };
  expect(told(labels(3, 3, 3, 1))).toMatchObject(labels(3, 3, 3, 1));
  for (const all of [labels(10, 0, 0, 0), labels(0, 10, 0, 0), labels(0, 0, 10, 0), labels(0, 0, 0, 10)])
    expect(told(all)).toMatchObject(all);
  expect(told(labels(3, 3, 2, 1))).toBeUndefined();
  expect(told(labels(0, 0, 0, 0))).toBeUndefined();
});

test('a period ends before its last day, and groups of other days are none of it', () => {
  const rows = [row(0, 'female', 8, 8), row(1, 'female', 8, 8), row(1, 'male', 2, 2)];
  const until = (to: string) => shownCounts(rows, comparisonsOf([gender]), { ...QUARTER, to }, MINIMUM);
  expect(peopleAnswered(until(day(1)).answered.get('gender')!.get('female')!)).toBe(16);
  expect(until(day(1)).tooFew).toBe(0);
  expect(peopleAnswered(until(day(2)).answered.get('gender')!.get('female')!)).toBe(32);
  expect(until(day(2)).tooFew).toBe(1);
});

test('two answers of any two days differ by nobody or by at least as many people as a group must have', () => {
  const random = seeded(20260301);
  const rows = Array.from({ length: 90 }, (_, at) =>
    row(at, 'female', Math.floor(random() * 3), Math.floor(random() * 3)),
  );
  const people = Array.from({ length: 91 }, (_, at) => {
    const sums = female(rows, day(at));
    return sums ? peopleAnswered(sums) : 0;
  });
  const differences = people.flatMap((later, at) => people.slice(0, at).map((earlier) => later - earlier));
  expect(Math.max(...people)).toBeGreaterThan(100);
  expect(differences.filter((people) => people !== 0 && people < MINIMUM)).toEqual([]);
});

test('a period that begins in the middle of a block leaves the block out', () => {
  const rows = [row(0, 'female', 3, 3), row(1, 'female', 3, 3), row(2, 'female', 8, 8)];
  const from = (first: string) =>
    shownCounts(rows, comparisonsOf([gender]), { ...QUARTER, from: first }, MINIMUM)
      .answered.get('gender')
      ?.get('female');
  expect(peopleAnswered(from(day(0))!)).toBe(28);
  expect(peopleAnswered(from(day(1))!)).toBe(16);
  expect(from(day(3))).toBeUndefined();
});

test('days of two quarters are not put together', () => {
  const rows = [row(91, 'female', 3, 3), row(92, 'female', 3, 3)];
  expect(rows.map((one) => one.day)).toEqual(['2026-09-30', '2026-10-01']);
  expect(female(rows, '2027-01-01')).toBeUndefined();
});

test('what was counted before evidence began anew is not put together with what was counted since', () => {
  const rows = [row(0, 'female', 3, 3), row(1, 'female', 8, 8)];
  const told = (restarts: string[]) =>
    shownCounts(rows, comparisonsOf([gender]), { ...QUARTER, from: day(1), restarts }, MINIMUM).answered;
  expect(told([]).size).toBe(0);
  expect(
    peopleAnswered(
      told([day(1)])
        .get('gender')!
        .get('female')!,
    ),
  ).toBe(16);
});

test('the one small part of a group cannot be worked out from the group and its other parts', () => {
  const parts: Record<string, number> = {
    'female × black': 3,
    'female × white': 60,
    'male × black': 40,
    'male × white': 50,
  };
  const rows = [
    row(0, 'female', 33, 30),
    row(0, 'male', 45, 45),
    row(0, 'black', 20, 23, 'race'),
    row(0, 'white', 55, 55, 'race'),
    ...Object.entries(parts).map(([group, n]) => row(0, group, n, 0, 'gender × race')),
  ];
  const { answered } = shownCounts(rows, comparisonsOf([gender, race]), QUARTER, MINIMUM);
  // Men who are white cannot be told either: all who are white less them are the women, and all women less those the three.
  expect([...answered.get('gender × race')!.keys()]).toEqual([]);
  expect([...answered.get('race')!.keys()]).toEqual(['black', 'white']);
  const whole = rows.map((one) => (one.group === 'female × black' ? { ...one, selected: 30 } : one));
  const all = shownCounts(whole, comparisonsOf([gender, race]), QUARTER, MINIMUM);
  expect(all.answered.get('gender × race')!.size).toBe(4);
});

/** People of one day, each in a group of both attributes. */
const crossedRows = (at: number, cells: Record<string, number>): DayCounts[] => {
  const singles = new Map<string, [string, number]>();
  for (const [cell, people] of Object.entries(cells))
    cell.split(' × ').forEach((group, part) => {
      const [attribute, before] = singles.get(group) ?? [part === 0 ? 'gender' : 'race', 0];
      singles.set(group, [attribute, before + people]);
    });
  return [
    ...[...singles].map(([group, [attribute, people]]) => row(at, group, people, 0, attribute)),
    ...Object.entries(cells).map(([cell, people]) => row(at, cell, people, 0, 'gender × race')),
  ];
};
const sumOf = (groups: ReadonlyMap<string, { readonly selected: number }> | undefined, of = ''): number =>
  [...(groups ?? [])]
    .filter(([group]) => group.startsWith(of))
    .reduce((sum, [, { selected }]) => sum + selected, 0);

test('the last few people of a part, whose block goes on, cannot be worked out from a group whose block is full', () => {
  const rows = [
    ...crossedRows(0, { 'female × black': 60, 'female × white': 38 }),
    ...crossedRows(1, { 'female × black': 2, 'female × white': 20 }),
  ];
  const { answered } = shownCounts(rows, comparisonsOf([gender, race]), QUARTER, MINIMUM);
  expect(sumOf(answered.get('gender'))).toBe(120);
  const rest = 120 - sumOf(answered.get('gender × race'));
  expect(rest).toBeGreaterThanOrEqual(MINIMUM);
});

test('a group of few cannot be worked out from the totals of two attributes', () => {
  const rows = crossedRows(0, {
    'female × black': 2,
    'female × white': 1,
    'male × black': 40,
    'male × white': 50,
  });
  const { answered } = shownCounts(rows, comparisonsOf([gender, race]), QUARTER, MINIMUM);
  // All black and white people less all men would be the three women: who is black goes with them.
  const keys = [...answered].map(([attribute, groups]) => [attribute, [...groups.keys()]]);
  expect(Object.fromEntries(keys)).toEqual({ gender: ['male'], race: ['white'], 'gender × race': [] });
});
