import { cellsOf, comparisonsOf, groupOf, type MonitoredAttribute, rangesOf } from './monitored-groups';

const gender: MonitoredAttribute = { name: 'gender', groups: ['female', 'male'], cuts: [] };
const age: MonitoredAttribute = { name: 'age', groups: rangesOf([30, 50]), cuts: [30, 50] };

test('a number belongs to the half-open range that it lies in, also when it was told as a text', () => {
  expect(age.groups).toEqual(['below 30', '30 to below 50', '50 and above']);
  expect([29.9, 30, '49', 50].map((value) => groupOf(age, value))).toEqual([
    'below 30',
    '30 to below 50',
    '30 to below 50',
    '50 and above',
  ]);
});

test('what was not named beforehand is nobody’s group', () => {
  for (const value of ['Jane Doe, 12 Main Street', null, undefined, ['female'], { female: 1 }, Number.NaN])
    expect(groupOf(gender, value)).toBeUndefined();
  for (const value of ['', ' ', 'young', null, Infinity]) expect(groupOf(age, value)).toBeUndefined();
  expect(groupOf(gender, ' female ')).toBe('female');
  expect(groupOf({ ...gender, groups: ['0', '1'] }, 1)).toBe('1');
});

test('a person counts in each attribute that is known, and in the intersection only when all are', () => {
  const known = (groups: Record<string, string>) => cellsOf([gender, age], new Map(Object.entries(groups)));
  expect(known({ gender: 'female' })).toEqual([{ attribute: 'gender', group: 'female' }]);
  expect(known({ gender: 'female', age: 'below 30' })).toEqual([
    { attribute: 'gender', group: 'female' },
    { attribute: 'age', group: 'below 30' },
    { attribute: 'gender × age', group: 'female × below 30' },
  ]);
  expect(known({})).toEqual([]);
});

test('how many groups there can be is known before anybody is counted', () => {
  expect(comparisonsOf([gender]).map(({ groups }) => groups)).toEqual([2]);
  expect(comparisonsOf([gender, age]).map(({ groups }) => groups)).toEqual([2, 3, 6]);
});
