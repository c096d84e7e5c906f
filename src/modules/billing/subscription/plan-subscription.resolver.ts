/** The plan and the period of a subscription, and what is planned for it. */
import { Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import type { Period } from '../../../kernel/period';
import { DateTime, JoinedField, Needs, type RequestContext } from '../../../platform/graphql';
import { Plan } from '../plan/plan.entity';
import type { PlanService } from '../plan/plan.service';
import { usagePeriod } from './billing-calendar';
import { PlanSubscription } from './plan-subscription.entity';

@ObjectType({ description: 'A change of a subscription that is planned.' })
class PlannedSubscriptionChange {
  @Field(() => Plan, { description: 'The plan that begins then.' })
  plan!: Plan;

  @Field(() => Int, { description: 'The number of seats from then on.' })
  quantity!: number;

  @Field(() => DateTime, { description: 'When it takes effect: at the end of the present period.' })
  at!: Date;
}

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

  @FieldResolver(() => PlannedSubscriptionChange, {
    nullable: true,
    description: 'What it becomes with the end of the period; null while it stays as it is.',
  })
  @Needs('plannedPlanId', 'plannedQuantity', 'plannedAt')
  async plannedChange(@Root() subscription: PlanSubscription): Promise<PlannedSubscriptionChange | null> {
    const { plannedPlanId, plannedQuantity, plannedAt } = subscription;
    if (plannedPlanId === null || plannedQuantity === null || plannedAt === null) return null;
    return {
      plan: await this.plans.byIdOf(plannedPlanId),
      quantity: plannedQuantity,
      at: new Date(plannedAt),
    };
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
