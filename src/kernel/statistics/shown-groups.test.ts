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

test('nor do a few follow from several totals, one less another', () => {
  const by = (gender: string, race: string, n: number) => group(n, { gender, race });
  const attributes = [
    group(84, { gender: 'f' }),
    group(112, { gender: 'm' }),
    group(36, { gender: 'x' }),
    group(145, { race: 'a' }),
    group(87, { race: 'b' }),
  ];
  const parts = [by('f', 'a', 63), by('f', 'b', 21), by('m', 'a', 48), by('m', 'b', 64), by('x', 'a', 34)];
  // Of x and b there are 2. Were f and b alone not told besides x and a, they would be 84 less 63, and what is left of b the 2.
  expect(told(232, [...attributes, ...parts])).toEqual([
    'f: 84',
    'm: 112',
    'x: 36',
    'a: 145',
    'b: 87',
    'f+a: 63',
  ]);
});

test('nor several cells of few people together, whichever attribute comes first', () => {
  const table = (ages: string, regions: string) =>
    [
      ...[15, 16, 33].map((n, at) => group(n, { [ages]: `${at}` })),
      ...[19, 45].map((n, at) => group(n, { [regions]: `${at}` })),
    ].sort((a, b) => a.keys[0]!.attribute.localeCompare(b.keys[0]!.attribute));
  const part = (first: string, second: string, n: number) => group(n, { a: first, b: second });
  // Of the first region are 19, and 33 less 18 of them are of the last age: 4 are of the others.
  expect(told(64, [...table('a', 'b'), part('2', '1', 18)])).not.toContain('2+1: 18');
  expect(told(64, [...table('b', 'a'), part('1', '2', 18)])).not.toContain('1+2: 18');
  // With five more of them there are enough.
  const more = [...[20, 16, 33].map((n, at) => group(n, { a: `${at}` }))];
  const regions = [24, 45].map((n, at) => group(n, { b: `${at}` }));
  expect(told(69, [...more, ...regions, part('2', '1', 18)])).toContain('2+1: 18');
});

test('of an intersection too large to look through, parts are told only where nobody is left out', () => {
  const whole = Array.from({ length: 500 }, (_, at) =>
    group(5, { a: `a${at % 25}`, b: `b${Math.floor(at / 25)}` }),
  );
  const sums = [
    ...Array.from({ length: 25 }, (_, at) => group(100, { a: `a${at}` })),
    ...Array.from({ length: 20 }, (_, at) => group(125, { b: `b${at}` })),
  ];
  expect(told(2500, [...sums, ...whole])).toHaveLength(545);
  expect(told(2500, [...sums, ...whole.slice(0, 490)])).toHaveLength(45);
});
