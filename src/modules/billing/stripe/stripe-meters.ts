/**
 * Usage at Stripe: meters that add it up, and the price by which what is owed of it comes onto the invoice of the plan. Both
 * are found by their names, made on first need and remembered for the life of the process.
 */
import type Stripe from 'stripe';
import type { Period } from '../../../kernel/period';
import type { MeterGateway, MeterReading } from '../meter/meter-gateway';
import { chargeEvents } from '../meter/meter-plan';
import type { SoldPlan } from './stripe-gateway';
import { seconds, type StripeClient } from './stripe-client';

const PAGE = 100;
/** The meter of what is owed counts millionths of a minor unit. */
const MILLIONTH = '0.000001';

export class StripeMeters implements MeterGateway {
  private readonly ids = new Map<string, Promise<string>>();

  constructor(private readonly stripe: Pick<StripeClient, 'ask'>) {}

  /** The price that bills usage beside a plan: of its currency, and due when the plan is. */
  usagePrice({ currency, interval }: Pick<SoldPlan, 'currency' | 'interval'>): Promise<string> {
    const key = `flywheel_usage_${currency.toLowerCase()}_${interval.toLowerCase()}`;
    return this.once(key, () => this.findOrMakePrice(key, currency, interval === 'YEAR' ? 'year' : 'month'));
  }

  async bill(stripeCustomerId: string, currency: string): Promise<void> {
    const { data } = await this.stripe.ask((stripe) =>
      stripe.subscriptions.list({ customer: stripeCustomerId }),
    );
    for (const { id, items, currency: its } of data) {
      if (its !== currency.toLowerCase() || items.data.some(isUsage)) continue;
      const interval = items.data[0]?.price.recurring?.interval === 'year' ? 'YEAR' : 'MONTH';
      const price = await this.usagePrice({ currency, interval } as Pick<SoldPlan, 'currency' | 'interval'>);
      await this.stripe.ask((stripe) =>
        stripe.subscriptionItems.create(
          { subscription: id, price, proration_behavior: 'none' },
          { idempotencyKey: `usage:${id}` },
        ),
      );
    }
  }

  private meterId(eventName: string): Promise<string> {
    return this.once(`meter:${eventName}`, () => this.findOrMake(eventName));
  }

  private once(key: string, make: () => Promise<string>): Promise<string> {
    let id = this.ids.get(key);
    if (!id) {
      id = make().catch((error: unknown) => {
        this.ids.delete(key);
        throw error;
      });
      this.ids.set(key, id);
    }
    return id;
  }

  async hand({ identifier, stripeCustomerId, eventName, value, meteredAt }: MeterReading): Promise<void> {
    await this.meterId(eventName);
    const event = {
      event_name: eventName,
      identifier,
      timestamp: seconds(meteredAt),
      payload: { stripe_customer_id: stripeCustomerId, value: value.toString() },
    };
    try {
      await this.stripe.ask((stripe) => stripe.billing.meterEvents.create(event));
    } catch (error) {
      if (!isKnownAlready(error)) throw error;
    }
  }

  async counted(stripeCustomerId: string, eventName: string, { from, to }: Period): Promise<bigint> {
    const meter = await this.meterId(eventName);
    const { data } = await this.stripe.ask((stripe) =>
      stripe.billing.meters.listEventSummaries(meter, {
        customer: stripeCustomerId,
        start_time: seconds(from),
        end_time: seconds(to),
      }),
    );
    return data.reduce((sum, one) => sum + BigInt(Math.round(one.aggregated_value)), 0n);
  }

  private async findOrMakePrice(key: string, currency: string, interval: 'month' | 'year'): Promise<string> {
    const { data } = await this.stripe.ask((stripe) => stripe.prices.list({ lookup_keys: [key], limit: 1 }));
    if (data[0]) return data[0].id;
    const meter = await this.meterId(chargeEvents(currency));
    const made = await this.stripe.ask((stripe) =>
      stripe.prices.create(
        {
          currency: currency.toLowerCase(),
          unit_amount_decimal: stripe.Decimal.from(MILLIONTH),
          recurring: { interval, usage_type: 'metered', meter },
          lookup_key: key,
          product_data: { name: 'Flywheel usage' },
        },
        { idempotencyKey: `price:${key}` },
      ),
    );
    return made.id;
  }

  private async findOrMake(eventName: string): Promise<string> {
    const found = await this.stripe.ask(async (stripe) => {
      const active = stripe.billing.meters.list({ status: 'active', limit: PAGE });
      for await (const meter of active) if (meter.event_name === eventName) return meter.id;
      return undefined;
    });
    if (found !== undefined) return found;
    const meter: Stripe.Billing.MeterCreateParams = {
      display_name: eventName.replaceAll('_', ' '),
      event_name: eventName,
      default_aggregation: { formula: 'sum' },
    };
    const made = await this.stripe.ask((stripe) =>
      stripe.billing.meters.create(meter, { idempotencyKey: `meter:${eventName}` }),
    );
    return made.id;
  }
}

export function isUsage({ price }: Stripe.SubscriptionItem): boolean {
  return price.recurring?.usage_type === 'metered';
}

/** Stripe remembers identifiers for a day at least: within it, a second hand-over of one is refused in these words. */
function isKnownAlready(error: unknown): boolean {
  return error instanceof Error && /already exists with identifier/.test(error.message);
}
