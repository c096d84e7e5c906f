/** The plans on sale, open to everyone; new versions of them, by staff. */
import { Arg, Field, FieldResolver, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { money } from '../../../kernel/money';
import { moneyOf, MoneyType, MutationPayload, Needs } from '../../../platform/graphql';
import { Can, Public } from '../../identity';
import { Entitlement, entitlementsOf, UnitPrice } from './entitlement.type';
import { Plan } from './plan.entity';
import { PlanPublishInput } from './plan.input';
import type { PlanPublishingService } from './plan-publishing.service';
import type { PlanService } from './plan.service';

@ObjectType({ description: 'The version that was published.' })
class PlanPublishPayload extends MutationPayload {
  @Field(() => Plan, { nullable: true, description: 'The version; null when there are errors.' })
  plan?: Plan | null;
}

@Resolver(() => Plan)
export class PlanResolver {
  constructor(
    private readonly plans: PlanService,
    private readonly publishing: PlanPublishingService,
  ) {}

  @Query(() => [Plan], { name: 'plans', description: 'The plans on sale, cheapest first. Open to everyone.' })
  @Public()
  plansOnSale(): Promise<Plan[]> {
    return this.plans.onSale();
  }

  @Mutation(() => PlanPublishPayload, {
    nullable: true,
    description:
      'Sells a new version of a plan, or a new plan. Customers stay on the version that they bought. Needs plan:publish. Event: plan.published. Costs nothing.',
  })
  @Can('plan:publish')
  async planPublish(
    @Arg('input', () => PlanPublishInput, { description: 'The whole plan, as it is sold from now on.' })
    input: PlanPublishInput,
  ): Promise<PlanPublishPayload> {
    return { plan: await this.publishing.publish(input), errors: [] };
  }

  @FieldResolver(() => MoneyType, { description: 'What it costs each interval.' })
  @Needs('priceMinor', 'currency')
  price(@Root() { priceMinor, currency }: Plan): MoneyType {
    return moneyOf(money(BigInt(priceMinor), currency));
  }

  @FieldResolver(() => [Entitlement], { description: 'What it entitles to; requests are those of one seat.' })
  @Needs('entitlementTerms')
  entitlements(@Root() { entitlementTerms }: Plan): Entitlement[] {
    return entitlementsOf(entitlementTerms);
  }

  @FieldResolver(() => [UnitPrice], { description: 'Its price book: what usage is charged under it.' })
  @Needs('priceBook', 'currency')
  prices(@Root() { priceBook, currency }: Plan): UnitPrice[] {
    return priceBook.map((entry) => ({ ...entry, currency }));
  }
}
