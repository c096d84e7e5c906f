/** Usage seen from other sides: by who called, by whom it was for, and under another plan. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { Period } from '../../../kernel/period';
import { BigIntScalar, Decimal, MoneyType, PeriodType } from '../../../platform/graphql';
import { Plan } from '../plan/plan.entity';

@ObjectType({ description: 'Usage of one caller: an API key, a member or an end user’s token.' })
export class UsageByCaller {
  @Field(() => ID, {
    nullable: true,
    description: 'Its id, for `node(id)`; null for calls of the house itself.',
  })
  callerId!: string | null;

  @Field(() => BigIntScalar, { description: 'Requests, those that were given an earlier answer included.' })
  requests!: bigint;

  @Field(() => Decimal, {
    description: 'What they are charged by the price book, in minor units, unrounded.',
  })
  amount!: string;

  @Field(() => String, { description: 'ISO 4217 code of the amount.' })
  currency!: string;
}

@ObjectType({ description: 'Usage that was for one of the customer’s end users.' })
export class UsageByEndUser {
  /** The person, to whose object the resolver leads. */
  endUserId!: string | null;

  @Field(() => BigIntScalar, { description: 'Requests, those that were given an earlier answer included.' })
  requests!: bigint;

  @Field(() => Decimal, {
    description: 'What they are charged by the price book, in minor units, unrounded.',
  })
  amount!: string;

  @Field(() => String, { description: 'ISO 4217 code of the amount.' })
  currency!: string;
}

@ObjectType({
  description:
    'What real usage would have come to under another plan: its price each billing period and seat, its price book, its limit.',
})
export class UsageWhatIf {
  @Field(() => Plan, { description: 'The other plan.' })
  plan!: Plan;

  @Field(() => PeriodType, { description: 'The time of the usage, half-open.' })
  period!: Period;

  @Field(() => MoneyType, { description: 'The plan’s price, once for each billing period begun, all seats.' })
  planCharge!: MoneyType;

  @Field(() => MoneyType, { description: 'Usage by the plan’s price book, rounded once.' })
  usageCharge!: MoneyType;

  @Field(() => MoneyType, { description: '`planCharge` and `usageCharge` together.' })
  total!: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      'This total less the one of the plan in force; below 0 = the other one is cheaper. Null in another currency.',
  })
  difference!: MoneyType | null;

  @Field(() => BigIntScalar, {
    description: 'Requests that the plan would have refused at its limit; they are not charged here.',
  })
  refusedRequests!: bigint;
}
