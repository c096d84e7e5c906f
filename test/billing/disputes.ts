/** Payments that the payer's bank calls back: what becomes of the credits and of the invoice, in whatever order Stripe tells of it. */
import type Stripe from 'stripe';
import type { CustomerPerson } from '../support/world';
import type { MoneyHouse } from './money-house';
import { click, eventsOf, inDashboard, moves, rows, sendEvent, standing, subscribed } from './support';

export interface DisputeHouse {
  readonly house: () => MoneyHouse;
  /** The page on which so many credits are paid. */
  order(customer: CustomerPerson, amountMinor: string): Promise<string>;
}

const DISPUTES = `query ($id: ID!) { customer(by: { id: $id }) { invoices { nodes { status refunded { amountMinor }
  disputes { state amount { amountMinor } withdrawn { amountMinor } reason respondBy } } } } }`;

interface Shown {
  readonly status: string;
  readonly refunded: { readonly amountMinor: string };
  readonly disputes: readonly object[];
}

/** Registers the tests. */
export function disputesStand({ house, order }: DisputeHouse): void {
  const world = () => house().world;
  const webhooks = () => world().app.modules.billing.sandbox!.webhooks;
  const heard = async (): Promise<void> => {
    await webhooks().flush();
    await world().settle();
  };
  const bought = async (card = 'createDispute'): Promise<CustomerPerson> => {
    const customer = await house().charged();
    await click(await order(customer, '1000'), { act: 'pay', card });
    await heard();
    return customer;
  };
  const left = async (customer: CustomerPerson) => (await house().seen(customer)).credits.balanceExact;
  const shown = async ({ customerId: id }: CustomerPerson): Promise<Shown> => {
    type Answer = { customer: { invoices: { nodes: Shown[] } } };
    return (await house().staff.client.ask<Answer>(DISPUTES, { id })).customer.invoices.nodes[0]!;
  };
  const atStripe = async ({ customerId }: CustomerPerson): Promise<string> => {
    const [dispute] = await rows<{ id: string }>(
      world(),
      `select d.id from stripe_sandbox_objects d join stripe_sandbox_objects c on c.id = d.parent
       join billing_accounts on stripe_customer_id = c.customer where d.kind = 'dispute' and customer_id = $1`,
      [customerId],
    );
    return dispute!.id;
  };
  const answer = async (customer: CustomerPerson, uncategorized_text: string): Promise<void> => {
    const id = await atStripe(customer);
    await inDashboard(world(), (stripe) => stripe.disputes.update(id, { evidence: { uncategorized_text } }));
    await world().settle();
  };
  const told = ({ customerId }: CustomerPerson) => eventsOf(world(), customerId, 'invoice.disput%');
  const moved = ({ customerId }: CustomerPerson) => eventsOf(world(), customerId, 'credit.re%');

  it('takes what is left of the credits while it is open, and gives it again once when it is won', async () => {
    const customer = await bought();
    const other = await bought('visa');
    expect(await left(customer)).toBe('0');
    expect(await shown(customer)).toMatchObject({
      status: 'PAID',
      refunded: { amountMinor: '0' },
      disputes: [
        {
          state: 'OPEN',
          amount: { amountMinor: '1000' },
          withdrawn: { amountMinor: '1000' },
          reason: 'fraudulent',
          respondBy: expect.any(String) as string,
        },
      ],
    });
    await answer(customer, 'winning_evidence');
    expect(await left(customer)).toBe('1000');
    for (const event of ['created', 'funds_withdrawn', 'closed', 'funds_reinstated', 'created'])
      await again(customer, `charge.dispute.${event}`);
    expect(await left(customer)).toBe('1000');
    expect(await shown(customer)).toMatchObject({
      disputes: [{ state: 'WON', withdrawn: { amountMinor: '0' }, respondBy: null }],
    });
    expect(await told(customer)).toEqual(['invoice.disputed', 'invoice.dispute-changed']);
    expect(await moved(customer)).toEqual(['credit.refunded', 'credit.restored']);
    expect(await left(other)).toBe('1000');
    expect((await shown(other)).disputes).toEqual([]);
    expect(JSON.stringify(await house().verified())).not.toContain(customer.customerId);
  });

  /** Brings an event that was taken already once more, and hears it out. */
  const again = async (customer: CustomerPerson, type: string): Promise<void> => {
    const [event] = await rows<{ id: string }>(
      world(),
      `select id from stripe_sandbox_objects where kind = 'event' and body ->> 'type' = $1 and body -> 'data' -> 'object' ->> 'id' = $2`,
      [type, await atStripe(customer)],
    );
    expect(await webhooks().deliver(event!.id)).toBe(200);
    await world().settle();
  };

  it('takes nothing that is used, and leaves taken what is lost', async () => {
    const customer = await bought('createDisputeInquiry');
    expect(await left(customer)).toBe('1000');
    await house().use(customer, '600');
    await answer(customer, 'escalate_inquiry_evidence');
    expect(await left(customer)).toBe('0');
    const id = await atStripe(customer);
    await inDashboard(world(), (stripe: Stripe) => stripe.disputes.close(id));
    await world().settle();
    await again(customer, 'charge.dispute.created');
    expect(await left(customer)).toBe('0');
    expect(await shown(customer)).toMatchObject({ status: 'PAID', disputes: [{ state: 'LOST' }] });
    const back = (await house().seen(customer)).ledger.nodes.filter(({ kind }) => kind === 'REFUND');
    expect(back.map(({ amount }) => amount)).toEqual(['400']);
    expect(await told(customer)).toEqual([
      'invoice.disputed',
      'invoice.dispute-changed',
      'invoice.dispute-changed',
    ]);
  });

  const heardOf = async ({ customerId }: CustomerPerson): Promise<void> => {
    const text = 'select stripe_customer_id as id from billing_accounts where customer_id = $1';
    const [{ id }] = (await rows<{ id: string }>(world(), text, [customerId])) as [{ id: string }];
    await sendEvent(world(), { type: 'charge.dispute.updated', stripeCustomerId: id });
    await world().settle();
  };

  it('of a part takes that part, a second one its own, and both together no more than was paid', async () => {
    expect(await (await fetch(await order(await house().charged(), '1000'))).text()).toContain(
      'value="createDispute"',
    );
    const customer = await bought('createDisputeInquiry');
    const id = await atStripe(customer);
    const change = (which: string, fields: object) =>
      rows(world(), 'update stripe_sandbox_objects set body = body || $2 where id = $1', [which, fields]);
    await change(id, { amount: 400, status: 'needs_response' });
    await heardOf(customer);
    expect(await left(customer)).toBe('600');
    await rows(
      world(),
      `insert into stripe_sandbox_objects (id, kind, customer, parent, created, body)
       select 'dp_second', kind, customer, parent, created, body || '{"id": "dp_second", "amount": 700}' from stripe_sandbox_objects where id = $1`,
      [id],
    );
    await heardOf(customer);
    expect(await left(customer)).toBe('0');
    await change('dp_second', { status: 'won' });
    await heardOf(customer);
    expect(await left(customer)).toBe('600');
    // Called back in the payer's own currency it is what was booked of the payment, and all of it before.
    await change(id, { currency: 'eur', amount: 370 });
    await heardOf(customer);
    expect(await left(customer)).toBe('0');
    const booked = [
      { amount: -310, currency: 'usd' },
      { amount: -90, currency: 'usd' },
      { amount: 90, currency: 'eur' },
    ];
    await change(id, { balance_transactions: booked });
    await heardOf(customer);
    expect(await left(customer)).toBe('600');
    expect(await told(customer)).toEqual([
      'invoice.disputed',
      'invoice.dispute-changed',
      'invoice.disputed',
      'invoice.dispute-changed',
    ]);
  });

  it('ends alike when all of it is heard of late, doubled and out of order', async () => {
    webhooks().hold();
    const customer = await house().charged();
    try {
      await click(await order(customer, '1000'), { act: 'pay', card: 'createDispute' });
      await answer(customer, 'winning_evidence');
      await webhooks().scatter({ seed: 348, doubled: 0.5 });
    } finally {
      webhooks().release();
    }
    await heard();
    expect(await left(customer)).toBe('1000');
    expect(await shown(customer)).toMatchObject({ disputes: [{ state: 'WON' }] });
    expect(await told(customer)).toEqual(['invoice.disputed']);
    expect(await moved(customer)).toEqual([]);
  });

  it('of a plan stands on its invoice: it stays paid, nobody is dunned, and it is not given back besides', async () => {
    const customer = await subscribed(world(), 'PRO', { card: 'createDispute' });
    await heard();
    expect(await shown(customer)).toMatchObject({ status: 'PAID', disputes: [{ state: 'OPEN' }] });
    expect((await standing(customer)).subscription).toMatchObject({
      status: 'ACTIVE',
      plan: { code: 'PRO' },
    });
    const [invoice] = (await standing(customer)).invoices.nodes;
    const input = { invoiceId: invoice!.id, reason: 'asked', idempotencyKey: house().key() };
    const { errors } = await house().staff.client.attempt('invoiceRefund', 'InvoiceRefundInput!', input);
    expect(errors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('charged back') as string },
    ]);
    await answer(customer, 'losing_evidence');
    expect(await shown(customer)).toMatchObject({ status: 'PAID', disputes: [{ state: 'LOST' }] });
    expect(await moves(world(), customer.customerId)).toHaveLength(2);
    expect(await eventsOf(world(), customer.customerId, 'subscription.payment-late')).toEqual([]);
    expect(await told(customer)).toEqual(['invoice.disputed', 'invoice.dispute-changed']);
  });
}
