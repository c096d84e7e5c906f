/** When a request of a data subject is due. */
import { deadlineOf, extendedDeadline } from './deadline';

const due = (day: string): string => deadlineOf(new Date(`${day}T12:30:00Z`)).toISOString();

test.each([
  ['2026-11-30', '2026-12-30'],
  ['2026-12-05', '2027-01-04'],
  ['2027-01-29', '2027-02-28'],
  ['2027-01-31', '2027-02-28'],
  ['2027-02-01', '2027-03-01'],
  ['2028-02-10', '2028-03-10'],
  ['2028-01-31', '2028-02-29'],
])('what came in on %s is due on %s: in a month, and in 30 days at most', (day, dueDay) => {
  expect(due(day)).toBe(`${dueDay}T12:30:00.000Z`);
});

test.each([
  ['2026-12-30', 2, '2027-02-28'],
  ['2026-12-30', 1, '2027-01-30'],
  ['2027-02-28', 2, '2027-04-28'],
])('what is due on %s and extended by %d months is due on %s', (day, months, dueDay) => {
  const extended = extendedDeadline(new Date(`${day}T12:30:00Z`), months);
  expect(extended.toISOString()).toBe(`${dueDay}T12:30:00.000Z`);
});
