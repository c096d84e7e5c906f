import { splitRows } from '../preparation/split';
import { partsOf } from './row-parts';

const CLASSES = Array.from({ length: 100 }, (_, row) => row % 2);
const DIVISION = { seed: 7, validationShare: 0.1, heldOutShare: 0.25, groupColumn: null, timeColumn: null };
const none = (): unknown[] => [];

test('each row was in one part, the one in which the training had it', () => {
  const split = splitRows(CLASSES, { validation: 0.1, heldOut: 0.25 }, 7);
  for (const row of split.heldOut)
    expect(partsOf(CLASSES, [row], DIVISION, none)).toEqual({ learned: 0, watched: 0, heldOut: 1 });
  for (const row of split.validation)
    expect(partsOf(CLASSES, [row], DIVISION, none)).toEqual({ learned: 0, watched: 1, heldOut: 0 });
});

test('equal rows may be in several parts, and are counted in each', () => {
  const split = splitRows(CLASSES, { validation: 0.1, heldOut: 0.25 }, 7);
  const places = [split.training[0]!, split.training[1]!, split.heldOut[0]!];
  expect(partsOf(CLASSES, places, DIVISION, none)).toEqual({ learned: 2, watched: 0, heldOut: 1 });
});

test('another seed divides otherwise', () => {
  const everyone = CLASSES.map((_, row) => row);
  const parts = (seed: number) =>
    everyone.map((row) => JSON.stringify(partsOf(CLASSES, [row], { ...DIVISION, seed }, none))).join();
  expect(parts(7)).toBe(parts(7));
  expect(parts(8)).not.toBe(parts(7));
});
