import { dayAfter, evidenceFrom, quarterOf, restartsOf } from './quarter';

test('a day belongs to its quarter', () => {
  expect(['2026-01-01', '2026-03-31', '2026-04-01', '2026-12-31'].map(quarterOf)).toEqual([
    '2026-01-01',
    '2026-01-01',
    '2026-04-01',
    '2026-10-01',
  ]);
  expect(dayAfter('2024-02-28')).toBe('2024-02-29');
});

test('evidence begins with the quarter, or on the day after an incident was closed within it', () => {
  const restarts = restartsOf(
    ['2026-06-10', '2026-08-10', '2026-08-14'].map((day) => new Date(`${day}T13:00:00Z`)),
  );
  expect(evidenceFrom('2026-08-20', [])).toBe('2026-07-01');
  expect(evidenceFrom('2026-08-20', restarts)).toBe('2026-08-15');
  expect(evidenceFrom('2026-08-14', restarts)).toBe('2026-08-11');
  expect(evidenceFrom('2026-08-10', restarts)).toBe('2026-07-01');
  expect(evidenceFrom('2026-10-02', restarts)).toBe('2026-10-01');
});
