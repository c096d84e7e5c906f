import { KindCount, readNumber } from './column-kind';
import { ColumnProfile } from './column-profile';

function kindOf(texts: string[]): string {
  const count = new KindCount();
  texts.forEach((text) => count.add(text));
  return count.kind();
}

test('numbers with few mistakes among them are a column of numbers', () => {
  expect(kindOf([...Array.from({ length: 19 }, (_, i) => String(i)), 'oops'])).toBe('NUMERIC');
  expect(kindOf(['1', '2', 'NaN', '', 'NA'])).toBe('NUMERIC');
});

test('texts are categories, and so is a column without a value', () => {
  expect(kindOf(['1', 'two', 'three'])).toBe('CATEGORICAL');
  expect(kindOf(['', 'NA'])).toBe('CATEGORICAL');
});

test.each([
  ['-1.5e3', -1500],
  ['.5', 0.5],
  ['7.', 7],
  ['NaN', 'NOT_FINITE'],
  ['-Infinity', 'NOT_FINITE'],
  ['inf', 'NOT_FINITE'],
  ['1e39', 'TOO_LARGE'],
  ['0x10', 'NOT_A_NUMBER'],
  ['1,5', 'NOT_A_NUMBER'],
  ['2024-01-01', 'NOT_A_NUMBER'],
])('%s reads as %p', (text, expected) => {
  expect(readNumber(text)).toBe(expected);
});

test('figures are exact where the mean is large and the spread small', () => {
  const profile = new ColumnProfile('x', 'NUMERIC');
  for (const value of [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16, null]) profile.add(value);
  expect(profile.figures()).toMatchObject({
    missing: 1,
    distinct: 4,
    min: 1e9 + 4,
    max: 1e9 + 16,
    mean: 1e9 + 10,
  });
  expect(profile.figures().standardDeviation).toBeCloseTo(Math.sqrt(30), 9);
});

test('the most frequent categories come first, ties by name', () => {
  const profile = new ColumnProfile('x', 'CATEGORICAL');
  for (const value of ['b', 'a', 'c', 'c']) profile.add(value);
  expect(profile.figures().topValues).toEqual([
    { value: 'c', count: 2 },
    { value: 'a', count: 1 },
    { value: 'b', count: 1 },
  ]);
});

test('a column of names is noticed without remembering them all', () => {
  const profile = new ColumnProfile('name', 'CATEGORICAL');
  for (let i = 0; i < 5000; i++) profile.add(`person ${i}`);
  expect(profile.hasTooManyCategories).toBe(true);
  expect(profile.values().size).toBeLessThan(300);
});

test('a short number by hand is the very double that the language reads', () => {
  for (const text of [
    '0.1',
    '-0',
    '+7',
    '123456789012345',
    '0.000000000000001',
    '99999.99',
    '-1234.5678',
    '9007199254740993',
    '3.',
  ])
    expect(readNumber(text)).toBe(Number(text));
  for (const text of ['', '-', '.', '1.2.3', '1 2', '--1']) expect(readNumber(text)).toBe('NOT_A_NUMBER');
});

test('sentences are told from names also where no blanks part the words', () => {
  const many = (text: string) => Array.from({ length: 300 }, (_, at) => `${text}${at}`);
  expect(kindOf(many('这家餐厅的服务员非常热情，菜也很好吃'))).toBe('TEXT');
  expect(kindOf(many('株式会社日立製作所'))).toBe('CATEGORICAL');
});
