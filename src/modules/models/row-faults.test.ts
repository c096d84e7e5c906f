import { DAYS } from '../../kernel/date-days';
import { rowFaults } from './row-faults';
import { rowInNumbers } from './row-numbers';
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

test('what a person or a program writes otherwise is told as it is known', () => {
  const inputs: TensorSpec[] = [
    { name: 'flag', dtype: DType.STRING, categories: ['False', 'True'], optional: false },
    { name: 'town', dtype: DType.STRING, categories: ['Bern'], optional: false },
    { name: 'hired', dtype: DType.FLOAT32, optional: false },
    { name: 'member', dtype: DType.FLOAT32, optional: false },
  ];
  const row = { flag: true, town: 'bern', hired: '2026-01-10', member: true };
  expect(rowFaults(inputs, row, []).map(({ message }) => message)).toEqual([
    'The input flag must be a text. Send "True".',
    'The input town cannot be "bern". Known are: Bern. Send "Bern".',
    'The input hired must be a finite number. If it counts days since 1970-01-01, this day is 20463.',
    'The input member must be a finite number. Send 1.',
  ]);
});

const HIRED: TensorSpec[] = [
  { name: 'hired', dtype: DType.FLOAT32, unit: DAYS, min: 20_454, max: 20_819, optional: true },
];

test.each([['2026-01-10'], ['2026-01-10T12:00:00Z'], [20_463], [20_463.5], [null]])(
  '%p is accepted where days are counted',
  (hired) => {
    expect(rowFaults(HIRED, { hired })).toEqual([]);
  },
);

test('what is no day is told how a day is written, and one too early between which days it has to lie', () => {
  const told = (hired: unknown): string[] => rowFaults(HIRED, { hired }).map(({ message }) => message);
  const otherwise =
    'The input hired must be a date, such as 2026-01-31, or a number of days since 1970-01-01.';
  for (const wrong of ['10.1.2026', '2026-02-30', '', 'soon', [20_463], {}, true])
    expect(told(wrong)).toEqual([otherwise]);
  expect(told('20463')).toEqual([
    'The input hired must be a finite number. Send 20463 without quotation marks.',
  ]);
  expect(told('1999-12-31')).toEqual([
    'The input hired must lie from 2026-01-01 to 2027-01-01; the model has learned no more.',
  ]);
  expect(told(1)).toEqual(['The input hired must lie from 20454 to 20819; the model has learned no more.']);
});

test('a row is kept with the days of its dates', () => {
  expect(rowInNumbers(HIRED, { hired: '2026-01-10T12:00' })).toEqual({ hired: 20_463.5 });
  expect(rowInNumbers(INPUTS, { hired: '2026-01-10' })).toEqual({ hired: '2026-01-10' });
});

test.each([[-0.1], [90.5]])('%p lies outside of what was learned', (age) => {
  expect(constraints({ age, sector: 'other', experience: 1 })).toEqual(['input.rows.3.age range']);
});

test.each([[null], [[]], ['text'], [7]])('%p is no row', (row) => {
  expect(constraints(row)).toEqual(['input.rows.3 object']);
});
