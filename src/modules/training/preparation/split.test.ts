import { seededRandom, shuffle } from './seeded-random';
import { splitRows } from './split';
import { splitByGroup } from './split-by-group';
import { splitByTime } from './split-by-time';

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

describe('rows that hang together', () => {
  // 120 people with one to nine rows each; a third of them are mostly of class 1.
  const people = Array.from({ length: 600 }, (_, row) => `p${Math.floor((row * row) % 977) % 120}`);
  const classes = people.map((person, row) => ((Number(person.slice(1)) % 3 === 0) === row % 7 > 0 ? 1 : 0));

  test('stay in one part, and parts have their shares and the classes as nearly as groups allow', () => {
    const { training, validation, heldOut } = splitByGroup(classes, people, SHARES, 7);
    expect([...training, ...validation, ...heldOut].sort((a, b) => a - b)).toEqual(
      people.map((_, row) => row),
    );
    const of = (rows: readonly number[]) => new Set(rows.map((row) => people[row]));
    const [learned, watched, last] = [of(training), of(validation), of(heldOut)];
    for (const person of last) expect(learned.has(person) || watched.has(person)).toBe(false);
    for (const person of watched) expect(learned.has(person)).toBe(false);
    const all = classes.filter((label) => label === 1).length / classes.length;
    for (const [rows, share] of [
      [validation, SHARES.validation],
      [heldOut, SHARES.heldOut],
    ] as const) {
      expect(Math.abs(rows.length / people.length - share)).toBeLessThan(0.03);
      const positive = rows.filter((row) => classes[row] === 1).length / rows.length;
      expect(Math.abs(positive - all)).toBeLessThan(0.12);
    }
    expect(splitByGroup(classes, people, SHARES, 7).heldOut).toEqual(heldOut);
    expect(splitByGroup(classes, people, SHARES, 8).heldOut).not.toEqual(heldOut);
  });

  test('leave a group for each part, also where one is nearly everybody, and fewer than three cannot be divided', () => {
    const few = ['a', ...Array.from({ length: 98 }, () => 'b'), null];
    const { training, validation, heldOut } = splitByGroup(new Uint8Array(100), few, SHARES, 7);
    expect([training, validation, heldOut].map((rows) => rows.length).sort((a, b) => a - b)).toEqual([
      1, 1, 98,
    ]);
    expect(() => splitByGroup(new Uint8Array(4), ['a', 'a', 'b', 'b'], SHARES, 7)).toThrow(RangeError);
  });

  test('in time: the latest are held out, those before them watched, and a moment is never cut', () => {
    const days = people.map((_, row) => Math.floor(((row * 7919) % 600) / 6));
    const { training, validation, heldOut } = splitByTime(days, SHARES);
    expect([training, validation, heldOut].map((rows) => rows.length)).toEqual([420, 60, 120]);
    const most = (rows: readonly number[]) => Math.max(...rows.map((row) => days[row]!));
    const least = (rows: readonly number[]) => Math.min(...rows.map((row) => days[row]!));
    expect([most(training) < least(validation), most(validation) < least(heldOut)]).toEqual([true, true]);
    expect(splitByTime([1, 1, 1, 2, 2, 3, 3, 3, 3, 3], SHARES)).toEqual({
      training: [0, 1, 2],
      validation: [3, 4],
      heldOut: [5, 6, 7, 8, 9],
    });
    expect(() => splitByTime([1, 1, 2, 2], SHARES)).toThrow(RangeError);
    expect(() => splitByTime([1, 2, 3, null], SHARES)).toThrow('1 rows have no time');
  });
});
