import { DType, type Signature } from '../../../models';
import type { ColumnKindName } from '../column-profile';
import { labelOf, type LabelRule } from '../label-rule';
import { targetOfBase, targetOfOrigin, targetOfSignature } from './curated-target';

const number = (name: string) => ({ name, dtype: DType.FLOAT32, optional: false });
const text = (name: string, more = {}) => ({ name, dtype: DType.STRING, optional: false, ...more });
const version = (signature: Partial<Signature>, outputWidth = 1) => ({
  outputWidth,
  signature: {
    inputs: [number('age')],
    outputs: [number('probability')],
    labels: ['no', 'yes'],
    ...signature,
  },
});

function data(label: Partial<LabelRule>, kind: ColumnKindName = 'CATEGORICAL') {
  const column = (name: string, of: ColumnKindName, unit: string | null = null) => ({ name, kind: of, unit });
  return {
    columns: [column('age', 'NUMERIC'), column('race', 'CATEGORICAL'), column('y', kind)] as never,
    label: {
      column: 'y',
      kind: 'EQUALS',
      positive: null,
      threshold: null,
      labels: [],
      classes: [9, 9],
      ...label,
    },
    protectedAttributes: ['race'],
  } as Parameters<typeof targetOfBase>[0];
}

test('a question with a median stays what it was, written as its classes', () => {
  const labels = ['y ≤ 7', 'y > 7'];
  const target = targetOfBase(
    data({ kind: 'ABOVE_MEDIAN', threshold: 7, labels }, 'NUMERIC'),
    version({ labels }),
  );
  expect(target.classes).toEqual({ labels, cells: labels });
  expect(target.columns.at(-1)).toEqual({ name: 'y', kind: 'CATEGORICAL', unit: null });
  const rule = { column: 'y', kind: 'EQUALS', positive: 'y > 7', threshold: null, labels };
  expect(target.label).toEqual({ column: 'y', positive: 'y > 7', settled: rule });
  expect(labels.map((cell) => labelOf(target.label.settled!, cell))).toEqual([0, 1]);
});

test('data that corrections joined can be joined again', () => {
  const labels = ['y ≤ 7', 'y > 7'];
  const first = targetOfBase(
    data({ kind: 'ABOVE_MEDIAN', threshold: 7, labels }, 'NUMERIC'),
    version({ labels }),
  );
  const second = targetOfBase(data(first.label.settled!), version({ labels }));
  expect(second).toEqual(first);
});

test('of two values each keeps its own, a number too', () => {
  const words = targetOfBase(data({ positive: 'spam', labels: ['y = ham', 'y = spam'] }), version({}));
  expect(words.classes!.cells).toEqual(['ham', 'spam']);
  const numbers = targetOfBase(data({ positive: 1, labels: ['y = 0', 'y = 1'] }, 'NUMERIC'), version({}));
  expect(numbers.classes!.cells).toEqual([0, 1]);
  expect(numbers.columns.at(-1)).toMatchObject({ kind: 'NUMERIC' });
});

test('one value against many is written as its classes: none of the many stands for all', () => {
  const labels = ['y ≠ cat', 'y = cat'];
  expect(targetOfBase(data({ positive: 'cat', labels }), version({})).classes!.cells).toEqual(labels);
});

test('classes keep their values', () => {
  const rule = { kind: 'CLASSES' as const, values: [1, 2, 10], labels: ['1', '2', '10'] };
  const target = targetOfBase(data(rule, 'NUMERIC'), version({}, 3));
  expect(target.classes).toEqual({ labels: ['1', '2', '10'], cells: [1, 2, 10] });
  expect(target.label.settled).not.toHaveProperty('classes');
});

test('numbers are learned as numbers, and not of data that has none', () => {
  const regression = version({ labels: undefined, outputs: [number('y')] });
  const rule = { kind: 'ABOVE_MEDIAN' as const, threshold: 7, labels: ['y ≤ 7', 'y > 7'] };
  const target = targetOfBase(data(rule, 'NUMERIC'), regression);
  expect(target.classes).toBeUndefined();
  expect(target.label.settled).toMatchObject({ kind: 'ABOVE_MEDIAN', threshold: 7 });
  expect(() => targetOfBase(data(rule), regression)).toThrow('holds none');
});

test('alone there are the columns that the version takes, and of the protected ones those', () => {
  const target = targetOfOrigin(data({ positive: 'b', labels: ['y = a', 'y = b'] }), version({}));
  expect(target.columns.map(({ name }) => name)).toEqual(['age', 'y']);
  expect(target.protectedAttributes).toEqual([]);
});

test('a version that was not trained here tells columns and classes by its signature', () => {
  const inputs = [
    text('words'),
    text('sector', { categories: ['a'] }),
    { ...number('face'), dtype: DType.IMAGE },
  ];
  const two = targetOfSignature(version({ inputs, outputs: [number('probability'), text('mood')] }));
  expect(two.columns.map(({ name, kind }) => [name, kind])).toEqual([
    ['words', 'TEXT'],
    ['sector', 'CATEGORICAL'],
    ['face', 'IMAGE'],
    ['mood', 'CATEGORICAL'],
  ]);
  expect(two.label.settled).toMatchObject({
    column: 'mood',
    kind: 'EQUALS',
    positive: 'yes',
    labels: ['no', 'yes'],
  });
  const three = targetOfSignature(version({ labels: ['a', 'b', 'c'] }, 3));
  expect(three.label.settled).toMatchObject({ column: 'label', kind: 'CLASSES', values: ['a', 'b', 'c'] });
  const regression = targetOfSignature(version({ labels: undefined, outputs: [number('price')] }));
  expect(regression.label).toEqual({ column: 'price', kind: 'ABOVE_MEDIAN' });
});
