/**
 * The plans on sale and every version ever sold. A version never changes, so it is read once and kept in memory; of new ones
 * a signal tells, and should it be lost, the next minute.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import { planKeyOf } from '../stripe/stripe-gateway';
import type { Signals } from '../../../platform/events';
import { PLANS_CHANGED } from '../billing.events';
import { unpricedUnits } from '../usage/price';
import { Plan } from './plan.entity';
import { FREE_PLAN, PLAN_SEEDS } from './plan-seeds';

const TIME_TO_LIVE_MS = 60_000;

export class PlanService {
  private readonly byId = new Map<string, Plan>();
  private loading: Promise<void> | undefined;
  private loadedAt = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    signals: Signals,
  ) {
    const again = (): void => void (this.loading = undefined);
    signals.subscribe(PLANS_CHANGED, again, again);
  }

  /**
   * Puts in the plans of PLAN_SEEDS that are not there yet. Of one whose latest version leaves units without a price, from
   * before there were such units, a version with the seed's prices for them follows; what was bought stays as it is.
   */
  async seed(): Promise<void> {
    const { unitOfWork } = this.database;
    const now = this.clock.now();
    const latest = new Map((await this.onSale()).map((plan) => [plan.code, plan]));
    const rows = PLAN_SEEDS.map((seed) => completed(seed, latest.get(seed.code))).map((plan) => ({
      ...plan,
      id: newId('pln', now),
      createdAt: now,
    }));
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork
        .manager()
        .createQueryBuilder()
        .insert()
        .into(Plan)
        .values(rows)
        .orIgnore()
        .updateEntity(false)
        .execute();
    });
    this.loading = undefined;
  }

  /** The latest version of each plan, cheapest first. */
  async onSale(): Promise<Plan[]> {
    const latest = new Map<string, Plan>();
    for (const plan of await this.all()) {
      if ((latest.get(plan.code)?.version ?? 0) < plan.version) latest.set(plan.code, plan);
    }
    // What is sold by contract (price 0, not by checkout) stands behind what has a price.
    const rank = (plan: Plan): bigint =>
      !plan.sellable && plan.code !== FREE_PLAN ? 2n ** 63n : BigInt(plan.priceMinor);
    return [...latest.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  /** The version on sale of a plan. @throws AppError NOT_FOUND. */
  async byCode(code: string): Promise<Plan> {
    const plan = (await this.onSale()).find((one) => one.code === code);
    if (!plan) throw notFound(['input', 'plan']);
    return plan;
  }

  free(): Promise<Plan> {
    return this.byCode(FREE_PLAN);
  }

  async byIdOf(id: string): Promise<Plan> {
    if (!this.byId.has(id)) await this.load();
    const plan = this.byId.get(id);
    if (!plan) throw new Error(`no plan has the id ${id}`);
    return plan;
  }

  /** Finds plans by the names that their prices have at Stripe. */
  async byPlanKey(): Promise<(planKey: string | null) => Plan | undefined> {
    const plans = new Map((await this.all()).map((plan) => [planKeyOf(plan), plan]));
    return (planKey) => (planKey === null ? undefined : plans.get(planKey));
  }

  private async all(): Promise<Plan[]> {
    const now = this.clock.millis();
    if (!this.loading || now - this.loadedAt >= TIME_TO_LIVE_MS) {
      this.loadedAt = now;
      const loading = this.load();
      this.loading = loading;
      // One failure is not answered for a minute: the next who asks has them read again.
      loading.catch(() => {
        if (this.loading === loading) this.loading = undefined;
      });
    }
    await this.loading;
    return [...this.byId.values()];
  }

  private async load(): Promise<void> {
    for (const plan of await this.database.read.list(Plan, { scope: SERVICE })) this.byId.set(plan.id, plan);
  }
}

/** What a seed puts in beside the version that is sold now: itself, where there is none, or nothing new. */
function completed(seed: (typeof PLAN_SEEDS)[number], sold: Plan | undefined): (typeof PLAN_SEEDS)[number] {
  const missing = sold ? unpricedUnits(sold.priceBook) : [];
  if (!sold || missing.length === 0) return seed;
  const prices = seed.priceBook.filter(({ unit, modelId }) => modelId === null && missing.includes(unit));
  return { ...sold, version: sold.version + 1, priceBook: [...sold.priceBook, ...prices] };
}
