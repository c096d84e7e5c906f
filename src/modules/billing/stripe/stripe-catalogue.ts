/** Our plans as prices at Stripe: found by lookup key, made on first need, remembered for the life of the process. */
import type Stripe from 'stripe';
import { PlanInterval } from '../plan/plan.entity';
import { planKeyOf, type SoldPlan } from './stripe-gateway';

export class StripeCatalogue {
  private readonly prices = new Map<string, Promise<string>>();

  constructor(private readonly client: () => Promise<Stripe>) {}

  priceId(plan: SoldPlan): Promise<string> {
    const key = planKeyOf(plan);
    let price = this.prices.get(key);
    if (!price) {
      price = this.findOrMake(key, plan).catch((error: unknown) => {
        this.prices.delete(key);
        throw error;
      });
      this.prices.set(key, price);
    }
    return price;
  }

  private async findOrMake(key: string, plan: SoldPlan): Promise<string> {
    const stripe = await this.client();
    const found = await stripe.prices.list({ lookup_keys: [key], active: true, limit: 1 });
    if (found.data[0]) return found.data[0].id;
    const product = await stripe.products.create(
      { name: `Flywheel ${plan.name}`, metadata: { plan: key } },
      { idempotencyKey: `product:${key}` },
    );
    const price = await stripe.prices.create(
      {
        product: product.id,
        currency: plan.currency.toLowerCase(),
        unit_amount: Number(plan.priceMinor),
        recurring: { interval: plan.interval === PlanInterval.YEAR ? 'year' : 'month' },
        lookup_key: key,
        metadata: { plan: key },
      },
      { idempotencyKey: `price:${key}` },
    );
    return price.id;
  }
}
