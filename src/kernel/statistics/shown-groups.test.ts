/** From what is told of groups nobody works out a few people who are not told. */
import { SMALLEST_GROUP, shownGroups } from './shown-groups';

const group = (n: number, values: Record<string, string>) => ({
  n,
  keys: Object.entries(values).map(([attribute, value]) => ({ attribute, value })),
});
const told = (rows: number, groups: ReturnType<typeof group>[]) =>
  shownGroups(rows, groups).map(({ keys, n }) => `${keys.map(({ value }) => value).join('+')}: ${n}`);

test('where nobody is left out, or enough people together, everything is told', () => {
  const both = [group(40, { gender: 'f' }), group(60, { gender: 'm' })];
  expect(told(100, both)).toHaveLength(2);
  expect(told(100 + SMALLEST_GROUP, both)).toHaveLength(2);
  expect(told(0, [])).toEqual([]);
});

test('a few who are left out take the smallest group of their attribute along', () => {
  const three = [group(100, { race: 'a' }), group(12, { race: 'b' }), group(30, { race: 'c' })];
  expect(told(144, three)).toEqual(['a: 100', 'c: 30']);
  expect(told(104, [group(100, { race: 'a' })])).toEqual([]);
});

test('a few of a group who are in no part of it that is told take a part along, and that one another, until none are few', () => {
  const by = (gender: string, race: string, n: number) => group(n, { gender, race });
  const attributes = [
    group(60, { gender: 'f' }),
    group(50, { gender: 'm' }),
    group(80, { race: 'a' }),
    group(30, { race: 'b' }),
  ];
  // Of f and b there are 3, who are not kept.
  const parts = [by('f', 'a', 57), by('m', 'a', 23), by('m', 'b', 27)];
  expect(told(110, [...attributes, ...parts])).toEqual(['f: 60', 'm: 50', 'a: 80', 'b: 30']);
  // With enough others in all of them, one more of each is enough.
  const third = [group(40, { gender: 'x' }), by('x', 'a', 20), by('x', 'b', 20)];
  const more = [group(60, { gender: 'f' }), group(50, { gender: 'm' })];
  const races = [group(100, { race: 'a' }), group(50, { race: 'b' })];
  expect(told(150, [...more, ...races, ...parts, ...third])).toEqual([
    'f: 60',
    'm: 50',
    'a: 100',
    'b: 50',
    'm+a: 23',
    'm+b: 27',
    'x: 40',
  ]);
});
