import { chooseLive, grantsPlan, isLive, SubscriptionStatus } from './standing';

const NOW = new Date('2026-05-01T00:00:00Z');
const subscription = (id: string, status: SubscriptionStatus, created: string) => ({
  stripeSubscriptionId: id,
  status,
  createdAt: new Date(created),
});

describe('what a subscription entitles to', () => {
  it('grants nothing before the first payment', () => {
    expect(grantsPlan({ status: SubscriptionStatus.INCOMPLETE, graceEndsAt: null }, NOW)).toBe(false);
    expect(isLive(SubscriptionStatus.INCOMPLETE)).toBe(false);
  });

  it('keeps the plan for the days of grace when a payment is late, and not a moment longer', () => {
    const late = { status: SubscriptionStatus.PAST_DUE, graceEndsAt: NOW };
    expect(grantsPlan(late, new Date(NOW.getTime() - 1))).toBe(true);
    expect(grantsPlan(late, NOW)).toBe(false);
  });

  it('mirrors the first of several live subscriptions and names the others', () => {
    const { live, surplus } = chooseLive([
      subscription('sub_c', SubscriptionStatus.ACTIVE, '2026-03-02T00:00:00Z'),
      subscription('sub_a', SubscriptionStatus.CANCELED, '2026-01-01T00:00:00Z'),
      subscription('sub_b', SubscriptionStatus.PAST_DUE, '2026-03-01T00:00:00Z'),
    ]);
    expect(live?.stripeSubscriptionId).toBe('sub_b');
    expect(surplus.map(({ stripeSubscriptionId }) => stripeSubscriptionId)).toEqual(['sub_c']);
  });
});
