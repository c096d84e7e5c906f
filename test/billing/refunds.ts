/** Money that is given back: by the house and past it, in parts, and what becomes of it when Stripe does not. */
import type { CustomerPerson, World } from '../support/world';
import { eventsOf, inDashboard, rows, sendEvent, standing, subscribed } from './support';

export interface Refunded {
  readonly invoice: {
    readonly refunded: { readonly formatted: string };
    readonly refunds: readonly {
      readonly amount: { readonly amountMinor: string };
      readonly reason: string;
    }[];
  };
}

interface Previewed {
  readonly preview: {
    readonly total: { readonly amountMinor: string };
    readonly lines: readonly {
      readonly amount: { readonly amountMinor: string };
      readonly description: string;
    }[];
  };
}

export interface RefundHouse {
  readonly world: () => World;
  /** By staff. */
  refund(
    input: object,
  ): Promise<{ readonly payload: Refunded; readonly errors: readonly { readonly code: string }[] }>;
  firstInvoice(owner: CustomerPerson): Promise<string>;
}

/** Registers the tests. */
export function refundsStand({ world, refund, firstInvoice }: RefundHouse): void {
  it('that is given in Stripe’s dashboard without a credit note is shown and counted like any other', async () => {
    const owner = await subscribed(world());
    const { stripeCustomerId: customer } = (await standing(owner)).subscription;
    await inDashboard(world(), async (stripe) => {
      const [charge] = (await stripe.charges.list({ customer: customer! })).data;
      await stripe.refunds.create({ charge: charge!.id, amount: 900, reason: 'requested_by_customer' });
    });
    await world().settle();
    const rest = await refund({
      invoiceId: await firstInvoice(owner),
      reason: 'the rest',
      idempotencyKey: 'rest',
    });
    expect(rest.payload.invoice).toEqual({
      refunded: { formatted: '49.00 USD' },
      refunds: [
        { amount: { amountMinor: '900' }, reason: 'requested_by_customer' },
        { amount: { amountMinor: '4000' }, reason: 'the rest' },
      ],
    });
    expect(await eventsOf(world(), owner.customerId, 'invoice.refunded')).toHaveLength(2);
  });

  it('stands on the invoice, in parts and up to what was paid, for staff alone', async () => {
    const owner = await subscribed(world());
    const invoiceId = await firstInvoice(owner);
    const first = await refund({
      invoiceId,
      amountMinor: '900',
      reason: 'a late answer',
      idempotencyKey: '1',
    });
    expect(first.payload.invoice).toEqual({
      refunded: { formatted: '9.00 USD' },
      refunds: [{ amount: { amountMinor: '900' }, reason: 'a late answer' }],
    });
    for (const amountMinor of ['4001', '0', '-1', '9223372036854775808'])
      expect(
        (await refund({ invoiceId, amountMinor, reason: 'x', idempotencyKey: amountMinor })).errors,
      ).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'amountMinor'] }]);
    const rest = await refund({ invoiceId, reason: 'the rest', idempotencyKey: '2' });
    expect(rest.payload.invoice.refunds.map(({ amount }) => amount.amountMinor)).toEqual(['900', '4000']);
    expect(await eventsOf(world(), owner.customerId, 'invoice.refunded')).toHaveLength(2);
    const query = `mutation { invoiceRefund(input: { invoiceId: "${invoiceId}", reason: "x", idempotencyKey: "x" }) { errors { code } } }`;
    expect((await owner.client.send(query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(
      (await refund({ invoiceId: owner.customerId, reason: 'x', idempotencyKey: '3' })).errors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('that did not arrive at the card is shown no more, though its credit note stands', async () => {
    const owner = await subscribed(world());
    const invoiceId = await firstInvoice(owner);
    await refund({ invoiceId, amountMinor: '900', reason: 'arrives', idempotencyKey: 'arrives' });
    const { payload } = await refund({
      invoiceId,
      amountMinor: '1000',
      reason: 'is lost',
      idempotencyKey: 'lost',
    });
    expect(payload.invoice.refunded.formatted).toBe('19.00 USD');
    const { stripeCustomerId } = (await standing(owner)).subscription;
    await rows(
      world(),
      `update stripe_sandbox_objects set body = jsonb_set(body, '{status}', '"failed"')
       where kind = 'refund' and customer = $1 and (body ->> 'amount')::int = 1000`,
      [stripeCustomerId],
    );
    await sendEvent(world(), { type: 'refund.failed', stripeCustomerId });
    await world().settle();
    const query = '{ customer { invoices { nodes { refunded { formatted } refunds { reason } } } } }';
    const { customer } = await owner.client.ask<{ customer: { invoices: { nodes: object[] } } }>(query);
    expect(customer.invoices.nodes).toEqual([
      { refunded: { formatted: '9.00 USD' }, refunds: [{ reason: 'arrives' }] },
    ]);
    expect(await eventsOf(world(), owner.customerId, 'invoice.refunded')).toHaveLength(2);
  });

  it('that Stripe does not make is refused in its words, and nothing is given back', async () => {
    const owner = await subscribed(world());
    const { stripeCustomerId } = (await standing(owner)).subscription;
    const customer = stripeCustomerId!;
    await inDashboard(world(), async (stripe) => {
      const { id } = await stripe.invoices.create({ customer, auto_advance: false });
      await stripe.invoiceItems.create({ customer, invoice: id!, amount: 700, currency: 'usd' });
      await stripe.invoices.finalizeInvoice(id!);
      await stripe.invoices.pay(id!, { paid_out_of_band: true });
    });
    await world().settle();
    const wired = (await standing(owner)).invoices.nodes.find(({ total }) => total.formatted === '7.00 USD')!;
    expect(wired.status).toBe('PAID');
    const { errors } = await refund({ invoiceId: wired.id, reason: 'x', idempotencyKey: 'by wire' });
    expect(errors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('was not paid by a charge') as string },
    ]);
    const { refunded } = (await standing(owner)).invoices.nodes.find(({ id }) => id === wired.id)!;
    expect(refunded.formatted).toBe('0.00 USD');
  });

  it('and lines: an invoice of twelve shows each of them, though Stripe sends ten with it', async () => {
    const owner = await subscribed(world());
    const customer = (await standing(owner)).subscription.stripeCustomerId!;
    const nested = await inDashboard(world(), async (stripe) => {
      const { id } = await stripe.invoices.create({ customer, auto_advance: false });
      for (let line = 1; line <= 12; line++) {
        const description = `Line ${line}`;
        await stripe.invoiceItems.create({
          customer,
          invoice: id,
          amount: line * 100,
          currency: 'usd',
          description,
        });
      }
      return (await stripe.invoices.finalizeInvoice(id, { auto_advance: false })).lines;
    });
    expect([nested.data.length, nested.has_more]).toEqual([10, true]);
    await world().settle();
    const { lines } = (await standing(owner)).invoices.nodes.find(
      ({ total }) => total.formatted === '78.00 USD',
    )!;
    const all = lines.map(({ description }) => Number(description.slice('Line '.length)));
    expect(all.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('and drafts: one that is deleted at Stripe is shown no more, and no bill stays that never comes', async () => {
    const owner = await subscribed(world());
    const customer = (await standing(owner)).subscription.stripeCustomerId!;
    const states = async () => (await standing(owner)).invoices.nodes.map(({ status }) => status).sort();
    const draft = await inDashboard(world(), (stripe) =>
      stripe.invoices.create({ customer, auto_advance: false }),
    );
    await world().settle();
    expect(await states()).toEqual(['DRAFT', 'PAID']);
    await inDashboard(world(), (stripe) => stripe.invoices.del(draft.id));
    await world().settle();
    expect(await states()).toEqual(['PAID']);
  });

  it('and lines: a preview shows all of what waits for the next invoice, though Stripe sends ten lines with it', async () => {
    const owner = await subscribed(world());
    const { stripeCustomerId, stripeSubscriptionId: subscription } = (await standing(owner)).subscription;
    const customer = stripeCustomerId!;
    const nested = await inDashboard(world(), async (stripe) => {
      for (let amount = 1; amount <= 12; amount++)
        await stripe.invoiceItems.create({ customer, amount, currency: 'usd', description: 'Waits' });
      return (await stripe.invoices.createPreview({ customer, subscription: subscription! })).lines;
    });
    expect([nested.data.length, nested.has_more]).toEqual([10, true]);
    const { preview } = await owner.client.mutate<Previewed>(
      'subscriptionChangePreview',
      'SubscriptionChangeInput!',
      { plan: 'SCALE' },
      'preview { total { amountMinor } lines { amount { amountMinor } description } }',
    );
    expect(preview.lines.filter(({ description }) => description === 'Waits')).toHaveLength(12);
    const sum = preview.lines.reduce((total, { amount }) => total + Number(amount.amountMinor), 0);
    expect(String(sum)).toBe(preview.total.amountMinor);
  });
}
