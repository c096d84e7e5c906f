/** What revenue and margin would have been under other prices, beside what they were. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { BigIntScalar, Decimal, MoneyType, PeriodType } from '../../../platform/graphql';

@ObjectType({
  description: 'What was, or would have been, charged and spent. Amounts are rounded once each.',
})
export class PricingBill {
  @Field(() => MoneyType, {
    description:
      'For plans: what was paid a month at the end of each month, as `movements` close. Trials pay nothing.',
  })
  plans!: MoneyType;

  @Field(() => MoneyType, { description: 'For usage, by the price book.' })
  usage!: MoneyType;

  @Field(() => Decimal, { description: 'The same for usage, in minor units, unrounded.' })
  usageExact!: string;

  @Field(() => MoneyType, { description: '`plans` and `usage` together.' })
  revenue!: MoneyType;

  @Field(() => MoneyType, { description: 'What devices and remote engines cost, in USD.' })
  cost!: MoneyType;

  @Field(() => MoneyType, {
    description:
      'Gross margin: `revenue` less `cost`. In another currency than costs are in nothing is taken off: there are no exchange rates.',
  })
  margin!: MoneyType;

  @Field(() => Float, {
    nullable: true,
    description:
      'Margin as a part of revenue; null without revenue, and in another currency than costs are in.',
  })
  marginRatio!: number | null;
}

@ObjectType({ description: 'As it was beside as it would have been.' })
export class PricingComparison {
  @Field(() => PricingBill, { description: 'As it was.' })
  before!: PricingBill;

  @Field(() => PricingBill, { description: 'As it would have been.' })
  after!: PricingBill;

  @Field(() => MoneyType, { description: 'Revenue after less revenue before, rounded once.' })
  difference!: MoneyType;

  @Field(() => BigIntScalar, {
    description: 'Requests that a lower limit would have refused: neither charged nor a cost in `after`.',
  })
  refusedRequests!: bigint;
}

@ObjectType({ description: 'What other prices would mean for one plan.' })
export class PlanPricingWhatIf {
  @Field(() => String, { description: 'Code of the plan; all its versions.' })
  plan!: string;

  @Field(() => Int, {
    description: 'Customers who used or paid something under it; who changed plans is in both.',
  })
  customers!: number;

  @Field(() => PricingComparison, { description: 'What was used and paid under it. Adds up over plans.' })
  comparison!: PricingComparison;
}

@ObjectType({ description: 'What other prices would mean for one customer.' })
export class CustomerPricingWhatIf {
  /** To whose object the resolver leads. */
  readonly customerId!: string;

  @Field(() => PricingComparison, { description: 'Under all plans that it was on.' })
  comparison!: PricingComparison;

  @Field(() => Decimal, { description: 'By how much its demand is assumed to be multiplied; 1 = unchanged.' })
  demand!: string;

  @Field(() => Boolean, {
    description: 'Whether it would owe more than its spend cap in some billing period.',
  })
  exceedsSpendCap!: boolean;
}

@ObjectType({ description: 'A quantile of what customers would pay more, or less.' })
export class PricingQuantile {
  @Field(() => Float, { description: 'The part of them, 0–1.' })
  share!: number;

  @Field(() => MoneyType, { description: 'So many of them pay at most so much more, or less: nearest rank.' })
  amount!: MoneyType;
}

@ObjectType({ description: 'Customers whose bills would move one way.' })
export class PricingSideOfCustomers {
  @Field(() => Int, { description: 'How many customers are on this side.' })
  customers!: number;

  @Field(() => MoneyType, { description: 'How much in all, without a sign.' })
  amount!: MoneyType;

  @Field(() => [PricingQuantile], { description: 'By how much: at 10, 25, 50, 75 and 90 %. None of nobody.' })
  quantiles!: PricingQuantile[];
}

@ObjectType({
  description:
    'Spend caps as they are set now, of plans in the currency of the view, against what billing periods that the months touch come to. Credits are taken to pay what they paid.',
})
export class PricingSpendCaps {
  @Field(() => Int, { description: 'Customers who owed more than their cap in some period as it was.' })
  exceededBefore!: number;

  @Field(() => Int, { description: 'Customers who would have.' })
  exceededAfter!: number;

  @Field(() => MoneyType, {
    description: 'What would be owed beyond hard caps. It is in `after`, but a hard cap refuses it.',
  })
  beyondHardCaps!: MoneyType;
}

@ObjectType({
  description:
    'What revenue and margin of some months would have been under other prices, by the very rating that bills. Nothing is changed by asking. Before taxes, discounts and prorations, which are Stripe’s.',
})
export class PricingWhatIfReport {
  @Field(() => PeriodType, { description: 'The months, as a half-open period.' })
  period!: PeriodType;

  @Field(() => Decimal, {
    description: 'The elasticity of demand that was assumed. An assumption, and nothing that was measured.',
  })
  assumedElasticity!: string;

  @Field(() => PricingComparison, { description: 'Of all customers.' })
  total!: PricingComparison;

  @Field(() => [PlanPricingWhatIf], { description: 'By plan, by its code.' })
  plans!: PlanPricingWhatIf[];

  @Field(() => PricingSideOfCustomers, { description: 'Those who would pay more.' })
  more!: PricingSideOfCustomers;

  @Field(() => PricingSideOfCustomers, { description: 'Those who would pay less.' })
  less!: PricingSideOfCustomers;

  @Field(() => Int, { description: 'Customers whose bill, in whole minor units, stays.' })
  unchangedCustomers!: number;

  @Field(() => PricingSpendCaps, { description: 'Whose spend caps would be passed.' })
  spendCaps!: PricingSpendCaps;

  @Field(() => Int, {
    description:
      'Customers who pay another price for their plan than its own; what they pay for it is left as it was.',
  })
  ownPriceCustomers!: number;

  @Field(() => Decimal, {
    description:
      'What usage was charged less what the rating makes of it by the prices of then, in minor units. 0, or the last places of device time, which is cut for each request; carried over unchanged.',
  })
  unexplained!: string;

  /** Those whose bill moves most, first. */
  readonly moved!: readonly CustomerPricingWhatIf[];
}
