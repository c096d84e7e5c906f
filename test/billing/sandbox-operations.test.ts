/**
 * Every operation that the sandbox offers, called once by the real client, each request and answer held against the
 * contract. So what is offered is what is covered, and the list of it says neither more nor less.
 */
import fs from 'node:fs';
import path from 'node:path';
import type Stripe from 'stripe';
import { type Begun, itemOf, SandboxHouse } from './sandbox-house';

const START = 1775001600;
const LIST = path.join(__dirname, '../../src/modules/billing/stripe/sandbox/OPERATIONS.md');

describe('the operations of the sandbox', () => {
  let house: SandboxHouse;
  let stripe: Stripe;
  let begun: Begun;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
    begun = await house.subscribe(START, 2500);
  });
  afterAll(() => house.close());

  const named = (operation: string): string => operation.replaceAll(/:\w+/g, '*');

  it('answer to customers, their cards and their balance', async () => {
    const { customer } = begun;
    const { id } = await stripe.customers.create({ email: 'a@customer.test' });
    await stripe.customers.update(id, { name: 'Ada' });
    await stripe.customers.retrieve(id);
    await stripe.customers.list({ limit: 3 });
    const entry = await stripe.customers.createBalanceTransaction(id, { amount: -10, currency: 'usd' });
    await stripe.customers.listBalanceTransactions(id);
    await stripe.customers.retrieveBalanceTransaction(id, entry.id);
    await stripe.customers.updateBalanceTransaction(id, entry.id, { description: 'Gift' });
    const taxId = await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'FR12345678901' });
    await stripe.customers.listTaxIds(id);
    await stripe.customers.retrieveTaxId(id, taxId.id);
    await stripe.customers.deleteTaxId(id, taxId.id);
    const [rate] = (await stripe.taxRates.list({ limit: 1 })).data;
    await stripe.taxRates.retrieve(rate!.id);
    await stripe.customers.retrieve(id, { expand: ['tax', 'tax_ids'] });
    const card = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    await stripe.paymentMethods.attach(card.id, { customer: id });
    await stripe.paymentMethods.list({ customer: id });
    await stripe.paymentMethods.retrieve(card.id);
    await stripe.paymentMethods.update(card.id, { billing_details: { name: 'Payer' } });
    await stripe.customers.listPaymentMethods(id);
    await stripe.paymentMethods.detach(card.id);
    await stripe.customers.del(id);
    const payer = await house.customer({ at: START });
    const due = await stripe.subscriptions.create({
      customer: payer.id,
      items: [{ price: await house.price(100) }],
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.payments'],
    });
    const waiting = await house.intentOf(due.latest_invoice as Stripe.Invoice);
    await stripe.paymentIntents.confirm(waiting.id, { payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.retrieve(due.id)).status).toBe('active');
    const [intent] = (await stripe.paymentIntents.list({ customer })).data;
    await stripe.paymentIntents.retrieve(intent!.id, { expand: ['latest_charge'] });
    const [charge] = (await stripe.charges.list({ customer })).data;
    expect(await stripe.charges.retrieve(charge!.id)).toMatchObject({ paid: true, amount: intent!.amount });
    const payment = { type: 'payment_intent', payment_intent: intent!.id } as const;
    expect((await stripe.invoicePayments.list({ payment })).data).toHaveLength(1);
    const refund = await stripe.refunds.create({ payment_intent: intent!.id, amount: 5 });
    await stripe.refunds.retrieve(refund.id);
    await stripe.refunds.update(refund.id, { metadata: { why: 'test' } });
    await stripe.refunds.list({ payment_intent: intent!.id });
  });

  it('answer to payments that are disputed, and to the evidence against that', async () => {
    const disputed = async (card: string): Promise<Stripe.Dispute> => {
      const { invoice } = await house.subscribe(START, 2500, {}, { card });
      const { id: payment_intent } = await house.intentOf(invoice);
      return (await stripe.disputes.list({ payment_intent })).data[0]!;
    };
    const evidence = (uncategorized_text: string) => ({ evidence: { uncategorized_text } });
    const won = await disputed('pm_card_createDispute');
    expect(won).toMatchObject({ status: 'needs_response', balance_transactions: [{ net: -4000 }] });
    const staged = await stripe.disputes.update(won.id, { ...evidence('winning_evidence'), submit: false });
    expect(staged.status).toBe('needs_response');
    const settled = await stripe.disputes.update(won.id, evidence('winning_evidence'));
    expect(settled).toMatchObject({ status: 'won', balance_transactions: [{}, { net: 2500 }] });
    const lost = await disputed('pm_card_createDisputeProductNotReceived');
    await expect(stripe.refunds.create({ charge: lost.charge as string })).rejects.toMatchObject({
      code: 'charge_disputed',
    });
    expect(await stripe.disputes.close(lost.id)).toMatchObject({ status: 'lost' });
    await expect(stripe.disputes.close(lost.id)).rejects.toMatchObject({ statusCode: 400 });
    const asked = await disputed('pm_card_createDisputeInquiry');
    expect(asked).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
    await stripe.disputes.update(asked.id, evidence('escalate_inquiry_evidence'));
    expect(await stripe.disputes.retrieve(asked.id)).toMatchObject({ status: 'needs_response' });
  });

  it('answer to what is sold and what is taken off', async () => {
    const product = await stripe.products.create({ name: 'Plan' });
    await stripe.products.update(product.id, { description: 'All of it' });
    await stripe.products.retrieve(product.id);
    await stripe.products.list({ active: true });
    await stripe.products.del((await stripe.products.create({ name: 'Never sold' })).id);
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 5 });
    await stripe.prices.update(price.id, { nickname: 'Five' });
    await stripe.prices.retrieve(price.id);
    await stripe.prices.list({ product: product.id });
    const coupon = await stripe.coupons.create({ percent_off: 5, duration: 'once' });
    await stripe.coupons.update(coupon.id, { name: 'Five' });
    await stripe.coupons.retrieve(coupon.id);
    await stripe.coupons.list();
    const promotion = { type: 'coupon', coupon: coupon.id } as const;
    const code = await stripe.promotionCodes.create({ promotion });
    await stripe.promotionCodes.retrieve(code.id);
    await stripe.promotionCodes.list({ active: true });
    await stripe.promotionCodes.update(code.id, { active: false });
    await stripe.coupons.del(coupon.id);
  });

  it('answer to subscriptions, their items and their schedules', async () => {
    const { customer } = begun;
    const coupon = await stripe.coupons.create({ percent_off: 5, duration: 'forever' });
    const made = await stripe.subscriptions.create({
      customer,
      items: [{ price: await house.price(100) }],
      discounts: [{ coupon: coupon.id }],
    });
    await stripe.subscriptions.update(made.id, { description: 'Second' });
    await stripe.subscriptions.deleteDiscount(made.id);
    await stripe.subscriptions.list({ customer, price: itemOf(made).price.id });
    await stripe.subscriptions.pause(made.id);
    await stripe.subscriptions.resume(made.id);
    const item = await stripe.subscriptionItems.create({
      subscription: made.id,
      price: await house.price(200),
      quantity: 2,
    });
    await stripe.subscriptionItems.update(item.id, { quantity: 3 });
    expect(await stripe.subscriptionItems.retrieve(item.id)).toMatchObject({ quantity: 3 });
    await stripe.subscriptionItems.list({ subscription: made.id });
    await stripe.subscriptionItems.del(item.id);
    await stripe.invoices.createPreview({ subscription: made.id });
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: made.id });
    await stripe.subscriptionSchedules.update(schedule.id, { metadata: { why: 'test' } });
    await stripe.subscriptionSchedules.retrieve(schedule.id);
    await stripe.subscriptionSchedules.list({ customer });
    await stripe.subscriptionSchedules.release(schedule.id);
    const again = await stripe.subscriptionSchedules.create({ from_subscription: made.id });
    await stripe.subscriptionSchedules.cancel(again.id);
    expect((await stripe.subscriptions.retrieve(made.id)).status).toBe('canceled');
    const other = await stripe.subscriptions.create({ customer, items: [{ price: await house.price(1) }] });
    await stripe.subscriptions.cancel(other.id);
  });

  it('answer to invoices, what goes onto them and what is given back', async () => {
    const { customer, invoice } = begun;
    const manual = (): Promise<Stripe.Invoice> =>
      stripe.invoices.create({ customer, currency: 'usd', description: 'By hand' });
    const item = await stripe.invoiceItems.create({ customer, amount: 5, currency: 'usd' });
    await stripe.invoiceItems.update(item.id, { amount: 6 });
    await stripe.invoiceItems.retrieve(item.id);
    await stripe.invoiceItems.list({ customer, pending: true });
    await stripe.invoiceItems.del(item.id);
    const filled = async (): Promise<Stripe.Invoice> => {
      const draft = await manual();
      await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 50, currency: 'usd' });
      return stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false });
    };
    await stripe.invoices.update((await manual()).id, { metadata: { why: 'test' } });
    await stripe.invoices.del((await manual()).id);
    await stripe.invoices.sendInvoice((await manual()).id);
    await stripe.invoices.pay((await filled()).id);
    await stripe.invoices.voidInvoice((await filled()).id);
    await stripe.invoices.markUncollectible((await filled()).id);
    await stripe.invoices.retrieve(invoice.id, { expand: ['payments.data.payment.payment_intent'] });
    await stripe.invoices.list({ customer });
    await stripe.invoices.listLineItems(invoice.id);
    await stripe.invoicePayments.list({ invoice: invoice.id });
    const open = await filled();
    await stripe.creditNotes.preview({ invoice: open.id, amount: 5 });
    const note = await stripe.creditNotes.create({ invoice: open.id, amount: 5 });
    await stripe.creditNotes.update(note.id, { memo: 'Sorry' });
    await stripe.creditNotes.retrieve(note.id);
    await stripe.creditNotes.list({ invoice: open.id });
    await stripe.creditNotes.listLineItems(note.id);
    await stripe.creditNotes.voidCreditNote(note.id);
  });

  it('answer to meters and prepaid credit', async () => {
    const { customer } = begun;
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    await stripe.billing.meters.update(meter.id, { display_name: 'All calls' });
    await stripe.billing.meters.retrieve(meter.id);
    await stripe.billing.meters.list();
    const payload = { stripe_customer_id: customer, value: '5' };
    await stripe.billing.meterEvents.create({ event_name: 'calls', identifier: 'call-1', payload });
    const range = { customer, start_time: START, end_time: START + 60 };
    const used = async (): Promise<number> =>
      (await stripe.billing.meters.listEventSummaries(meter.id, range)).data[0]!.aggregated_value;
    expect(await used()).toBe(5);
    const cancel = { identifier: 'call-1' };
    await stripe.billing.meterEventAdjustments.create({ event_name: 'calls', type: 'cancel', cancel });
    expect(await used()).toBe(0);
    await stripe.billing.meters.deactivate(meter.id);
    await stripe.billing.meters.reactivate(meter.id);
    const grant = (): Promise<Stripe.Billing.CreditGrant> =>
      stripe.billing.creditGrants.create({
        customer,
        amount: { type: 'monetary', monetary: { value: 100, currency: 'usd' } },
        applicability_config: { scope: { price_type: 'metered' } },
      });
    const { id } = await grant();
    await stripe.billing.creditGrants.update(id, { metadata: { why: 'test' } });
    await stripe.billing.creditGrants.retrieve(id);
    await stripe.billing.creditGrants.list({ customer });
    const filter = { type: 'credit_grant' as const, credit_grant: id };
    await stripe.billing.creditBalanceSummaries.retrieve({ customer, filter });
    const entries = await stripe.billing.creditBalanceTransactions.list({ customer });
    await stripe.billing.creditBalanceTransactions.retrieve(entries.data[0]!.id);
    await stripe.billing.creditGrants.expire(id);
    await stripe.billing.creditGrants.voidGrant((await grant()).id);
  });

  it('answer to checkout, portal, clocks and events', async () => {
    const saving = await stripe.checkout.sessions.create({
      mode: 'setup',
      customer: begun.customer,
      success_url: 'http://127.0.0.1/done',
    });
    await stripe.setupIntents.retrieve(saving.setup_intent as string);
    await stripe.setupIntents.list({ customer: begun.customer });
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: await house.price(100), quantity: 1 }],
      success_url: 'http://127.0.0.1/done',
    });
    await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] });
    await stripe.checkout.sessions.list({ status: 'open' });
    await stripe.checkout.sessions.listLineItems(session.id);
    await stripe.checkout.sessions.expire(session.id);
    await stripe.billingPortal.sessions.create({ customer: begun.customer });
    const spare = await house.customer({ at: START });
    await stripe.testHelpers.testClocks.list();
    await stripe.testHelpers.testClocks.del(spare.clock);
    expect(await stripe.customers.retrieve(spare.id)).toMatchObject({ deleted: true });
    await house.advance(begun.clock, START + 60);
    const [event] = (await stripe.events.list({ limit: 1 })).data;
    await stripe.events.retrieve(event!.id);
  });

  it('are all known to the contract, all covered here, and all told in their list', () => {
    const offered = house.sandbox.operations.map(named).sort();
    const unknown = offered.filter((one) => {
      const [method, address] = one.split(' ');
      return !house.contract.find(method!, address!);
    });
    expect(unknown).toEqual([]);
    expect(offered.filter((one) => !house.contract.covered.has(one))).toEqual([]);
    const told = [...fs.readFileSync(LIST, 'utf8').matchAll(/`((?:GET|POST|DELETE) [^`]+)`/g)];
    expect(told.map(([, operation]) => named(operation!)).sort()).toEqual(offered);
  });
});
