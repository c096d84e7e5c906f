/** The numbers of MLPerf's own table, and what chance itself says. */
import { earlyStop, queriesNeeded } from './early-stopping';

test('p99 at 99 % confidence needs 459 queries with none over the bound, and 662 with one', () => {
  expect(queriesNeeded(0, 0.99)).toBe(459);
  expect(queriesNeeded(1, 0.99)).toBe(662);
  expect([earlyStop(458, 0, 0.99), earlyStop(459, 0, 0.99)]).toEqual(['OPEN', 'HOLDS']);
  expect([earlyStop(661, 1, 0.99), earlyStop(662, 1, 0.99)]).toEqual(['OPEN', 'HOLDS']);
});

test('p90 needs 44 with none over the bound, and 64 with one', () => {
  expect([queriesNeeded(0, 0.9), queriesNeeded(1, 0.9)]).toEqual([44, 64]);
});

test('what is over the bound too often is broken, and in between nothing can be said', () => {
  expect(earlyStop(1000, 25, 0.99)).toBe('BROKEN');
  expect(earlyStop(1000, 10, 0.99)).toBe('OPEN');
  expect(earlyStop(10, 10, 0.99)).toBe('BROKEN');
  // One of one happens to one version of a hundred that keep their bound.
  expect(earlyStop(1, 1, 0.99)).toBe('OPEN');
  expect(earlyStop(2, 2, 0.99)).toBe('BROKEN');
  expect(earlyStop(0, 0, 0.99)).toBe('OPEN');
});

test('more over the bound needs more queries, and a million is no trouble', () => {
  const needed = [0, 1, 2, 5, 10, 100].map((over) => queriesNeeded(over, 0.99));
  expect(needed).toEqual([...needed].sort((a, b) => a - b));
  expect(earlyStop(1_000_000, 9_700, 0.99)).toBe('HOLDS');
  expect(earlyStop(1_000_000, 10_000, 0.99)).toBe('OPEN');
  expect(earlyStop(1_000_000, 10_300, 0.99)).toBe('BROKEN');
});
