import { dayAfter, evidenceFrom, quarterOf } from './quarter';

test('a day belongs to its quarter', () => {
  expect(['2026-01-01', '2026-03-31', '2026-04-01', '2026-12-31'].map(quarterOf)).toEqual([
    '2026-01-01',
    '2026-01-01',
    '2026-04-01',
    '2026-10-01',
  ]);
  expect(dayAfter('2024-02-28')).toBe('2024-02-29');
});

test('evidence begins with the quarter, the monitor, or after an incident was closed, whichever is last', () => {
  const at = (day: string) => new Date(`${day}T13:00:00Z`);
  expect(evidenceFrom('2026-08-20', at('2025-01-01'), null)).toBe('2026-07-01');
  expect(evidenceFrom('2026-08-20', at('2026-08-03'), null)).toBe('2026-08-03');
  expect(evidenceFrom('2026-08-20', at('2026-08-03'), at('2026-08-10'))).toBe('2026-08-11');
  expect(evidenceFrom('2026-08-20', at('2026-08-03'), at('2026-06-10'))).toBe('2026-08-03');
});
