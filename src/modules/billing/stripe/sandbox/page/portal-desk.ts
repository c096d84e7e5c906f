/** Answers at the customer portal: shows what runs, and carries out what the person asks for on its forms. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { TestCards } from '../payment/test-cards.service';
import { badParameter } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type Price, type Subscription } from '../store/wire';
import type { SubscriptionChanges } from '../subscription/subscription-change.service';
import { scheduledEnd } from '../subscription/end-asked';
import type { Subscriptions } from '../subscription/subscription.service';
import { type Buyer, buyerIn } from '../checkout/buyer';
import { isCountry } from '../tax/address-asked';
import { portalPage } from './portal-page';

/** As many as Stripe lets a customer choose (`adjustable_quantity.maximum`). */
const MOST_SEATS = 999_999;

export class PortalDesk {
  constructor(
    private readonly store: ObjectStore,
    private readonly cards: TestCards,
    private readonly time: SandboxTime,
    private readonly subscriptions: Subscriptions,
    private readonly changes: SubscriptionChanges,
  ) {}

  async page(customerId: string, returnUrl: string | null, failure?: string): Promise<string> {
    const customer = await this.store.get('customer', customerId);
    const subscriptions = await this.living(customerId);
    const offers = subscriptions[0] ? await this.offersFor(subscriptions[0]) : [];
    const prices = subscriptions.flatMap(({ items }) => items.data.map(({ price }) => price));
    const card = idOf(
      subscriptions[0]?.default_payment_method ?? customer.invoice_settings.default_payment_method,
    );
    return portalPage({
      address: customer.address ?? null,
      subscriptions,
      offers,
      productNames: await this.subscriptions.namesFor([...prices, ...offers]),
      invoices: (await this.store.all('invoice', { customer: customerId })).reverse(),
      card: card ? ((await this.store.find('payment_method', card)) ?? null) : null,
      returnUrl,
      failure,
    });
  }

  /** @throws Refusal when it cannot be done, such as a change that the card does not pay for. */
  async act(customerId: string, sent: URLSearchParams, cardToken: string, realTime: number): Promise<void> {
    const customer = await this.store.get('customer', customerId);
    const at = await this.time.of(customer, realTime);
    const owned = await this.living(customerId);
    if (sent.get('act') === 'card') {
      const card = await this.cards.attach(cardToken, customer, at, 'payment_method');
      const invoice_settings = { ...customer.invoice_settings, default_payment_method: card.id };
      await this.store.save({ ...customer, invoice_settings });
      for (const one of owned) await this.subscriptions.move(one, { default_payment_method: card.id }, at);
    }
    if (sent.get('act') === 'address') await this.move(customer, buyerIn(sent));
    const subscription = owned.find(({ id }) => id === sent.get('subscription'));
    if (!subscription) return;
    if (sent.get('act') === 'change') await this.change(subscription, sent, at);
    if (sent.get('act') === 'cancel' || sent.get('act') === 'resume') {
      const ends = sent.get('act') === 'cancel';
      await this.subscriptions.move(subscription, scheduledEnd(subscription, null, ends, at), at);
    }
  }

  private async move(customer: Customer, { address }: Buyer): Promise<void> {
    if (!address || !isCountry(address.country ?? '')) throw badParameter('country', 'Choose your country.');
    await this.store.save<'customer'>({ ...customer, address });
  }

  private async change(subscription: Subscription, sent: URLSearchParams, at: number): Promise<void> {
    const quantity = Number(sent.get('quantity') ?? '1');
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > MOST_SEATS)
      throw badParameter('quantity', `The quantity must be a whole number from 1 to ${MOST_SEATS}.`);
    const price = (await this.offersFor(subscription)).find(({ id }) => id === sent.get('price'));
    if (!price) throw badParameter('price', 'This plan is not offered.');
    const item = { id: subscription.items.data[0]!.id, price, quantity };
    await this.changes.apply(
      subscription,
      subscription,
      {
        items: [item],
        prorationBehavior: 'always_invoice',
        paymentBehavior: 'error_if_incomplete',
        restarts: false,
      },
      at,
    );
  }

  /** Active prices for a number of seats, in the currency of the subscription. */
  private async offersFor({ currency }: Subscription): Promise<Price[]> {
    const properties = { active: ['true'], type: ['recurring'], currency: [currency] };
    const prices = await this.store.all('price', { properties });
    return prices.filter(({ recurring }) => recurring?.usage_type === 'licensed');
  }

  private async living(customer: string): Promise<Subscription[]> {
    const all = await this.store.all('subscription', { customer });
    return all.filter(({ ended_at }) => ended_at === null);
  }
}
