import { anchorFor } from './anchor-config';

const seconds = (iso: string): number => Date.parse(iso) / 1000;

describe('an anchor that is asked for by its day', () => {
  it.each([
    ['later in the month', { day: 15 }, 1, '2026-04-01T09:30:05Z', '2026-04-15T09:30:05Z'],
    ['in the next month', { day: 15 }, 1, '2026-04-16T10:00:00Z', '2026-05-15T10:00:00Z'],
    [
      'at its own time of day',
      { day: 1, hour: 0, minute: 0, second: 0 },
      1,
      '2026-04-01T09:00:00Z',
      '2026-05-01T00:00:00Z',
    ],
    ['in its month of the year', { day: 1, month: 7 }, 12, '2026-08-02T00:00:00Z', '2027-07-01T00:00:00Z'],
    [
      'in a quarter with that month',
      { day: 1, month: 12 },
      3,
      '2026-04-02T00:00:00Z',
      '2026-06-01T00:00:00Z',
    ],
    ['on a day that February lacks', { day: 31 }, 1, '2026-02-10T00:00:00Z', '2026-03-31T00:00:00Z'],
    ['two months apart, as in the guide', { day: 31 }, 2, '2026-02-10T00:00:00Z', '2026-08-31T00:00:00Z'],
    ['on a leap day', { day: 29, month: 2 }, 12, '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['on a day that never is', { day: 31, month: 2 }, 12, '2026-01-01T00:00:00Z', '2026-02-28T00:00:00Z'],
  ])('lies %s', (_, config, months, from, anchor) => {
    expect(anchorFor(config, months, seconds(from))).toBe(seconds(anchor));
  });
});
