/** The plan and the period of a subscription. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import type { Period } from '../../../kernel/period';
import { DateTime, JoinedField, Needs, type RequestContext } from '../../../platform/graphql';
import { Plan } from '../plan/plan.entity';
import type { PlanService } from '../plan/plan.service';
import { usagePeriod } from './billing-calendar';
import { PlanSubscription } from './plan-subscription.entity';

@Resolver(() => PlanSubscription)
export class PlanSubscriptionResolver {
  constructor(
    private readonly clock: Clock,
    private readonly plans: PlanService,
  ) {}

  @JoinedField(() => Plan, { description: 'The version of the plan that was bought.' })
  @Needs('planId')
  plan(@Root() { planId }: PlanSubscription, @Ctx() _context: RequestContext): Promise<Plan> {
    return this.plans.byIdOf(planId);
  }

  @FieldResolver(() => DateTime, { description: 'Start of the present period.' })
  @Needs('planId', 'anchorAt', 'currentPeriodStart', 'currentPeriodEnd', 'endedAt')
  async currentPeriodStart(@Root() subscription: PlanSubscription): Promise<Date> {
    return (await this.periodOf(subscription)).from;
  }

  @FieldResolver(() => DateTime, { description: 'End of the present period; it does not belong to it.' })
  @Needs('planId', 'anchorAt', 'currentPeriodStart', 'currentPeriodEnd', 'endedAt')
  async currentPeriodEnd(@Root() subscription: PlanSubscription): Promise<Date> {
    return (await this.periodOf(subscription)).to;
  }

  /** A plan without Stripe has no renewals that would move its row: its calendar goes on from the anchor. */
  private async periodOf(subscription: PlanSubscription): Promise<Period> {
    const billed = {
      anchorAt: new Date(subscription.anchorAt),
      interval: (await this.plans.byIdOf(subscription.planId)).interval,
      currentPeriodStart: new Date(subscription.currentPeriodStart),
      currentPeriodEnd: new Date(subscription.currentPeriodEnd),
    };
    if (subscription.endedAt) return { from: billed.currentPeriodStart, to: billed.currentPeriodEnd };
    return usagePeriod(billed, this.clock.now());
  }
}
