import { ageInDays, dueAt, priorityOf, type PriorityTerms } from './priority';

const terms: PriorityTerms = { monthlyRevenueMinor: '0', currency: 'USD', votes: 1, severity: 3, ageDays: 0 };

test('each term raises the priority, and an unjudged severity counts as the third', () => {
  const base = priorityOf(terms);
  expect(base).toBe(2);
  expect(priorityOf({ ...terms, severity: 1 })).toBe(8);
  expect(priorityOf({ ...terms, severity: null })).toBe(base);
  expect(priorityOf({ ...terms, monthlyRevenueMinor: '9900' })).toBe(6);
  expect(priorityOf({ ...terms, votes: 4 })).toBe(6);
  expect(priorityOf({ ...terms, ageDays: 15 })).toBe(3);
});

test('waiting counts for a month and no longer', () => {
  expect(priorityOf({ ...terms, ageDays: 30 })).toBe(4);
  expect(priorityOf({ ...terms, ageDays: 3000 })).toBe(4);
  expect(ageInDays(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T23:00:00Z'))).toBe(1);
});

test('the worse it is, the sooner it is due', () => {
  const at = new Date('2026-01-01T00:00:00Z');
  const due = [1, 2, 3, 4].map((severity) => dueAt(severity, at)!.getTime());
  expect([...due].sort((a, b) => a - b)).toEqual(due);
  expect(dueAt(null, at)).toBeNull();
});
