/** What becomes of those who do not pay, over restarts and long absences, and how cycles run, in the sandbox, by the real client. */
import type Stripe from 'stripe';
import { type Begun, itemOf, SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const DAY = 24 * HOUR;
const seconds = (iso: string): number => Date.parse(iso) / 1000;
const START = 1775001600;
const END = 1777593600;
const TRIES = [END + HOUR, END + HOUR + 3 * DAY, END + HOUR + 8 * DAY, END + HOUR + 15 * DAY];

async function broke(house: SandboxHouse): Promise<Begun> {
  const begun = await house.subscribe(START, 2500);
  const { stripe } = house;
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: begun.customer });
  await stripe.customers.update(begun.customer, { invoice_settings: { default_payment_method: bad.id } });
  return begun;
}

describe('the sandbox waits for money as Stripe does', () => {
  let house: SandboxHouse;

  beforeAll(async () => {
    house = await SandboxHouse.open({ afterLastTry: 'UNPAID' });
  });
  afterAll(() => house.close());

  const read = (id: string): Promise<Stripe.Subscription> => house.stripe.subscriptions.retrieve(id);

  it('tries again after three, five and seven days, also when it was restarted in between', async () => {
    const { subscription, clock } = await broke(house);
    for (const [attempt, at] of TRIES.entries()) {
      await house.advance(clock, at - 1);
      await house.restart();
      await house.advance(clock, at);
      const [invoice] = await house.invoicesOf(subscription.id);
      expect(invoice).toMatchObject({
        status: 'open',
        attempt_count: attempt + 1,
        next_payment_attempt: TRIES[attempt + 1] ?? null,
      });
      expect((await read(subscription.id)).status).toBe(attempt < 3 ? 'past_due' : 'unpaid');
    }
  });

  it('keeps invoices as drafts while nobody pays, and goes on when the latest is paid', async () => {
    const { subscription, clock, customer } = await broke(house);
    await house.advance(clock, TRIES[0]!);
    await house.advance(clock, END + 32 * DAY);
    const unpaid = await read(subscription.id);
    const [draft, open] = await house.invoicesOf(subscription.id);
    expect(unpaid.status).toBe('unpaid');
    expect([draft!.status, draft!.auto_advance, open!.status]).toEqual(['draft', false, 'open']);
    const good = await house.stripe.paymentMethods.attach('pm_card_visa', { customer });
    await house.stripe.invoices.pay(open!.id, { payment_method: good.id });
    expect((await read(subscription.id)).status).toBe('unpaid');
    await house.stripe.invoices.pay(draft!.id, { payment_method: good.id });
    expect((await read(subscription.id)).status).toBe('active');
  });

  it('keeps a failed try of a person on record, and its own schedule with it', async () => {
    const { subscription, clock } = await broke(house);
    await house.advance(clock, TRIES[0]!);
    const [before] = await house.invoicesOf(subscription.id);
    await expect(house.stripe.invoices.pay(before!.id)).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
    const { data } = await house.stripe.events.list({ type: 'invoice.payment_failed', limit: 10 });
    expect(data.filter(({ data: of }) => (of.object as Stripe.Invoice).id === before!.id)).toHaveLength(2);
    expect(await house.stripe.invoices.retrieve(before!.id)).toMatchObject({
      attempt_count: 1,
      next_payment_attempt: TRIES[1],
    });
  });

  it('lives through two periods in one leap of the clock as if day by day, and leaps no further', async () => {
    const leap = await house.subscribe(START, 1000);
    const walk = await house.subscribe(START, 1000);
    const end = START + 180 * DAY;
    await expect(house.advance(leap.clock, START + 62 * DAY)).rejects.toMatchObject({ param: 'frozen_time' });
    for (let at = START + 60 * DAY; at <= end; at += 60 * DAY) await house.advance(leap.clock, at);
    for (let at = START + 20 * DAY; at <= end; at += 20 * DAY) await house.advance(walk.clock, at);
    const story = async ({ subscription }: Begun): Promise<unknown[]> =>
      (await house.invoicesOf(subscription.id)).map(
        ({ created, status, total, status_transitions: when }) => [
          created,
          status,
          total,
          when.finalized_at,
          when.paid_at,
        ],
      );
    expect(await story(leap)).toHaveLength(6);
    expect(await story(leap)).toEqual(await story(walk));
    expect(itemOf(await read(leap.subscription.id)).current_period_end).toBeGreaterThan(end);
  });

  it('anchors a cycle by its day, also by one that the month does not have', async () => {
    const at = seconds('2026-02-10T08:00:00Z');
    const { subscription, invoice, clock } = await house.subscribe(at, 3100, {
      billing_cycle_anchor_config: { day_of_month: 31 },
    });
    expect(subscription.billing_cycle_anchor).toBe(seconds('2026-03-31T08:00:00Z'));
    expect(itemOf(subscription).current_period_end).toBe(seconds('2026-02-28T08:00:00Z'));
    // 31 January to 28 February are 28 days, of which eighteen are left.
    expect(invoice.total).toBe(1993);
    await house.advance(clock, seconds('2026-02-28T09:00:00Z'));
    expect(itemOf(await read(subscription.id)).current_period_end).toBe(subscription.billing_cycle_anchor);
    const both = { billing_cycle_anchor_config: { day_of_month: 1 }, billing_cycle_anchor: at + DAY };
    await expect(house.subscribe(at, 3100, both)).rejects.toMatchObject({ code: 'parameters_exclusive' });
  });

  it('charges a backdated subscription period by period, with discounts that count from its start', async () => {
    const at = seconds('2026-03-15T00:00:00Z');
    const start = seconds('2026-01-01T00:00:00Z');
    const coupon = await house.stripe.coupons.create({
      percent_off: 50,
      duration: 'repeating',
      duration_in_months: 2,
    });
    const { subscription, invoice } = await house.subscribe(at, 3000, {
      backdate_start_date: start,
      discounts: [{ coupon: coupon.id }],
    });
    expect(subscription).toMatchObject({ start_date: start, billing_cycle_anchor: start, created: at });
    expect(itemOf(subscription).current_period_start).toBe(seconds('2026-03-01T00:00:00Z'));
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([3000, 3000, 3000]);
    expect(invoice.total).toBe(6000);
    const later = { backdate_start_date: start, billing_cycle_anchor: seconds('2026-04-01T00:00:00Z') };
    const free = await house.subscribe(at, 3000, { ...later, proration_behavior: 'none' });
    expect(free.subscription).toMatchObject({ latest_invoice: null, status: 'active', start_date: start });
  });

  it('charges what is left of a cycle that a trial ends in', async () => {
    const at = seconds('2026-04-15T00:00:00Z');
    const anchor = seconds('2026-05-01T00:00:00Z');
    const trial = { trial_end: at + 7 * DAY, billing_cycle_anchor: anchor };
    const { subscription, clock } = await house.subscribe(at, 3000, trial);
    await house.advance(clock, at + 7 * DAY + HOUR);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 900, status: 'paid' });
    await house.advance(clock, anchor + HOUR);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 3000, status: 'paid' });
  });

  it.each([
    // 29 February of a leap year, each year: the day comes back when there is one.
    ['year', 1835438400, [1866974400, 1898510400, 1930046400, 1961668800]],
    // 31 August, every third month: November has thirty days.
    ['quarter', 1788177600, [1796040000, 1803816000, 1811764800, 1819713600]],
    ['week', START, [START + 7 * DAY, START + 14 * DAY, START + 21 * DAY, START + 28 * DAY]],
  ] as const)('keeps its day in a cycle by the %s', async (cycle, at, ends) => {
    const { id: customer, clock } = await house.customer({ at });
    const recurring =
      cycle === 'quarter'
        ? { interval: 'month' as const, interval_count: 3 }
        : { interval: cycle, interval_count: 1 };
    const price = await house.stripe.prices.create({
      currency: 'eur',
      unit_amount: 1000,
      recurring,
      product_data: { name: 'Cycle' },
    });
    const { id } = await house.stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const found = [itemOf(await read(id)).current_period_end];
    while (found.length < ends.length) {
      await house.advance(clock, found.at(-1)!);
      found.push(itemOf(await read(id)).current_period_end);
    }
    expect(found).toEqual(ends);
  });
});
