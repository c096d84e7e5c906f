import { seededRandom, shuffle } from './seeded-random';
import { splitRows } from './split';

const LABELS = Array.from({ length: 500 }, (_, row) => (row % 5 === 0 ? 1 : 0));
const SHARES = { validation: 0.1, heldOut: 0.2 };
const positives = (rows: readonly number[]): number => rows.filter((row) => LABELS[row] === 1).length;

test('every row is in exactly one part', () => {
  const { training, validation, heldOut } = splitRows(LABELS, SHARES, 7);
  const all = [...training, ...validation, ...heldOut].sort((a, b) => a - b);
  expect(all).toEqual(LABELS.map((_, row) => row));
});

test('each part has the classes in the same proportion', () => {
  const { training, validation, heldOut } = splitRows(LABELS, SHARES, 7);
  expect([training, validation, heldOut].map((rows) => [rows.length, positives(rows)])).toEqual([
    [350, 70],
    [50, 10],
    [100, 20],
  ]);
});

test('the seed alone decides: the same one splits alike, another one differently', () => {
  expect(splitRows(LABELS, SHARES, 7)).toEqual(splitRows(LABELS, SHARES, 7));
  expect(splitRows(LABELS, SHARES, 8).heldOut).not.toEqual(splitRows(LABELS, SHARES, 7).heldOut);
});

test('a class of five rows is in every part', () => {
  const labels = LABELS.map((_, row) => (row < 5 ? 1 : 0));
  const { training, validation, heldOut } = splitRows(labels, SHARES, 1);
  for (const rows of [training, validation, heldOut])
    expect(rows.some((row) => labels[row] === 1)).toBe(true);
});

test('chance is even: each place gets each item about as often', () => {
  const random = seededRandom(3);
  const first = [0, 0, 0, 0];
  for (let round = 0; round < 4000; round++) first[shuffle([0, 1, 2, 3], random)[0]!]!++;
  for (const count of first) expect(Math.abs(count - 1000)).toBeLessThan(110);
});

test('a class of few rows is learned from too, whatever the shares', () => {
  const { training, validation, heldOut } = splitRows([1, 1, 1, 1, 1], { validation: 0.3, heldOut: 0.5 }, 7);
  expect([training, validation, heldOut].map((rows) => rows.length)).toEqual([1, 1, 3]);
});

test('a million rows are split like five hundred', () => {
  const rows = 1_000_000;
  const { training, validation, heldOut } = splitRows(new Float32Array(rows), SHARES, 7);
  expect([training, validation, heldOut].map((part) => part.length)).toEqual([700_000, 100_000, 200_000]);
});
