import { type Cell, ColumnProfile } from './column-profile';
import { classCounts, labelOf, type LabelWish, medianOf, settleLabel } from './label-rule';

function settle(values: Cell[], wish: Omit<LabelWish, 'column'> = {}) {
  const numeric = values.every((value) => typeof value === 'number');
  const profile = new ColumnProfile('y', numeric ? 'NUMERIC' : 'CATEGORICAL');
  values.forEach((value) => profile.add(value));
  const numbers = numeric ? (values as number[]) : [];
  const rule = settleLabel({ column: 'y', ...wish }, profile, numbers);
  return { rule, counts: classCounts(rule, profile, numbers) };
}

const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

test('above the median splits a numeric label, the median itself below', () => {
  const { rule, counts } = settle([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9], { kind: 'ABOVE_MEDIAN' });
  expect(rule).toMatchObject({ threshold: 6, labels: ['y ≤ 6', 'y > 6'] });
  expect(counts).toEqual([6, 5]);
  expect([labelOf(rule, 6), labelOf(rule, 6.01)]).toEqual([0, 1]);
});

test('a value is found however its letters are written, by a rule from before they had one form too', () => {
  const towns = [...times(6, 'Z\u00fcrich'), ...times(7, 'Bern')];
  const { rule } = settle(towns, { positive: 'Zu\u0308rich' });
  expect(rule.positive).toBe('Z\u00fcrich');
  const before = { ...rule, positive: 'Zu\u0308rich', values: ['Bern', 'Zu\u0308rich'] };
  for (const kind of ['EQUALS', 'CLASSES'] as const)
    expect(settle(towns, { settled: { ...before, kind } }).counts).toEqual([7, 6]);
});

test('the median of an even number of values lies between the middle two', () => {
  expect(medianOf([4, 1, 3, 2])).toBe(2.5);
});

test('of 0 and 1, or no and yes, the positive one is plain', () => {
  expect(settle([...times(6, 0), ...times(7, 1)]).rule).toMatchObject({
    positive: 1,
    labels: ['y = 0', 'y = 1'],
  });
  expect(settle([...times(6, 'yes'), ...times(7, 'no')]).rule).toMatchObject({ positive: 'yes' });
});

test('one value against the rest when it is named', () => {
  const { rule, counts } = settle([...times(5, 'a'), ...times(6, 'b'), ...times(7, 'c')], { positive: 'b' });
  expect(rule.labels).toEqual(['y ≠ b', 'y = b']);
  expect(counts).toEqual([12, 6]);
});

test('every value is a class of its own: numbers by size, texts by name', () => {
  const digits = settle([...times(5, 10), ...times(6, 2), ...times(7, 1)], { kind: 'CLASSES' });
  expect(digits.rule.labels).toEqual(['1', '2', '10']);
  expect(digits.counts).toEqual([7, 6, 5]);
  expect([1, 2, 10].map((value) => labelOf(digits.rule, value))).toEqual([0, 1, 2]);
  const animals = settle([...times(5, 'dog'), ...times(6, 'cat')], { kind: 'CLASSES' });
  expect(animals.rule.labels).toEqual(['cat', 'dog']);
});

test('a numeric label is matched by its number, however it was written', () => {
  expect(settle([...times(6, 1), ...times(6, 2)], { positive: '2' }).rule.positive).toBe(2);
});

test.each([
  ['one class', times(30, 'good'), {}, 'same label'],
  ['one class, named', times(30, 'good'), { positive: 'good' }, 'same label'],
  ['one class above the median', times(30, 4), { kind: 'ABOVE_MEDIAN' as const }, 'same label'],
  ['a class of too few rows', [...times(30, 'no'), 'yes'], {}, 'Only 1 rows'],
  [
    'two values that do not say which is positive',
    [...times(9, 'cat'), ...times(9, 'dog')],
    {},
    'Give `positive`',
  ],
  ['many numbers without a rule', [1, 2, 3, 4, 5, 6, 7, 8], {}, 'ABOVE_MEDIAN'],
  [
    'a class of few rows among many',
    [...times(9, 'a'), ...times(9, 'b'), 'c'],
    { kind: 'CLASSES' as const },
    'Only 1 rows',
  ],
  [
    'more classes than can be told apart',
    Array.from({ length: 606 }, (_, i) => i % 101),
    { kind: 'CLASSES' as const },
    'more than 100',
  ],
  ['a value that no row has', [...times(9, 'cat'), ...times(9, 'dog')], { positive: 'cow' }, 'No row'],
  [
    'the median of texts',
    [...times(9, 'cat'), ...times(9, 'dog')],
    { kind: 'ABOVE_MEDIAN' as const },
    'no median',
  ],
])('refuses %s', (_, values, wish, words) => {
  expect(() => settle(values, wish)).toThrow(words);
});
