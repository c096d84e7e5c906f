import { DType, type Signature } from '../../models';
import { trainingRows } from './training-row';

const number = (name: string) => ({ name, dtype: DType.FLOAT32, optional: false });
const text = (name: string, more = {}) => ({ name, dtype: DType.STRING, optional: false, ...more });

const version = (signature: Partial<Signature> = {}, outputWidth = 1) => ({
  outputWidth,
  signature: {
    inputs: [number('age'), text('sector', { categories: ['a', 'b'] })],
    outputs: [number('probability')],
    labels: ['no', 'yes'],
    ...signature,
  },
});
const REGRESSION = version({ outputs: [number('wage')], labels: undefined });
const ROW = { age: 40, sector: 'a' };

test.each([
  ['by its name', 'no', 'no'],
  ['under the name of the output', { label: 'no' }, 'no'],
  ['beside what the answer had too', { label: 'no', probability: 0.1 }, 'no'],
  ['by yes or no', { label: true }, 'yes'],
  ['as a list of one', ['yes'], 'yes'],
])('the right class is said %s', (_, correction, answer) => {
  expect(trainingRows(version(), ROW, correction)).toEqual([{ index: 0, inputs: ROW, answer }]);
});

test('a class whose name is a number, under an output of another name', () => {
  const digits = version({ outputs: [text('digit')], labels: ['0', '1', '2'] }, 3);
  expect(trainingRows(digits, ROW, { digit: 2 })).toMatchObject([{ answer: '2' }]);
});

test('a class is known however its letters are written', () => {
  const towns = version({ labels: ['Bern', 'Z\u00fcrich'] });
  expect(trainingRows(towns, ROW, 'Zu\u0308rich')).toMatchObject([{ answer: 'Z\u00fcrich' }]);
});

test('a regression is corrected by a number', () => {
  for (const correction of [12.5, { wage: 12.5 }])
    expect(trainingRows(REGRESSION, ROW, correction)).toMatchObject([{ answer: 12.5 }]);
});

test('of many rows those are learned that were corrected', () => {
  const rows = [ROW, { age: 1, sector: 'b' }, ROW];
  expect(trainingRows(version(), rows, [null, { label: 'no' }, 'yes'])).toEqual([
    { index: 1, inputs: { age: 1, sector: 'b' }, answer: 'no' },
    { index: 2, inputs: ROW, answer: 'yes' },
  ]);
});

test.each([
  ['one answer to many rows', version(), [ROW, ROW], 'no', 'does not say which of them'],
  ['a list of another length', version(), [ROW, ROW], ['no'], '2 rows and the correction 1 answers'],
  ['a list that corrects nothing', version(), [ROW, ROW], [null, null], 'none of the rows'],
  ['a class that is none', version(), ROW, 'maybe', 'It knows: no, yes'],
  ['yes where there are three classes', version({ labels: ['a', 'b', 'c'] }), ROW, true, 'It knows: a, b, c'],
  ['an output that is none', version(), ROW, { salary: 3 }, 'no output salary'],
  ['a probability alone', version(), ROW, { probability: 1 }, 'does not say label'],
  ['a text for a number', REGRESSION, ROW, 'a lot', 'is a number'],
  ['a number that is too large', REGRESSION, ROW, 1e300, 'is a number'],
  ['a row that lacks a value', version(), { age: 40 }, 'no', 'sector is missing'],
  ['a row of another type', version(), { ...ROW, age: 'old' }, 'no', 'age must be a finite number'],
  ['a category that is none', version(), { ...ROW, sector: 'c' }, 'no', 'cannot be "c"'],
  ['a prompt', version({ labels: undefined }, 0), { prompt: 'x' }, 'y', 'neither a class nor one number'],
  ['a vector', version({ labels: undefined }, 512), ROW, [1], 'neither a class nor one number'],
  [
    'an input that is a list',
    version({ inputs: [{ ...number('pixels'), shape: [4] }] }),
    { pixels: [1, 2, 3, 4] },
    'no',
    'pixels is a list',
  ],
])('%s is no row', (_, of, rows, correction, words) => {
  expect(() => trainingRows(of, rows, correction)).toThrow(words);
});

test('the names of objects themselves are no outputs', () => {
  expect(() => trainingRows(version(), ROW, { toString: 1 })).toThrow('no output toString');
});
