/** The plans on sale, open to everyone. */
import { FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { money } from '../../../kernel/money';
import { moneyOf, MoneyType, Needs } from '../../../platform/graphql';
import { Public } from '../../identity';
import { Entitlement, entitlementsOf, UnitPrice } from './entitlement.type';
import { Plan } from './plan.entity';
import type { PlanService } from './plan.service';

@Resolver(() => Plan)
export class PlanResolver {
  constructor(private readonly plans: PlanService) {}

  @Query(() => [Plan], { name: 'plans', description: 'The plans on sale, cheapest first. Open to everyone.' })
  @Public()
  plansOnSale(): Promise<Plan[]> {
    return this.plans.onSale();
  }

  @FieldResolver(() => MoneyType, { description: 'What it costs each interval.' })
  @Needs('priceMinor', 'currency')
  price(@Root() { priceMinor, currency }: Plan): MoneyType {
    return moneyOf(money(BigInt(priceMinor), currency));
  }

  @FieldResolver(() => [Entitlement], { description: 'What it entitles to.' })
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
