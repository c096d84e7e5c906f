/** What customers say when they subscribe, change, cancel or cap their spending. */
import { IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { Field, InputType, Int, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { LossReason } from './loss-reason';
import { SubscriptionMoment } from './plan-choice';

registerEnumType(SubscriptionMoment, {
  name: 'SubscriptionMoment',
  description: 'When a change of a subscription takes place.',
  valuesConfig: {
    NOW: { description: 'At once.' },
    PERIOD_END: { description: 'With the end of the period that is paid for.' },
  },
});

const KEY = 'Repeating the call with the same key and input answers the first result and does nothing anew.';
const PLAN_CODE = /^[A-Z][A-Z0-9_]{1,30}$/;
const MAX_SEATS = 10_000;

@InputType({ description: 'Which plan to subscribe to.' })
export class SubscriptionCheckoutCreateInput {
  @Field(() => String, { description: 'Code of the plan, for example PRO.' })
  @Matches(PLAN_CODE)
  plan!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of seats; absent = 1. Each costs the price of the plan and brings its requests.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS)
  quantity?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Begin with the days of trial that the plan offers; absent = no. One an account, and one a card. Usage in a trial costs nothing and uses no credits; the plan’s limit for one seat refuses.',
  })
  trial?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'A promotion code; absent = the person may type one on the page.',
  })
  @IsOptional()
  @Length(1, 100)
  promotionCode?: string | null;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which plan to change to.' })
export class SubscriptionChangeInput {
  @Field(() => String, { description: 'Code of the plan, for example SCALE.' })
  @Matches(PLAN_CODE)
  plan!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Number of seats; absent = as many as now. Each costs the price of the plan and brings its requests.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS)
  quantity?: number | null;

  @Field(() => SubscriptionMoment, {
    nullable: true,
    description:
      'When; absent = now where as much or more is paid, with the end of the period where less is.',
  })
  when?: SubscriptionMoment | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The `prorationDate` of the preview that is confirmed; absent = now. The preview ignores it.',
  })
  prorationDate?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether an end that is planned is taken back with the change, once it is paid; absent = no, and the subscription ends when it would have. A change with the end of the period always takes its place.',
  })
  resume?: boolean | null;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Takes back an end or a change that is planned.' })
export class SubscriptionResumeInput {
  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Ends the paid plan.' })
export class SubscriptionCancelInput {
  @Field(() => SubscriptionMoment, {
    nullable: true,
    description:
      'When; absent = with the end of the period. What is paid for and not used is not given back.',
  })
  when?: SubscriptionMoment | null;

  @Field(() => LossReason, { nullable: true, description: 'Why, if you like to say.' })
  reason?: LossReason | null;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Opens the page for card, invoices and subscription.' })
export class BillingPortalCreateInput {
  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
