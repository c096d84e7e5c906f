/** What goes back and forth beside invoices in the sandbox: balance, credit notes, refunds, grants, invoices by hand. */
import type Stripe from 'stripe';
import { itemOf, SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const START = 1775001600;
const END = 1777593600;

describe('the sandbox gives and takes credit as Stripe does', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  async function balanceOf(customer: string): Promise<number> {
    return ((await stripe.customers.retrieve(customer)) as Stripe.Customer).balance;
  }

  it('keeps the balance as the sum of its entries, and burns credit on the next invoices', async () => {
    const { id: customer, clock } = await house.customer({ at: START });
    const entry = { amount: -4000, currency: 'usd', description: 'Sorry' };
    await stripe.customers.createBalanceTransaction(customer, entry);
    const items = [{ price: await house.price(2500) }];
    const { id } = await stripe.subscriptions.create({ customer, items });
    const [first] = await house.invoicesOf(id);
    expect(first).toMatchObject({ total: 2500, amount_due: 0, status: 'paid', ending_balance: -1500 });
    await house.advance(clock, END + HOUR);
    const [second] = await house.invoicesOf(id);
    expect(second).toMatchObject({ amount_due: 1000, amount_paid: 1000, starting_balance: -1500 });
    const { data } = await stripe.customers.listBalanceTransactions(customer);
    expect(data.map(({ type, amount, ending_balance: left }) => [type, amount, left])).toEqual([
      ['applied_to_invoice', 1500, 0],
      ['applied_to_invoice', 2500, -1500],
      ['adjustment', -4000, -4000],
    ]);
    expect(await balanceOf(customer)).toBe(0);
  });

  it('charges nothing below the least that can be charged, and claims it with the next invoice', async () => {
    const { subscription, invoice, customer, clock } = await house.subscribe(START, 30);
    expect(subscription.status).toBe('active');
    const nothing = { total: 30, amount_due: 0, amount_paid: 0, ending_balance: 30, status: 'paid' };
    expect(invoice).toMatchObject(nothing);
    expect(await balanceOf(customer)).toBe(30);
    await house.advance(clock, END + HOUR);
    const [second] = await house.invoicesOf(subscription.id);
    expect(second).toMatchObject({ total: 30, starting_balance: 30, amount_paid: 60, ending_balance: 0 });
    expect(await balanceOf(customer)).toBe(0);
  });

  it('gives credit back that a voided invoice had used', async () => {
    const { id: customer } = await house.customer({ at: START, card: 'pm_card_chargeCustomerFail' });
    await stripe.customers.createBalanceTransaction(customer, { amount: -400, currency: 'usd' });
    const items = [{ price: await house.price(2500) }];
    const { latest_invoice } = await stripe.subscriptions.create({ customer, items });
    expect(await balanceOf(customer)).toBe(0);
    await stripe.invoices.voidInvoice(latest_invoice as string);
    expect(await balanceOf(customer)).toBe(-400);
  });

  it('lets a credit note lower what is owed, and pays the invoice when nothing is left', async () => {
    const { subscription } = await house.subscribe(START, 2500, {}, { card: 'pm_card_chargeCustomerFail' });
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    const part = await stripe.creditNotes.create({ invoice: invoice.id, amount: 1000 });
    expect(part).toMatchObject({ type: 'pre_payment', pre_payment_amount: 1000, post_payment_amount: 0 });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({
      status: 'open',
      amount_remaining: 1500,
      pre_payment_credit_notes_amount: 1000,
    });
    expect((await stripe.creditNotes.voidCreditNote(part.id)).status).toBe('void');
    expect((await stripe.invoices.retrieve(invoice.id)).amount_remaining).toBe(2500);
    await stripe.creditNotes.create({ invoice: invoice.id, amount: 2500 });
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ status: 'paid', amount_paid: 0 });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  it('charges what a credit note has left to be paid, and no more', async () => {
    const begun = await house.subscribe(START, 2500, {}, { card: 'pm_card_chargeCustomerFail' });
    const { id } = begun.invoice;
    await stripe.creditNotes.create({ invoice: id, amount: 1000 });
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: begun.customer });
    expect(await stripe.invoices.pay(id, { payment_method: good.id })).toMatchObject({ amount_paid: 1500 });
    expect(await house.intentOf(begun.invoice)).toMatchObject({ amount: 1500, amount_received: 1500 });
  });

  it('splits what is given back of a paid invoice, to the cent, and never gives back more', async () => {
    const { invoice, customer } = await house.subscribe(START, 2500);
    const short = stripe.creditNotes.create({ invoice: invoice.id, amount: 1000, credit_amount: 999 });
    await expect(short).rejects.toMatchObject({ statusCode: 400 });
    const note = await stripe.creditNotes.create({
      invoice: invoice.id,
      amount: 1000,
      refund_amount: 600,
      credit_amount: 300,
      out_of_band_amount: 100,
      reason: 'product_unsatisfactory',
      expand: ['refunds.refund'],
    });
    expect(note).toMatchObject({ type: 'post_payment', post_payment_amount: 1000, total: 1000 });
    expect((note.refunds[0]!.refund as Stripe.Refund).amount).toBe(600);
    expect(await balanceOf(customer)).toBe(-300);
    const more = stripe.creditNotes.create({ invoice: invoice.id, amount: 1501, credit_amount: 1501 });
    await expect(more).rejects.toMatchObject({ statusCode: 400 });
    await stripe.creditNotes.create({ invoice: invoice.id, amount: 1500, credit_amount: 1500 });
    expect((await stripe.invoices.retrieve(invoice.id)).post_payment_credit_notes_amount).toBe(2500);
  });

  it('credits a line with its share of the discount', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const discounts = [{ coupon: coupon.id }];
    const { invoice } = await house.subscribe(START, 1000, { discounts }, { quantity: 10 });
    const line = { type: 'invoice_line_item' as const, invoice_line_item: invoice.lines.data[0]!.id };
    const asked = { invoice: invoice.id, lines: [{ ...line, quantity: 3 }], credit_amount: 2700 };
    expect(await stripe.creditNotes.preview(asked)).toMatchObject({ total: 2700 });
    const note = await stripe.creditNotes.create(asked);
    expect(note).toMatchObject({ subtotal: 3000, discount_amount: 300, total: 2700 });
  });

  it('refunds in parts, and not a cent more than was paid', async () => {
    const { invoice } = await house.subscribe(START, 2500);
    const intent = await house.intentOf(invoice);
    const payment_intent = intent.id;
    const part = await stripe.refunds.create({ payment_intent, amount: 1000 });
    expect(part).toMatchObject({ amount: 1000, status: 'succeeded', charge: intent.latest_charge });
    await expect(stripe.refunds.create({ payment_intent, amount: 1501 })).rejects.toMatchObject({
      param: 'amount',
    });
    const rest = await stripe.refunds.create({ charge: intent.latest_charge as string });
    expect(rest.amount).toBe(1500);
    await expect(stripe.refunds.create({ payment_intent })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    expect((await stripe.refunds.list({ payment_intent })).data).toHaveLength(2);
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid');
  });

  it('burns prepaid credit on metered usage only, by priority and then by its end', async () => {
    const { id: customer, clock } = await house.customer({ at: START });
    const meter = await stripe.billing.meters.create({
      display_name: 'Tokens',
      event_name: 'tokens',
      default_aggregation: { formula: 'sum' },
    });
    const metered = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 10,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      product_data: { name: 'Tokens' },
    });
    const grant = (value: number, more: Partial<Stripe.Billing.CreditGrantCreateParams>) =>
      stripe.billing.creditGrants.create({
        customer,
        category: 'paid',
        amount: { type: 'monetary', monetary: { value, currency: 'usd' } },
        applicability_config: { scope: { price_type: 'metered' } },
        ...more,
      });
    const late = await grant(500, { priority: 10, expires_at: END + 90 * 86_400 });
    const soon = await grant(300, { priority: 10, expires_at: END + 30 * 86_400 });
    const last = await grant(900, { priority: 90 });
    const items = [{ price: await house.price(1000) }, { price: metered.id }];
    const { id } = await stripe.subscriptions.create({ customer, items });
    expect((await house.invoicesOf(id))[0]!.total).toBe(1000);
    const payload = { stripe_customer_id: customer, value: '60' };
    await stripe.billing.meterEvents.create({ event_name: 'tokens', payload });
    await house.advance(clock, END + HOUR);
    expect((await house.invoicesOf(id))[0]).toMatchObject({ subtotal: 1600, total: 1000, status: 'paid' });
    const left = async (credit_grant: string): Promise<number | undefined> => {
      const filter = { type: 'credit_grant' as const, credit_grant };
      const { balances } = await stripe.billing.creditBalanceSummaries.retrieve({ customer, filter });
      return balances[0]!.available_balance.monetary?.value;
    };
    expect([await left(soon.id), await left(late.id), await left(last.id)]).toEqual([0, 200, 900]);
    await stripe.billing.creditGrants.voidGrant(last.id);
    expect(await left(last.id)).toBe(0);
  });

  it('writes an invoice by hand out of what waits, and collects it', async () => {
    const { id: customer, clock } = await house.customer({ at: START });
    await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd', description: 'Setup' });
    const gone = await stripe.invoiceItems.create({ customer, amount: 1, currency: 'usd' });
    await stripe.invoiceItems.del(gone.id);
    const draft = await stripe.invoices.create({
      customer,
      currency: 'usd',
      pending_invoice_items_behavior: 'include',
    });
    expect(draft).toMatchObject({ status: 'draft', total: 700, billing_reason: 'manual' });
    await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 300, currency: 'usd' });
    expect((await stripe.invoices.finalizeInvoice(draft.id)).amount_due).toBe(1000);
    expect((await stripe.invoices.pay(draft.id)).status).toBe('paid');

    const other = await stripe.invoices.create({ customer, currency: 'usd', auto_advance: true });
    await stripe.invoiceItems.create({ customer, invoice: other.id, amount: 500, currency: 'usd' });
    await house.advance(clock, START + HOUR);
    expect((await stripe.invoices.retrieve(other.id)).status).toBe('paid');
    const third = await stripe.invoices.create({ customer, currency: 'usd' });
    expect(await stripe.invoices.del(third.id)).toMatchObject({ deleted: true });
  });

  it('goes on after a customer is gone for whom something was planned', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'gone@customer.test' });
    await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd' });
    const { id } = await stripe.invoices.create({
      customer,
      auto_advance: true,
      pending_invoice_items_behavior: 'include',
    });
    const start_date = Math.floor(house.clock.millis() / 1000) + 1800;
    const phases = [{ items: [{ price: await house.price(900) }], duration: { interval: 'month' as const } }];
    const schedule = await stripe.subscriptionSchedules.create({ customer, start_date, phases });
    await stripe.customers.del(customer);
    house.clock.advance(2 * 3_600_000);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'draft', auto_advance: false });
    expect((await stripe.subscriptionSchedules.retrieve(schedule.id)).status).toBe('canceled');
  });

  it('sends invoices instead of charging, and falls behind after their day', async () => {
    const { subscription, clock } = await house.subscribe(START, 2500, {
      collection_method: 'send_invoice',
      days_until_due: 7,
    });
    expect(subscription.status).toBe('active');
    await house.advance(clock, START + HOUR);
    const [sent] = await house.invoicesOf(subscription.id);
    expect(sent).toMatchObject({ status: 'open', attempt_count: 0, due_date: START + 7 * 86_400 });
    await house.advance(clock, START + 8 * 86_400);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    await stripe.invoices.pay(sent!.id, { paid_out_of_band: true });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    expect(itemOf(subscription).current_period_end).toBe(END);
  });
});
