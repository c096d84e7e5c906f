import { readDate, writeDate } from './date-days';

test.each([
  ['1970-01-01', 0],
  ['1969-12-31', -1],
  ['2026-01-31', 20_484],
  ['2024-02-29', 19_782],
  ['0001-01-01', -719_162],
  ['2026-01-31T12:00', 20_484.5],
  ['2026-01-31 18:00:00.000Z', 20_484.75],
  ['2026-01-31T02:00:00+02:00', 20_484],
  ['2026-01-30T19:00-0500', 20_484],
])('%s is day %d', (text, days) => {
  expect(readDate(text)).toBe(days);
});

test.each(['1969-12-31', '2024-02-29', '2026-01-31T18:00'])('%s is written as it was read', (text) => {
  expect(writeDate(readDate(text)!)).toBe(text);
});

test.each([
  '',
  '2026',
  '2026-02-29',
  '2026-13-01',
  '2026-1-31',
  '31.01.2026',
  '01/31/2026',
  '2026-01-31T24:00',
])('%j is no day', (text) => {
  expect(readDate(text)).toBeUndefined();
});
