import { momentOf, SubscriptionMoment, yearlyMinor } from './plan-choice';

const { NOW, PERIOD_END } = SubscriptionMoment;
const month = (priceMinor: string) => ({ priceMinor, interval: 'MONTH' }) as const;

describe('a change of plan', () => {
  it('begins at once when more or as much is paid, and with the next period when less is', () => {
    expect(momentOf(100n, 101n, false)).toBe(NOW);
    expect(momentOf(100n, 100n, false)).toBe(NOW);
    expect(momentOf(100n, 99n, false)).toBe(PERIOD_END);
    expect(momentOf(100n, 99n, true)).toBe(NOW);
  });

  it('compares months and years, seats, and amounts that no float holds', () => {
    expect(yearlyMinor(month('4900'), 3)).toBe(176_400n);
    expect(yearlyMinor({ priceMinor: '58800', interval: 'YEAR' }, 1)).toBe(yearlyMinor(month('4900'), 1));
    const edge = '9223372036854775807';
    expect(yearlyMinor(month(edge), 1) - yearlyMinor(month('9223372036854775806'), 1)).toBe(12n);
  });
});
