import { random as seeded } from '../../../../test/support/simulated-device';
import type { Cell, ColumnKindName } from './column-profile';
import type { LabelRule } from './label-rule';
import { LeakageSample } from './target-leakage';

function aucs(rule: LabelRule, kinds: readonly ColumnKindName[], rows: readonly (readonly Cell[])[]) {
  const sample = new LeakageSample(kinds, kinds.length - 1);
  for (const row of rows) sample.add(row);
  return sample.aucs(rule);
}

const LEFT: LabelRule = { column: 'y', kind: 'EQUALS', positive: 1, threshold: null, labels: ['no', 'yes'] };

test('what tells the label alone is found among numbers, categories and what is missing; a name for each is no more than chance', () => {
  const random = seeded(7);
  const rows = Array.from({ length: 6000 }, (_, at): Cell[] => {
    const y = random() < 0.3 ? 1 : 0;
    return [y ? at : null, y ? 'gone' : 'here', y + 3 * random(), `n${at % 180}`, y];
  });
  const kinds = ['NUMERIC', 'CATEGORICAL', 'NUMERIC', 'CATEGORICAL', 'NUMERIC'] as const;
  const [leftOn, state, amount, name, label] = aucs(LEFT, kinds, rows);
  expect([leftOn, state, label]).toEqual([1, 1, null]);
  expect(amount).toBeGreaterThan(0.6);
  expect(amount).toBeLessThan(0.9);
  expect(Math.abs(name! - 0.5)).toBeLessThan(0.1);
});

test('of several classes it is that of the one that is told worst', () => {
  const values = ['a', 'b', 'c'];
  const rule: LabelRule = { ...LEFT, kind: 'CLASSES', positive: null, values, labels: values };
  const rows = Array.from({ length: 900 }, (_, at): Cell[] => [at % 3, (at % 3) % 2, values[at % 3]!]);
  const [code, half] = aucs(rule, ['NUMERIC', 'NUMERIC', 'CATEGORICAL'], rows);
  expect(code).toBe(1);
  expect(half).toBeLessThan(0.9);
});

test('of few rows of a class, and of texts and pictures, nothing is said', () => {
  const rows = Array.from({ length: 900 }, (_, at): Cell[] => [at, 'so', at < 9 ? 1 : 0]);
  expect(aucs(LEFT, ['NUMERIC', 'TEXT', 'NUMERIC'], rows)).toEqual([null, null, null]);
  const enough = rows.map(([at], index): Cell[] => [at!, 'so', index < 90 ? 1 : 0]);
  expect(aucs(LEFT, ['NUMERIC', 'TEXT', 'NUMERIC'], enough)).toEqual([1, null, null]);
});
