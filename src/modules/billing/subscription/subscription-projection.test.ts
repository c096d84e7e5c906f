import type { StripeSubscription } from '../stripe/stripe-gateway';
import { SubscriptionStatus } from './standing';
import { type HeldRow, projectSubscriptions, rowWithoutStripe } from './subscription-projection';

const NOW = new Date('2026-05-01T00:00:00Z');
const plan = (code: string) => ({ id: `pln_${code}`, code, version: 1, graceDays: 7, currency: 'USD' });
const FREE: HeldRow = { id: 'sub_free', ...rowWithoutStripe(plan('FREE'), NOW) };

function atStripe(changes: Partial<StripeSubscription> = {}): StripeSubscription {
  return {
    stripeSubscriptionId: 'sub_stripe',
    status: SubscriptionStatus.ACTIVE,
    planKey: 'PRO',
    quantity: 1,
    currency: 'USD',
    periodPriceMinor: '4900',
    interval: 'MONTH',
    anchorAt: NOW,
    currentPeriodStart: NOW,
    currentPeriodEnd: new Date('2026-06-01T00:00:00Z'),
    trialEndsAt: null,
    cancelAt: null,
    planned: null,
    cardFingerprint: null,
    createdAt: NOW,
    endedAt: null,
    ...changes,
  };
}

const project = (held: HeldRow[], ...subscriptions: StripeSubscription[]) =>
  projectSubscriptions({
    stripeCustomerId: 'cus_stripe',
    held,
    subscriptions,
    paidFor: new Set(['sub_stripe']),
    planOf: (key) => (key && key !== 'UNKNOWN' ? plan(key) : undefined),
    planById: (id) => plan(id.slice('pln_'.length)),
    now: NOW,
  });

function held(...subscriptions: StripeSubscription[]): HeldRow[] {
  return project([FREE], ...subscriptions).rows.map((row) => ({
    ...row,
    id: `our_${row.stripeSubscriptionId}`,
  }));
}

describe('the mirror of subscriptions', () => {
  it('starts a paid plan in the place of FREE', () => {
    const { ended, rows, events, toFree } = project([FREE], atStripe());
    expect(ended).toEqual([{ id: 'sub_free', status: 'CANCELED', endedAt: NOW }]);
    expect(rows).toHaveLength(1);
    expect(
      events.map(({ type, monthlyMinor, previousMonthlyMinor }) => [
        type,
        previousMonthlyMinor,
        monthlyMinor,
      ]),
    ).toEqual([['subscription.started', '0', '4900']]);
    expect(toFree).toBe(false);
  });

  it('counts what is late only where something was ever paid', () => {
    const late = { status: SubscriptionStatus.PAST_DUE };
    expect(project([FREE], atStripe(late)).rows[0]?.monthlyMinor).toBe('4900');
    const unpaid = atStripe({ ...late, stripeSubscriptionId: 'sub_after_trial' });
    expect(project([FREE], unpaid).rows[0]?.monthlyMinor).toBe('0');
  });

  it('says nothing the second time it reads the same', () => {
    const { ended, events, toFree } = project(held(atStripe()), atStripe());
    expect({ ended, events, toFree }).toEqual({ ended: [], events: [], toFree: false });
  });

  it('grants nothing before the first payment', () => {
    const { ended, events, rows, toFree } = project(
      [FREE],
      atStripe({ status: SubscriptionStatus.INCOMPLETE }),
    );
    expect({ ended, events, toFree }).toEqual({ ended: [], events: [], toFree: false });
    expect(rows[0]?.endedAt).not.toBeNull();
  });

  it('tells an upgrade with the old and the new monthly amount', () => {
    const { events } = project(held(atStripe()), atStripe({ planKey: 'SCALE', periodPriceMinor: '49900' }));
    expect(events).toMatchObject([
      {
        type: 'subscription.changed',
        previousPlanId: 'pln_PRO',
        previousMonthlyMinor: '4900',
        monthlyMinor: '49900',
      },
    ]);
  });

  it('counts nothing in a trial, a twelfth of a yearly price, and starts the amount when the trial ends', () => {
    const trial = atStripe({
      status: SubscriptionStatus.TRIALING,
      interval: 'YEAR',
      periodPriceMinor: '50000',
    });
    const rows = held(trial);
    expect(rows[0]?.monthlyMinor).toBe('0');
    const { events } = project(rows, { ...trial, status: SubscriptionStatus.ACTIVE });
    expect(events).toMatchObject([
      { type: 'subscription.changed', previousMonthlyMinor: '0', monthlyMinor: '4167' },
    ]);
  });

  it('keeps the day on which grace began, however often it is read', () => {
    const late = atStripe({ status: SubscriptionStatus.PAST_DUE });
    const first = held(late);
    expect(first[0]?.graceEndsAt).toEqual(new Date('2026-05-08T00:00:00Z'));
    const moved = first.map((row) => ({ ...row, graceEndsAt: new Date('2026-05-03T00:00:00Z') }));
    expect(project(moved, late).rows[0]?.graceEndsAt).toEqual(new Date('2026-05-03T00:00:00Z'));
  });

  it('goes back to FREE when the subscription has ended, and takes its amount away', () => {
    const endedAt = new Date('2026-04-30T00:00:00Z');
    const result = project(held(atStripe()), atStripe({ status: SubscriptionStatus.CANCELED, endedAt }));
    expect(result.toFree).toBe(true);
    expect(result.ended).toEqual([{ id: 'our_sub_stripe', status: 'CANCELED', endedAt }]);
    expect(result.events).toMatchObject([
      { type: 'subscription.canceled', previousMonthlyMinor: '4900', monthlyMinor: '0' },
    ]);
  });

  it('never holds two in force, and raises the second one once', () => {
    const second = atStripe({
      stripeSubscriptionId: 'sub_tab2',
      createdAt: new Date('2026-05-02T00:00:00Z'),
    });
    const rows = held(atStripe(), second);
    expect(rows.filter(({ endedAt }) => endedAt === null).map((row) => row.stripeSubscriptionId)).toEqual([
      'sub_stripe',
    ]);
    expect(project([FREE], atStripe(), second).events.map(({ type }) => type)).toEqual([
      'subscription.started',
      'subscription.surplus-found',
    ]);
    expect(project(rows, atStripe(), second).events).toEqual([]);
  });

  it('leaves subscriptions alone that sell none of our plans', () => {
    expect(project([FREE], atStripe({ planKey: null })).rows).toEqual([]);
  });

  it('keeps the plan of a customer whose price became no plan’s, and sells nothing by an unknown one', () => {
    const known = project(held(atStripe()), atStripe({ planKey: 'UNKNOWN', periodPriceMinor: '100' }));
    expect(known).toMatchObject({ ended: [], toFree: false, unrecognised: ['sub_stripe'] });
    expect(known.rows).toMatchObject([{ planId: 'pln_PRO', monthlyMinor: '100', endedAt: null }]);
    const unknown = project([FREE], atStripe({ planKey: null }));
    expect(unknown).toMatchObject({ ended: [], rows: [], events: [], unrecognised: ['sub_stripe'] });
  });

  it('shows what a schedule will make of it, and says so once', () => {
    const planned = { planKey: 'LITE', quantity: 2, at: new Date('2026-06-01T00:00:00Z') };
    const first = project(held(atStripe()), atStripe({ planned }));
    expect(first.rows).toMatchObject([
      { plannedPlanId: 'pln_LITE', plannedQuantity: 2, plannedAt: planned.at },
    ]);
    expect(first.events.map(({ type }) => type)).toEqual(['subscription.updated']);
    expect(project(held(atStripe({ planned })), atStripe({ planned })).events).toEqual([]);
  });

  it('gives no days of grace to a payment that Stripe has given up, and keeps those that ran', () => {
    const late = atStripe({ status: SubscriptionStatus.PAST_DUE });
    const given = atStripe({ status: SubscriptionStatus.UNPAID });
    const graceEndsAt = new Date('2026-05-08T00:00:00Z');
    expect(project(held(atStripe()), late).rows).toMatchObject([{ graceEndsAt }]);
    expect(project(held(late), given).rows).toMatchObject([{ graceEndsAt }]);
    expect(project(held(atStripe()), given).rows).toMatchObject([{ graceEndsAt: NOW }]);
  });
});
