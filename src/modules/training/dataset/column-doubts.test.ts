import { doubtsAbout } from './column-doubts';

const column = { name: 'c', missing: 0, distinct: 2, values: [], min: null, max: null };
const counts = (...values: string[]) => values.map((value) => ({ value, count: 25 }));
const categories = (values: { value: string; count: number }[], distinct = values.length) =>
  doubtsAbout({ ...column, kind: 'CATEGORICAL', values, distinct }, 100, false);

test.each([
  ['names', categories(counts('u1', 'u2'), 80), /^c has a value of its own in more than every other row/],
  ['percent', categories(counts('1.5%', '-2%', '3%', 'none')), /^c holds numbers .* such as "1.5%"/],
  [
    'money',
    categories(counts('$1,250.50', '€ 3', '$4', '£5'), 80),
    /^c holds numbers .* such as "\$1,250.50"/,
  ],
  ['thousands', categories(counts('1,250', '12,500', '3,000', 'x')), /^c holds numbers .* such as "1,250"/],
  ['upper case', categories(counts('Male', 'female', 'male')), /^c has values .* such as "Male" and "male"/],
])('%s are told', (_, doubts, words) => {
  expect(doubts).toEqual([expect.stringMatching(words)]);
});

test('categories are none of these, nor are the classes of a label, nor few rows', () => {
  expect(categories(counts('a', 'b', '$', '5'))).toEqual([]);
  expect(doubtsAbout({ ...column, kind: 'CATEGORICAL', distinct: 80 }, 100, true)).toEqual([]);
  expect(doubtsAbout({ ...column, kind: 'CATEGORICAL', distinct: 15 }, 19, false)).toEqual([]);
});

test('a number that is far out is told, one that is merely large is not', () => {
  const percentiles = Array.from({ length: 101 }, (_, percent) => percent);
  const about = (min: number, max: number, values = percentiles) =>
    doubtsAbout({ ...column, kind: 'NUMERIC', min, max, percentiles: values }, 1000, false);
  expect(about(0, 9000)).toEqual([]);
  expect(about(0, 1e6)).toEqual([
    expect.stringContaining('between 5 and 95 in nine rows of ten, and is 1000000'),
  ]);
  expect(about(-1e6, 100)).toEqual([expect.stringContaining('is -1000000')]);
  expect(
    about(
      0,
      1,
      percentiles.map(() => 0),
    ),
  ).toEqual([]);
  expect(about(0, 1e6, [])).toEqual([]);
});
