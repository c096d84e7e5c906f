/** What customers say when they subscribe, change, cancel or cap their spending. */
import { IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { BigIntScalar, DateTime } from '../../../platform/graphql';

const KEY = 'Repeating the call with the same key and input answers the first result and does nothing anew.';
const PLAN_CODE = /^[A-Z][A-Z0-9_]{1,30}$/;
const MAX_SEATS = 10_000;

@InputType({ description: 'Which plan to subscribe to.' })
export class SubscriptionCheckoutCreateInput {
  @Field(() => String, { description: 'Code of the plan, for example PRO.' })
  @Matches(PLAN_CODE)
  plan!: string;

  @Field(() => Int, { nullable: true, description: 'Number of seats; absent = 1.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS)
  quantity?: number | null;

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

  @Field(() => Int, { nullable: true, description: 'Number of seats; absent = as many as now.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS)
  quantity?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The `prorationDate` of the preview that is confirmed; absent = now. The preview ignores it.',
  })
  prorationDate?: Date | null;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Ends the paid plan with the period that is paid for.' })
export class SubscriptionCancelInput {
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

@InputType({ description: 'The most to spend on usage in a billing period.' })
export class SpendCapSetInput {
  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Minor units of the plan’s currency; null lifts the cap.',
  })
  amountMinor?: bigint | null;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
