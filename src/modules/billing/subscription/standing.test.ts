import { chooseLive, grantsPlan, isLive, isOverdue, SubscriptionStatus } from './standing';

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

test('nothing can be run while a payment is overdue, and who owes nothing is never overdue', () => {
  const overdue = (status: SubscriptionStatus, graceEndsAt: Date | null = null) =>
    isOverdue({ status, graceEndsAt }, NOW);
  const { PAST_DUE, UNPAID, ACTIVE, CANCELED, PAUSED, INCOMPLETE } = SubscriptionStatus;
  expect(overdue(UNPAID)).toBe(true);
  expect(overdue(PAST_DUE)).toBe(true);
  expect(overdue(PAST_DUE, NOW)).toBe(true);
  expect(overdue(PAST_DUE, new Date(NOW.getTime() + 1))).toBe(false);
  expect([ACTIVE, CANCELED, PAUSED, INCOMPLETE].map((status) => overdue(status))).toEqual(
    Array(4).fill(false),
  );
});

test('of two that were made at once, the same one is mirrored whichever is read first', () => {
  const twins = ['sub_a', 'sub_b'].map((id) =>
    subscription(id, SubscriptionStatus.ACTIVE, '2026-03-01T00:00:00Z'),
  );
  expect(chooseLive(twins).live?.stripeSubscriptionId).toBe('sub_a');
  expect(chooseLive([...twins].reverse()).live?.stripeSubscriptionId).toBe('sub_a');
});
