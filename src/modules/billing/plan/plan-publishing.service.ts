/**
 * New versions of plans. A version is only ever added: who bought an earlier one stays on it, with its price, its price book
 * and what it entitles to, and who subscribes from now on gets the new one.
 */
import type { Clock } from '../../../kernel/clock';
import { AppErrors, invalidInput } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { publishedMeanwhile } from '../billing.errors';
import { PLAN_PUBLISHED, PLANS_CHANGED } from '../billing.events';
import { Plan } from './plan.entity';
import type { PlanPublishInput } from './plan.input';
import { planFaults } from './plan-rules';

type NewPlan = Omit<Plan, 'id' | 'version' | 'createdAt'>;

export class PlanPublishingService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** @throws AppErrors INVALID_INPUT, all faults at once; AppError CONFLICT where it is not the version any more. */
  async publish(input: PlanPublishInput): Promise<Plan> {
    const plan = planOf(input);
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      // Two who publish the same plan at once get one version after the other.
      await unitOfWork.takeTurn(`plan ${plan.code}`);
      const plans = unitOfWork.repository(Plan);
      const [last] = await plans.find({ where: { code: plan.code }, order: { version: 'DESC' }, take: 1 });
      const { expectedVersion } = input;
      if (typeof expectedVersion === 'number' && expectedVersion !== (last?.version ?? 0))
        throw publishedMeanwhile(plan.code, last);
      const faults = planFaults({ ...plan, priceMinor: input.priceMinor }, last?.currency);
      if (faults.length > 0)
        throw new AppErrors(
          faults.map(({ path, message, constraint }) =>
            invalidInput(['input', ...path], message, constraint),
          ),
        );
      const createdAt = this.clock.now();
      const published = {
        ...plan,
        id: newId('pln', createdAt),
        version: (last?.version ?? 0) + 1,
        createdAt,
      };
      await plans.insert(published);
      const { id, code, version } = published;
      const data = { code, version, priceMinor: plan.priceMinor, currency: plan.currency };
      await this.events.emit({ type: PLAN_PUBLISHED, subject: id, before: last, after: published, data });
      await this.signals.publish(PLANS_CHANGED, { code });
      return published;
    });
  }
}

function planOf(input: PlanPublishInput): NewPlan {
  const { code, name, priceMinor, currency, interval, sellable, trialDays, graceDays, prices } = input;
  const { requests = null, overage, weight, models = null, features = null, rate = null } = input;
  return {
    code,
    name,
    priceMinor: priceMinor.toString(),
    currency,
    interval,
    sellable,
    trialDays,
    graceDays,
    entitlementTerms: {
      requests,
      overage,
      weight,
      models,
      features,
      rate: rate && { burst: rate.burst, perSecond: rate.perSecond },
    },
    priceBook: prices.map(({ unit, modelId = null, unitAmount }) => ({ unit, modelId, unitAmount })),
  };
}
