import { endAfter, momentOf, SubscriptionMoment, yearlyMinor } from './plan-choice';
import { SubscriptionStatus } from './standing';

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

  it('moves an end with the period to that of the period that it begins, and no other', () => {
    const [end, now] = [new Date('2028-03-01T00:00:00Z'), new Date('2028-02-29T12:00:00Z')];
    const of = (cancelAt: Date | null, status = SubscriptionStatus.ACTIVE) =>
      endAfter({ cancelAt, currentPeriodEnd: end, status }, { interval: 'MONTH' }, { interval: 'YEAR' }, now);
    // The 29th of February has no anniversary.
    expect(of(end)).toEqual(new Date('2029-02-28T12:00:00Z'));
    expect(of(end, SubscriptionStatus.TRIALING)).toEqual(end);
    expect(of(now)).toEqual(now);
    expect(of(null)).toBeNull();
    const same = { interval: 'MONTH' } as const;
    const subscription = { cancelAt: end, currentPeriodEnd: end, status: SubscriptionStatus.ACTIVE };
    expect(endAfter(subscription, same, same, now)).toEqual(end);
  });
});
