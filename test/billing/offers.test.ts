/** What is sold and under which conditions: prices as they stand at Stripe, promotion codes, trials. */
import { type CustomerPerson, startWorld, type World } from '../support/world';
import { checkout, click, inDashboard, reconciled, rows, standing, subscribed } from './support';
import { trialsAreGiven } from './trials';

const INPUT = 'SubscriptionChangeInput!';
const CHECKOUT = 'SubscriptionCheckoutCreateInput!';
const SHOWN = 'subscription { status }';

let world: World;

beforeAll(async () => {
  world = await startWorld({ stripeTax: true });
});
afterAll(() => world.close());

describe('a price at Stripe that is not the plan’s', () => {
  const refused = [{ code: 'CONFLICT', path: ['input', 'plan'] }];
  const up = async (owner: CustomerPerson) =>
    (await owner.client.attempt('subscriptionChange', INPUT, { plan: 'SCALE' })).errors;

  it('sells nothing once it is archived, and is told to staff; so is one with another amount', async () => {
    const owner = await subscribed(world);
    await (await subscribed(world)).client.mutate('subscriptionChange', INPUT, { plan: 'SCALE' }, SHOWN);
    const price = (body: object) =>
      rows(
        world,
        `update stripe_sandbox_objects set body = body || $1
         where kind = 'price' and body ->> 'lookup_key' = 'flywheel_scale_v1'`,
        [body],
      );
    const fault = async (): Promise<string[]> => (await reconciled(world, staff)).map(({ what }) => what);
    const staff = await world.staff();
    await price({ active: false });
    expect(await up(owner)).toMatchObject(refused);
    expect(await fault()).toEqual(['the price flywheel_scale_v1 cannot be sold: it is archived']);
    await price({ active: true, unit_amount: 1 });
    expect(await up(owner)).toMatchObject(refused);
    expect(await fault()).toEqual([
      'the price flywheel_scale_v1 cannot be sold: its amount is not 49900 minor units',
    ]);
    await price({ unit_amount: 49900 });
    expect(await up(owner)).toEqual([]);
  });

  it('keeps the plan of whoever stands on it, and a plan in another currency cannot be changed to', async () => {
    const owner = await subscribed(world);
    const { stripeSubscriptionId } = (await standing(owner)).subscription;
    const item = (property: string, value: string) =>
      rows(world, `update stripe_sandbox_objects set body = jsonb_set(body, $2, $3) where id = $1`, [
        stripeSubscriptionId,
        ['items', 'data', '0', 'price', property],
        JSON.stringify(value),
      ]);
    await item('lookup_key', 'of_somebody_else');
    await item('currency', 'eur');
    expect(await up(owner)).toMatchObject(refused);
    expect((await standing(owner)).subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'PRO' } });
    const found = await reconciled(world, await world.staff());
    expect(found).toEqual([
      {
        customerId: owner.customerId,
        what: `${stripeSubscriptionId} sells no plan of ours`,
        repaired: false,
      },
    ]);
    await item('lookup_key', 'flywheel_pro_v1');
    await item('currency', 'usd');
  });
});

describe('tax', () => {
  const INVOICES = `{ customer { invoices { nodes { id subtotal { amountMinor } tax { amountMinor } total { amountMinor }
    amountPaid { amountMinor } refunded { amountMinor } } } } }`;
  const billed = async ({ client }: CustomerPerson): Promise<Record<string, string>[]> => {
    type Shown = Record<string, string | { amountMinor: string }>;
    const { customer } = await client.ask<{ customer: { invoices: { nodes: Shown[] } } }>(INVOICES);
    return customer.invoices.nodes.map((one) =>
      Object.fromEntries(
        Object.entries(one).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : value.amountMinor,
        ]),
      ),
    );
  };
  const preview = (owner: CustomerPerson) =>
    owner.client.attempt<{ preview: object }>(
      'subscriptionChangePreview',
      INPUT,
      { plan: 'SCALE' },
      'preview { tax { amountMinor } total { amountMinor } amountDue { amountMinor } }',
    );

  it('is that of the country which the person names: shown, charged, previewed, and given back to the cent', async () => {
    const owner = await subscribed(world, 'PRO', { country: 'DE' });
    const [first] = await billed(owner);
    expect(first).toMatchObject({ subtotal: '4900', tax: '931', total: '5831', amountPaid: '5831' });
    const shown = (await preview(owner)).payload.preview as Record<string, { amountMinor: string }>;
    await owner.client.mutate('subscriptionChange', INPUT, { plan: 'SCALE' }, SHOWN);
    const [second] = await billed(owner);
    expect(second).toMatchObject({ tax: shown.tax!.amountMinor, total: shown.total!.amountMinor });
    expect(shown.amountDue).toEqual(shown.total);
    expect(BigInt(second!.tax!)).toBe((BigInt(second!.subtotal!) * 19n + 50n) / 100n);
    const staff = await world.staff();
    const refund = (input: object) =>
      staff.client.mutate(
        'invoiceRefund',
        'InvoiceRefundInput!',
        { reason: 'asked', ...input },
        'errors { code }',
      );
    await refund({ invoiceId: first!.id, amountMinor: '1001', idempotencyKey: 'part' });
    await refund({ invoiceId: first!.id, idempotencyKey: 'rest' });
    await refund({ invoiceId: second!.id, idempotencyKey: 'whole' });
    expect((await billed(owner)).map(({ total, refunded }) => [refunded, total])).toEqual([
      [second!.total, second!.total],
      ['5831', '5831'],
    ]);
    const given = `{ customer { invoices { nodes { refunds { amount { amountMinor } tax { amountMinor } } } } } }`;
    const { customer } = await owner.client.ask<{ customer: { invoices: { nodes: object[] } } }>(given);
    expect(customer.invoices.nodes).toEqual([
      { refunds: [{ amount: { amountMinor: second!.total }, tax: { amountMinor: second!.tax } }] },
      {
        refunds: [
          { amount: { amountMinor: '1001' }, tax: { amountMinor: '160' } },
          { amount: { amountMinor: '4830' }, tax: { amountMinor: '771' } },
        ],
      },
    ]);
    const notes = await rows<{ tax: string }>(
      world,
      `select sum((tax ->> 'amount')::int)::text as tax from stripe_sandbox_objects
       join billing_accounts on stripe_customer_id = customer, jsonb_array_elements(body -> 'total_taxes') tax
       where customer_id = $1 and kind = 'credit_note'`,
      [owner.customerId],
    );
    expect(notes).toEqual([{ tax: String(931 + Number(second!.tax)) }]);
  });

  it('is owed by a business itself, whose number stands with the customer', async () => {
    const owner = await subscribed(world, 'PRO', { country: 'FR', tax_id: 'FR12345678901' });
    expect(await billed(owner)).toMatchObject([{ subtotal: '4900', tax: '0', total: '4900' }]);
  });

  it('waits for an address: a change is refused with what to do, and made when Stripe knows it', async () => {
    const owner = await subscribed(world);
    const { stripeCustomerId, stripeSubscriptionId } = (await standing(owner)).subscription;
    await inDashboard(world, async (stripe) => {
      await stripe.subscriptions.update(stripeSubscriptionId!, { automatic_tax: { enabled: false } });
      await stripe.customers.update(stripeCustomerId!, { address: '' });
    });
    const refused = [{ code: 'CONFLICT', message: expect.stringContaining('billingPortalCreate') }];
    expect((await preview(owner)).errors).toMatchObject(refused);
    const change = () => owner.client.attempt('subscriptionChange', INPUT, { plan: 'SCALE' });
    expect((await change()).errors).toMatchObject(refused);
    expect(await billed(owner)).toHaveLength(1);
    const { portalUrl } = await owner.client.mutate<{ portalUrl: string }>(
      'billingPortalCreate',
      'BillingPortalCreateInput!',
      {},
      'portalUrl',
    );
    expect((await click(portalUrl, { act: 'address', country: 'DE' })).status).toBe(303);
    expect((await change()).errors).toEqual([]);
    const [written] = await billed(owner);
    // What was not used of the first month gives tax back that was never paid: as Stripe has it, by the rates of today.
    expect(Number(written!.tax)).toBeGreaterThan(0);
    expect(Number(written!.total)).toBe(Number(written!.subtotal) + Number(written!.tax));
  });
});

describe('a promotion code', () => {
  it('is taken off what is paid, and an unknown one or one that is over is refused', async () => {
    const insert =
      'insert into stripe_sandbox_objects (id, kind, parent, created, body) values ($1, $2, $3, 0, $4)';
    const coupon = {
      id: 'ten',
      object: 'coupon',
      percent_off: 10,
      duration: 'once',
      amount_off: null,
      valid: true,
      times_redeemed: 0,
      max_redemptions: null,
      redeem_by: null,
      currency: null,
      metadata: {},
      name: null,
      created: 0,
      livemode: false,
      duration_in_months: null,
    };
    await rows(world, insert, ['ten', 'coupon', null, coupon]);
    const code = (id: string, more: object) => ({
      id,
      object: 'promotion_code',
      code: id.slice(6).toUpperCase(),
      active: true,
      created: 0,
      customer: null,
      customer_account: null,
      expires_at: null,
      livemode: false,
      max_redemptions: null,
      metadata: {},
      promotion: { type: 'coupon', coupon: 'ten' },
      restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
      times_redeemed: 0,
      ...more,
    });
    await rows(world, insert, ['promo_ten', 'promotion_code', 'ten', code('promo_ten', {})]);
    await rows(world, insert, ['promo_late', 'promotion_code', 'ten', code('promo_late', { expires_at: 1 })]);
    const owner = await world.customer();
    for (const promotionCode of ['NOPE', 'LATE'])
      expect(
        (
          await owner.client.attempt('subscriptionCheckoutCreate', CHECKOUT, {
            plan: 'PRO',
            promotionCode,
          })
        ).errors,
      ).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'promotionCode'] }]);
    await fetch(
      (await click(await checkout(owner, { plan: 'PRO', promotionCode: 'TEN' }), { act: 'pay' })).location!,
    );
    expect((await standing(owner)).invoices.nodes).toMatchObject([{ total: { formatted: '44.10 USD' } }]);
  });

  it('of two customers that read alike are each taken from the one whom it was given to', async () => {
    const [first, second, third] = [await subscribed(world), await subscribed(world), await world.customer()];
    const give = async (owner: CustomerPerson, percent_off: number): Promise<void> => {
      const customer = (await standing(owner)).subscription.stripeCustomerId!;
      await inDashboard(world, async (stripe) => {
        const { id: coupon } = await stripe.coupons.create({ percent_off, duration: 'once' });
        await stripe.promotionCodes.create({
          promotion: { type: 'coupon', coupon },
          code: 'YOURS',
          customer,
        });
      });
      await owner.client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', { when: 'NOW' }, SHOWN);
    };
    await give(first, 10);
    await give(second, 50);
    const buy = { plan: 'PRO', promotionCode: 'yours' };
    for (const [owner, total] of [
      [first, '44.10 USD'],
      [second, '24.50 USD'],
    ] as const) {
      await fetch((await click(await checkout(owner, buy), { act: 'pay' })).location!);
      expect((await standing(owner)).invoices.nodes[0]).toMatchObject({ total: { formatted: total } });
    }
    const { errors } = await third.client.attempt('subscriptionCheckoutCreate', CHECKOUT, buy);
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'promotionCode'] }]);
  });
});

describe('a trial', () => trialsAreGiven(() => world));
