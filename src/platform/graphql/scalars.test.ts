import { DateTime } from './scalars';

test.each(['2024-02-29T23:59:59Z', '2026-12-31T23:30:00-05:00', '0001-01-01T00:00:00Z'])(
  '%s is an instant',
  (text) => {
    expect(DateTime.parseValue(text)).toEqual(new Date(text));
  },
);

test.each([
  '2026-02-30T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T24:30:00Z',
  '0000-01-01T00:00:00Z',
  '2026-01-01',
  '',
  1767225600000,
])('%p is in no calendar, or no instant', (value) => {
  expect(() => DateTime.parseValue(value)).toThrow('DateTime must look like');
});
