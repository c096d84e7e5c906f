/** What staff see of earnings and costs, by whatever they belong to. */
import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { BigIntScalar, DateTime, Decimal, MoneyType } from '../../../platform/graphql';

export enum MarginDimension {
  CUSTOMER = 'CUSTOMER',
  PLAN = 'PLAN',
  MODEL = 'MODEL',
  DEPLOYMENT = 'DEPLOYMENT',
}

registerEnumType(MarginDimension, {
  name: 'MarginDimension',
  description: 'By what earnings and costs are told apart.',
  valuesConfig: {
    CUSTOMER: { description: 'Whose requests they were.' },
    PLAN: { description: 'Under which version of a plan.' },
    MODEL: { description: 'Which model answered.' },
    DEPLOYMENT: { description: 'Which deployment answered.' },
  },
});

@ObjectType({
  description:
    'Earnings and costs of one combination of what was asked for, in one currency. Costs are in USD: where usage is charged in another currency, its cost stands in a line of its own, and neither is added to the other. Staff only.',
})
export class MarginLine {
  @Field(() => ID, { nullable: true, description: 'The customer; null unless asked for by CUSTOMER.' })
  customerId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The version of the plan; null unless asked for by PLAN.' })
  planId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The model; null unless asked for by MODEL.' })
  modelId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The deployment; null unless asked for by DEPLOYMENT, or without one.',
  })
  deploymentId!: string | null;

  @Field(() => BigIntScalar, { description: 'Requests that were charged in this currency.' })
  requests!: bigint;

  @Field(() => Decimal, { description: 'Their device time in milliseconds.' })
  deviceMs!: string;

  @Field(() => MoneyType, { description: 'Usage by the price book, rounded once.' })
  revenue!: MoneyType;

  @Field(() => MoneyType, {
    description: 'Cost of devices and remote engines as far as it is in this currency, rounded once.',
  })
  cost!: MoneyType;

  @Field(() => MoneyType, { description: 'Revenue less cost, rounded once.' })
  margin!: MoneyType;

  @Field(() => Decimal, { description: 'The margin in minor units, unrounded.' })
  marginExact!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Margin as a part of revenue; null without revenue, and where the costs are in another currency.',
  })
  ratio!: number | null;
}

@ObjectType({
  description:
    'That a customer cost more than it was charged. Told once a billing period; of who is charged in another currency than costs are in only as long as it was charged nothing.',
})
export class MarginAlert {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => DateTime, { description: 'Start of its billing period.' })
  periodStart!: Date;

  @Field(() => Decimal, {
    description: 'What was charged when it was seen, in minor units of USD, unrounded.',
  })
  revenue!: string;

  @Field(() => Decimal, { description: 'What it cost then, in minor units of USD, unrounded.' })
  cost!: string;

  @Field(() => DateTime, { description: 'When it was seen.' })
  createdAt!: Date;
}
