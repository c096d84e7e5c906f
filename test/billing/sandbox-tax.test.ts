/** Taxes as Stripe Tax works them out, in the sandbox: by the customer's place and standing, line by line, to the cent. */
import type Stripe from 'stripe';
import { itemOf, SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const DAY = 86_400;
const START = 1775001600;
const HALF = 1776297600;
const END = 1777593600;
const GERMANY = { country: 'DE', postal_code: '10115' };
const AUTOMATIC = { automatic_tax: { enabled: true } };

describe('the sandbox taxes as Stripe does', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  /** A customer on a clock, somewhere. */
  async function customerIn(address: Stripe.AddressParam): Promise<{ id: string; clock: string }> {
    const made = await house.customer({ at: START });
    await stripe.customers.update(made.id, { address });
    return made;
  }

  async function price(
    unit_amount: number,
    currency = 'usd',
    tax_behavior?: 'exclusive' | 'inclusive',
  ): Promise<string> {
    const recurring = { interval: 'month' } as const;
    const product_data = { name: 'Plan' };
    const shape = { unit_amount, currency, recurring, product_data };
    return (await stripe.prices.create({ ...shape, ...(tax_behavior && { tax_behavior }) })).id;
  }

  async function subscribed(
    address: Stripe.AddressParam,
    prices: string[],
    more: Partial<Stripe.SubscriptionCreateParams> = {},
  ) {
    const { id: customer, clock } = await customerIn(address);
    const subscription = await stripe.subscriptions.create({
      customer,
      items: prices.map((one) => ({ price: one })),
      expand: ['latest_invoice'],
      ...AUTOMATIC,
      ...more,
    });
    return { customer, clock, subscription, invoice: subscription.latest_invoice as Stripe.Invoice };
  }

  it('puts the tax on top of a price or finds it inside, and charges the total', async () => {
    const { invoice, subscription, customer } = await subscribed(GERMANY, [await price(2500)]);
    expect(subscription.automatic_tax).toEqual({
      enabled: true,
      disabled_reason: null,
      liability: { type: 'self' },
    });
    expect(invoice).toMatchObject({
      status: 'paid',
      subtotal: 2500,
      subtotal_excluding_tax: 2500,
      total_excluding_tax: 2500,
      total: 2975,
      amount_due: 2975,
      amount_paid: 2975,
      automatic_tax: { enabled: true, status: 'complete' },
      customer_address: { country: 'DE' },
      total_taxes: [{ amount: 475, taxable_amount: 2500, tax_behavior: 'exclusive' }],
    });
    const [line] = invoice.lines.data;
    expect(line).toMatchObject({
      amount: 2500,
      taxes: [{ amount: 475, taxability_reason: 'standard_rated' }],
    });
    const rate = await stripe.taxRates.retrieve(line!.taxes![0]!.tax_rate_details!.tax_rate);
    expect(rate).toMatchObject({ display_name: 'VAT', percentage: 19, country: 'DE', tax_type: 'vat' });
    const [charge] = (await stripe.charges.list({ customer })).data;
    expect(charge!.amount).toBe(2975);

    const inside = (await subscribed(GERMANY, [await price(2500, 'eur')])).invoice;
    expect(inside).toMatchObject({
      subtotal: 2500,
      subtotal_excluding_tax: 2101,
      total_excluding_tax: 2101,
      total: 2500,
      total_taxes: [{ amount: 399, taxable_amount: 2101, tax_behavior: 'inclusive' }],
    });
    const yen = (await subscribed({ country: 'JP' }, [await price(1235, 'jpy', 'exclusive')])).invoice;
    expect(yen).toMatchObject({ subtotal: 1235, total: 1359, total_taxes: [{ amount: 124 }] });
  });

  it('rounds each line by itself, after discounts', async () => {
    const { invoice } = await subscribed(GERMANY, [await price(50), await price(50), await price(50)]);
    // 9.5 each, and 28.5 of the sum.
    expect(invoice).toMatchObject({ subtotal: 150, total: 180, total_taxes: [{ amount: 30 }] });
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const less = await subscribed(GERMANY, [await price(999)], { discounts: [{ coupon: coupon.id }] });
    expect(less.invoice).toMatchObject({
      subtotal: 999,
      total_excluding_tax: 899,
      total: 1070,
      total_taxes: [{ amount: 171, taxable_amount: 899 }],
    });
  });

  it('lets a business pay none where it owes the tax itself, and nobody who is exempt or lives elsewhere', async () => {
    const { customer, clock } = await subscribed(GERMANY, [await price(2500)]);
    const taxId = await stripe.customers.createTaxId(customer, { type: 'eu_vat', value: 'DE000000000' });
    expect(taxId).toMatchObject({ country: 'DE', verification: { status: 'verified' } });
    await house.advance(clock, END + HOUR);
    const [renewed] = (await stripe.invoices.list({ customer })).data;
    expect(renewed).toMatchObject({
      total: 2500,
      customer_tax_ids: [{ type: 'eu_vat', value: 'DE000000000' }],
      total_taxes: [{ amount: 0, taxable_amount: 2500, taxability_reason: 'reverse_charge' }],
    });
    await stripe.customers.deleteTaxId(customer, taxId.id);
    await stripe.customers.update(customer, { tax_exempt: 'exempt' });
    const preview = await stripe.invoices.createPreview({
      customer,
      subscription: renewed!.parent!.subscription_details!.subscription as string,
    });
    expect(preview).toMatchObject({ total: 2500, customer_tax_exempt: 'exempt' });
    expect(preview.total_taxes).toMatchObject([{ amount: 0, taxability_reason: 'customer_exempt' }]);
    const elsewhere = (await subscribed({ country: 'BR' }, [await price(2500)])).invoice;
    expect(elsewhere.total_taxes).toMatchObject([{ amount: 0, taxability_reason: 'not_collecting' }]);
    const wrong = stripe.customers.createTaxId(customer, { type: 'eu_vat', value: '12' });
    await expect(wrong).rejects.toMatchObject({ code: 'tax_id_invalid', param: 'value' });
  });

  it('taxes a change as its preview says, and gives the tax of unused time back', async () => {
    const { subscription, customer, clock } = await subscribed(GERMANY, [await price(1000)]);
    await house.advance(clock, HALF);
    const item = { id: itemOf(subscription).id, price: await price(2000) };
    const asked = { proration_behavior: 'always_invoice', proration_date: HALF } as const;
    const details = { items: [item], ...asked };
    const shown = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: details,
    });
    expect(shown.lines.data.map(({ amount, taxes }) => [amount, taxes![0]!.amount])).toEqual([
      [-500, -95],
      [1000, 190],
    ]);
    expect(shown).toMatchObject({ subtotal: 500, total: 595, total_taxes: [{ amount: 95 }] });
    const abroad = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: details,
      customer_details: { address: { country: 'CH' }, tax_exempt: 'none' },
    });
    expect(abroad).toMatchObject({ total: 540, customer_address: { country: 'CH' } });
    await stripe.subscriptions.update(subscription.id, { items: [item], ...asked });
    const [written] = (await stripe.invoices.list({ customer })).data;
    expect(written).toMatchObject({ subtotal: 500, total: 595, amount_paid: 595, status: 'paid' });
  });

  it('wants to know where the customer is, and finalises without tax when that is lost', async () => {
    const { id: stranger } = await house.customer({ at: START });
    const items = [{ price: await price(2500) }];
    await expect(
      stripe.subscriptions.create({ customer: stranger, items, ...AUTOMATIC }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'customer_tax_location_invalid' });
    const nowhere = { address: { country: 'US' }, tax: { validate_location: 'immediately' as const } };
    await expect(stripe.customers.create(nowhere)).rejects.toMatchObject({
      code: 'customer_tax_location_invalid',
    });
    await expect(stripe.customers.create({ address: { country: 'Germany' } })).rejects.toMatchObject({
      param: 'address[country]',
    });
    const { customer, subscription, clock } = await subscribed(GERMANY, [await price(2500)]);
    await expect(stripe.customers.update(customer, { address: '' })).rejects.toMatchObject({
      code: 'customer_tax_location_invalid',
    });
    await stripe.customers.update(customer, { address: '', tax: { validate_location: 'deferred' } });
    const lost = (await stripe.customers.retrieve(customer, {
      expand: ['tax', 'tax_ids'],
    })) as Stripe.Customer;
    expect(lost.tax).toMatchObject({ automatic_tax: 'unrecognized_location', location: null });
    await house.advance(clock, END);
    const [draft] = await house.invoicesOf(subscription.id);
    expect(draft).toMatchObject({
      status: 'draft',
      total: 2500,
      automatic_tax: { enabled: true, status: 'requires_location_inputs' },
    });
    await expect(stripe.invoices.finalizeInvoice(draft!.id)).rejects.toMatchObject({
      code: 'customer_tax_location_invalid',
    });
    await house.advance(clock, END + HOUR);
    expect(await stripe.invoices.retrieve(draft!.id)).toMatchObject({
      status: 'paid',
      total: 2500,
      automatic_tax: { enabled: false, disabled_reason: 'finalization_requires_location_inputs' },
    });
    expect((await stripe.subscriptions.retrieve(subscription.id)).automatic_tax).toMatchObject({
      enabled: false,
      disabled_reason: 'requires_location_inputs',
    });
    await stripe.customers.update(customer, { address: GERMANY });
    await stripe.subscriptions.update(subscription.id, AUTOMATIC);
    await house.advance(clock, END + 30 * DAY + 2 * DAY);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 2975, status: 'paid' });
  });

  it('taxes an invoice that is written by hand, at the rate of the moment when it is finalised', async () => {
    const { id: customer } = await customerIn(GERMANY);
    const draft = await stripe.invoices.create({ customer, currency: 'usd', ...AUTOMATIC });
    await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 1000, currency: 'usd' });
    await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 500, currency: 'usd' });
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ subtotal: 1500, total: 1785 });
    await stripe.invoices.update(draft.id, { automatic_tax: { enabled: false } });
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ total: 1500, total_taxes: [] });
    await stripe.invoices.update(draft.id, AUTOMATIC);
    await stripe.customers.update(customer, { address: { country: 'CH' } });
    const final = await stripe.invoices.finalizeInvoice(draft.id);
    expect(final).toMatchObject({ total: 1622, amount_due: 1622, total_taxes: [{ amount: 122 }] });
    await expect(stripe.invoices.update(draft.id, AUTOMATIC)).rejects.toMatchObject({
      code: 'invoice_not_editable',
    });
  });

  it('burns prepaid credit before the tax', async () => {
    const { customer, clock, subscription } = await subscribed(GERMANY, [await price(100)]);
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'taxed_calls',
      default_aggregation: { formula: 'sum' },
    });
    const metered = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 10,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      product_data: { name: 'Calls' },
    });
    await stripe.subscriptionItems.create({ subscription: subscription.id, price: metered.id });
    await stripe.billing.creditGrants.create({
      customer,
      amount: { type: 'monetary', monetary: { value: 300, currency: 'usd' } },
      applicability_config: { scope: { price_type: 'metered' } },
    });
    await house.advance(clock, START + 2 * DAY);
    const payload = { stripe_customer_id: customer, value: '100' };
    await stripe.billing.meterEvents.create({ event_name: 'taxed_calls', payload, timestamp: START + DAY });
    await house.advance(clock, END + HOUR);
    // 100 of the plan and 1000 - 300 of the calls, each with its 19 %.
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({
      subtotal: 1100,
      total_excluding_tax: 800,
      total: 952,
      total_taxes: [{ amount: 152, taxable_amount: 800 }],
    });
  });

  it('gives tax back with what is credited: parts make up the whole to the cent', async () => {
    const { invoice } = await subscribed(GERMANY, [await price(4900)]);
    expect(invoice.total).toBe(5831);
    const give = (amount: number) =>
      stripe.creditNotes.create({ invoice: invoice.id, amount, refund_amount: amount });
    const notes = [await give(1), await give(1000), await give(2333), await give(2497)];
    for (const { subtotal, total, total_taxes: taxes, total_excluding_tax: net } of notes) {
      expect(subtotal + taxes![0]!.amount).toBe(total);
      expect(net).toBe(subtotal);
    }
    const sum = (of: (note: Stripe.CreditNote) => number) => notes.reduce((all, note) => all + of(note), 0);
    expect(sum((note) => note.total)).toBe(5831);
    expect(sum((note) => note.total_taxes![0]!.amount)).toBe(931);
    expect(sum((note) => note.subtotal)).toBe(4900);
    await expect(give(1)).rejects.toMatchObject({ statusCode: 400 });
  });

  it('credits a line with its tax, on top or inside, and all of it once', async () => {
    for (const [currency, parts, tax] of [
      ['usd', [396, 793], 190],
      ['eur', [333, 666], 160],
    ] as const) {
      const { invoice } = await subscribed(GERMANY, [await price(999, currency)]);
      const line = { type: 'invoice_line_item' as const, invoice_line_item: invoice.lines.data[0]!.id };
      const part = { invoice: invoice.id, lines: [{ ...line, amount: 333 }] };
      const rest = { invoice: invoice.id, lines: [{ ...line, amount: 666 }] };
      expect(await stripe.creditNotes.preview({ ...part, refund_amount: parts[0] })).toMatchObject({
        total: parts[0],
      });
      const given = [
        await stripe.creditNotes.create({ ...part, refund_amount: parts[0] }),
        await stripe.creditNotes.create({ ...rest, credit_amount: parts[1] }),
      ];
      expect(given.reduce((sum, note) => sum + note.total_taxes![0]!.amount, 0)).toBe(tax);
      expect(given.reduce((sum, note) => sum + note.total, 0)).toBe(invoice.total);
      const again = stripe.creditNotes.create({ ...part, credit_amount: parts[0] });
      await expect(again).rejects.toMatchObject({ statusCode: 400 });
    }
  });
});
