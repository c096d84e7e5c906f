import { dayAfter, evidenceFrom, openDay, quarterOf, restartsOf } from './quarter';

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

test('a day is told of when nobody can be added to it any more, which is a while after its end', () => {
  expect(openDay(new Date('2026-07-02T00:00:01Z'))).toBe('2026-07-01');
  expect(openDay(new Date('2026-07-02T00:59:59Z'))).toBe('2026-07-01');
  expect(openDay(new Date('2026-07-02T01:00:00Z'))).toBe('2026-07-02');
});
