/** Usage at Stripe's meters: found by the name of their events, made on first need, remembered for the life of the process. */
import type Stripe from 'stripe';
import type { Period } from '../../../kernel/period';
import type { MeterGateway, MeterReading } from '../meter/meter-gateway';
import { seconds, type StripeClient } from './stripe-client';

const PAGE = 100;

export class StripeMeters implements MeterGateway {
  private readonly meters = new Map<string, Promise<string>>();

  constructor(private readonly stripe: Pick<StripeClient, 'ask'>) {}

  /** The id of the meter that adds up the events of this name. */
  meterId(eventName: string): Promise<string> {
    let meter = this.meters.get(eventName);
    if (!meter) {
      meter = this.findOrMake(eventName).catch((error: unknown) => {
        this.meters.delete(eventName);
        throw error;
      });
      this.meters.set(eventName, meter);
    }
    return meter;
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

/** Stripe remembers identifiers for a day at least: within it, a second hand-over of one is refused in these words. */
function isKnownAlready(error: unknown): boolean {
  return error instanceof Error && /already exists with identifier/.test(error.message);
}
