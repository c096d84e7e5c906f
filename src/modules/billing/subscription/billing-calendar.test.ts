import { addMonths, periodAt, usagePeriod } from './billing-calendar';

const at = (text: string): Date => new Date(text);

describe('the billing calendar', () => {
  it('clamps the 31st to shorter months and comes back to it', () => {
    const anchor = at('2027-01-31T10:00:00Z');
    const ends = [1, 2, 3, 4].map((months) => addMonths(anchor, months).getTime() / 1000);
    expect(ends).toEqual([1803808800, 1806487200, 1809079200, 1811757600]);
  });

  it('gives every instant exactly one period, with the end outside', () => {
    const anchor = at('2026-01-31T10:00:00Z');
    const first = periodAt(anchor, 'MONTH', anchor);
    expect(first).toEqual({ from: anchor, to: at('2026-02-28T10:00:00Z') });
    expect(periodAt(anchor, 'MONTH', at('2026-02-28T09:59:59.999Z'))).toEqual(first);
    expect(periodAt(anchor, 'MONTH', at('2026-02-28T10:00:00Z')).from).toEqual(first.to);
    expect(periodAt(anchor, 'MONTH', at('2027-03-01T00:00:00Z'))).toEqual({
      from: at('2027-02-28T10:00:00Z'),
      to: at('2027-03-31T10:00:00Z'),
    });
    expect(periodAt(anchor, 'YEAR', at('2028-01-30T00:00:00Z'))).toEqual({
      from: at('2027-01-31T10:00:00Z'),
      to: at('2028-01-31T10:00:00Z'),
    });
  });

  it('goes on counting when the news of a renewal are late', () => {
    const billed = {
      anchorAt: at('2026-03-15T00:00:00Z'),
      interval: 'MONTH' as const,
      currentPeriodStart: at('2026-03-15T00:00:00Z'),
      currentPeriodEnd: at('2026-04-15T00:00:00Z'),
    };
    expect(usagePeriod(billed, at('2026-04-14T23:59:59Z')).to).toEqual(at('2026-04-15T00:00:00Z'));
    expect(usagePeriod(billed, at('2026-04-15T00:00:00Z'))).toEqual({
      from: at('2026-04-15T00:00:00Z'),
      to: at('2026-05-15T00:00:00Z'),
    });
  });

  it('counts late news from the end that was mirrored, however far from the anchor that lies', () => {
    // A trial moved the first bill to the 20th, and the anchor says the 15th.
    const billed = {
      anchorAt: at('2026-03-15T00:00:00Z'),
      interval: 'MONTH' as const,
      currentPeriodStart: at('2026-03-15T00:00:00Z'),
      currentPeriodEnd: at('2026-04-20T00:00:00Z'),
    };
    expect(usagePeriod(billed, at('2026-04-20T00:00:00Z'))).toEqual({
      from: at('2026-04-20T00:00:00Z'),
      to: at('2026-05-15T00:00:00Z'),
    });
    expect(usagePeriod(billed, at('2026-05-15T00:00:00Z'))).toEqual({
      from: at('2026-05-15T00:00:00Z'),
      to: at('2026-06-15T00:00:00Z'),
    });
  });

  it('takes a clock that runs behind for the beginning of the period', () => {
    const billed = {
      anchorAt: at('2026-01-15T00:00:00Z'),
      interval: 'MONTH' as const,
      currentPeriodStart: at('2026-03-15T00:00:00Z'),
      currentPeriodEnd: at('2026-04-15T00:00:00Z'),
    };
    const mirrored = { from: billed.currentPeriodStart, to: billed.currentPeriodEnd };
    expect(usagePeriod(billed, at('2026-03-14T23:59:59Z'))).toEqual(mirrored);
    expect(periodAt(billed.anchorAt, 'MONTH', at('2025-12-01T00:00:00Z')).from).toEqual(billed.anchorAt);
  });
});
