/** Our plans as prices at Stripe: found by lookup key, made on first need, remembered for the life of the process. */
import type Stripe from 'stripe';
import { priceUnavailable } from '../billing.errors';
import { PlanInterval } from '../plan/plan.entity';
import type { StripeClient } from './stripe-client';
import { isRefused } from './stripe-failure';
import { planKeyOf, type PriceFault, type SoldPlan } from './stripe-gateway';

export class StripeCatalogue {
  private readonly prices = new Map<string, Promise<string>>();

  constructor(private readonly stripe: StripeClient) {}

  /** Does something with the price of a plan. @throws AppError CONFLICT when it cannot be sold at this price. */
  async withPrice<T>(plan: SoldPlan, use: (priceId: string) => Promise<T>): Promise<T> {
    try {
      return await use(await this.priceId(plan));
    } catch (error) {
      if (!isRefused(error)) throw error;
      // It may have been archived since it was remembered: that is said more clearly than Stripe says it.
      this.prices.delete(planKeyOf(plan));
      await this.priceId(plan);
      throw error;
    }
  }

  async faults(plans: readonly SoldPlan[]): Promise<PriceFault[]> {
    const faults: PriceFault[] = [];
    for (const plan of plans) {
      const planKey = planKeyOf(plan);
      const price = await this.find(planKey);
      const fault = price && faultOf(price, plan);
      if (fault) faults.push({ planKey, fault });
    }
    return faults;
  }

  private priceId(plan: SoldPlan): Promise<string> {
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

  private async find(key: string): Promise<Stripe.Price | undefined> {
    const { data } = await this.stripe.ask((stripe) => stripe.prices.list({ lookup_keys: [key], limit: 1 }));
    return data[0];
  }

  private async findOrMake(key: string, plan: SoldPlan): Promise<string> {
    const found = await this.find(key);
    if (found) {
      const fault = faultOf(found, plan);
      if (fault) throw priceUnavailable(plan.code, fault);
      return found.id;
    }
    const product = await this.stripe.ask((stripe) =>
      stripe.products.create(
        { name: `Flywheel ${plan.name}`, metadata: { plan: key } },
        { idempotencyKey: `product:${key}` },
      ),
    );
    const { unitAmount, interval } = wanted(plan);
    const price = await this.stripe.ask((stripe) =>
      stripe.prices.create(
        {
          product: product.id,
          currency: plan.currency.toLowerCase(),
          unit_amount: Number(unitAmount),
          recurring: { interval },
          lookup_key: key,
          metadata: { plan: key },
        },
        { idempotencyKey: `price:${key}` },
      ),
    );
    return price.id;
  }
}

/** What keeps a plan from being sold at this price of Stripe's; undefined when it is the plan's. */
function faultOf(price: Stripe.Price, plan: SoldPlan): string | undefined {
  const { unitAmount, interval } = wanted(plan);
  if (!price.active) return 'it is archived';
  if (price.currency.toUpperCase() !== plan.currency) return `its currency is not ${plan.currency}`;
  if (price.unit_amount === null || BigInt(price.unit_amount) !== unitAmount)
    return `its amount is not ${unitAmount} minor units`;
  return price.recurring?.interval === interval ? undefined : `it is not due each ${interval}`;
}

function wanted({ priceMinor, interval }: SoldPlan): { unitAmount: bigint; interval: 'month' | 'year' } {
  return { unitAmount: BigInt(priceMinor), interval: interval === PlanInterval.YEAR ? 'year' : 'month' };
}
