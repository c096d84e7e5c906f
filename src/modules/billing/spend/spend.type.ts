/** What customers see of their spending in the present billing period. */
import { Field, ObjectType } from 'type-graphql';
import type { Period } from '../../../kernel/period';
import { Decimal, MoneyType, MutationPayload, PeriodType } from '../../../platform/graphql';
import { SpendCapKind } from './spend-cap';
import { UsageAlert } from './usage-alert.entity';

@ObjectType({ description: 'What usage costs in the present billing period, and what caps it.' })
export class Spending {
  @Field(() => PeriodType, { description: 'The billing period, half-open.' })
  period!: Period;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'The cap on what is owed; null when there is none.',
  })
  cap!: MoneyType | null;

  @Field(() => SpendCapKind, { nullable: true, description: 'What the cap does; null when there is none.' })
  capKind!: SpendCapKind | null;

  @Field(() => Decimal, { description: 'Usage by the price book, in minor units, unrounded.' })
  charged!: string;

  @Field(() => Decimal, {
    description: 'What of it credits paid, or was taken back, in minor units, unrounded.',
  })
  credited!: string;

  @Field(() => MoneyType, { description: 'The rest, which is owed; rounded once.' })
  owed!: MoneyType;

  @Field(() => [UsageAlert], { description: 'Thresholds that were reached in this period, in order.' })
  alerts!: UsageAlert[];
}

@ObjectType({ description: 'The cap on spending as it stands now.' })
export class SpendCapPayload extends MutationPayload {
  @Field(() => MoneyType, { nullable: true, description: 'The cap; null when there is none, or errors.' })
  spendCap?: MoneyType | null;

  @Field(() => SpendCapKind, {
    nullable: true,
    description: 'What it does; null when there is none, or errors.',
  })
  kind?: SpendCapKind | null;
}
