import { type Cadence, nextBoundary, periodBoundary } from './billing-cycle';

const MONTHLY: Cadence = { interval: 'month', interval_count: 1 };
const seconds = (iso: string): number => Date.parse(iso) / 1000;

describe('the billing cycle', () => {
  it('clamps the 31st to the last day and lets it come back', () => {
    const anchor = seconds('2027-01-31T10:00:00Z');
    expect(anchor).toBe(1801389600);
    const ends = [1, 2, 3, 4].map((periods) => periodBoundary(anchor, MONTHLY, periods));
    expect(ends).toEqual([1803808800, 1806487200, 1809079200, 1811757600]);
  });

  it('finds the same boundaries one after the other, from anywhere inside a period', () => {
    const anchor = seconds('2027-01-31T10:00:00Z');
    expect(nextBoundary(anchor, MONTHLY, anchor)).toBe(1803808800);
    expect(nextBoundary(anchor, MONTHLY, 1803808799)).toBe(1803808800);
    expect(nextBoundary(anchor, MONTHLY, 1803808800)).toBe(1806487200);
    expect(nextBoundary(anchor, MONTHLY, seconds('2031-05-30T10:00:00Z'))).toBe(
      seconds('2031-05-31T10:00:00Z'),
    );
  });

  it('takes the anchor as the first boundary of an instant before it', () => {
    expect(nextBoundary(2000, MONTHLY, 1000)).toBe(2000);
  });

  it('puts the 29th of February on the 28th in common years', () => {
    const yearly: Cadence = { interval: 'year', interval_count: 1 };
    const anchor = seconds('2028-02-29T00:00:00Z');
    expect(periodBoundary(anchor, yearly, 1)).toBe(seconds('2029-02-28T00:00:00Z'));
    expect(periodBoundary(anchor, yearly, 4)).toBe(seconds('2032-02-29T00:00:00Z'));
  });

  it('counts weeks, days and quarters', () => {
    expect(periodBoundary(0, { interval: 'week', interval_count: 2 }, 1)).toBe(14 * 86_400);
    expect(nextBoundary(0, { interval: 'day', interval_count: 1 }, 86_400 * 1_000)).toBe(86_400 * 1_001);
    const quarter: Cadence = { interval: 'month', interval_count: 3 };
    expect(periodBoundary(seconds('2026-11-30T00:00:00Z'), quarter, 1)).toBe(seconds('2027-02-28T00:00:00Z'));
  });
});
