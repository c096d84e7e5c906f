import { rowFaults } from './row-faults';
import { DType, type TensorSpec } from './signature.type';

const INPUTS: TensorSpec[] = [
  { name: 'age', dtype: DType.FLOAT32, min: 0, max: 90, optional: false },
  { name: 'sector', dtype: DType.STRING, categories: ['construction', 'other'], optional: false },
  { name: 'experience', dtype: DType.FLOAT32, optional: true },
];

const constraints = (row: unknown): (string | undefined)[] =>
  rowFaults(INPUTS, row, ['input', 'rows', '3']).map(
    (fault) => `${fault.path?.join('.')} ${fault.data.constraint}`,
  );

test('a row that fits has no fault, and null stands for what may be missing', () => {
  expect(rowFaults(INPUTS, { age: 90, sector: 'other', experience: null })).toEqual([]);
});

test('all faults of a row come at once, each at its path', () => {
  expect(constraints({ age: null, sector: 'farming', wage: 3 })).toEqual([
    'input.rows.3.age required',
    'input.rows.3.sector category',
    'input.rows.3.experience required',
    'input.rows.3.wage unknown',
  ]);
});

test.each([[NaN], [Infinity], ['40'], [true], [[40]]])('%p is no number', (age) => {
  expect(constraints({ age, sector: 'other', experience: 1 })).toEqual(['input.rows.3.age number']);
});

test('what JSON holds in another type is told as it is to be sent', () => {
  const told = rowFaults(INPUTS, { age: '40', sector: true, experience: 'old' }).map(
    ({ message }) => message,
  );
  expect(told).toEqual([
    'The input age must be a finite number. Send 40 without quotation marks.',
    'The input sector must be a text. Send "true".',
    'The input experience must be a finite number.',
  ]);
});

test.each([[-0.1], [90.5]])('%p lies outside of what was learned', (age) => {
  expect(constraints({ age, sector: 'other', experience: 1 })).toEqual(['input.rows.3.age range']);
});

test.each([[null], [[]], ['text'], [7]])('%p is no row', (row) => {
  expect(constraints(row)).toEqual(['input.rows.3 object']);
});
