/** What staff say when they publish a version of a plan. */
import {
  ArrayMaxSize,
  IsEnum,
  IsInt,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { BigIntScalar, Decimal } from '../../../platform/graphql';
import { UsageUnit } from '../usage/price';
import { OveragePolicy, PlanFeature } from './entitlement-terms';
import { PlanInterval } from './plan.entity';

const MAX_DAYS = 365;
const MAX_WEIGHT = 1000;
const MAX_RATE = 10_000_000;

@InputType({ description: 'What one unit of usage is charged.' })
export class UnitPriceInput {
  @Field(() => UsageUnit, { description: 'The unit.' })
  @IsEnum(UsageUnit)
  unit!: UsageUnit;

  @Field(() => ID, {
    nullable: true,
    description: 'The model for which it holds; absent = every other model.',
  })
  @IsOptional()
  @Matches(/^mdl_[0-9a-z]{26}$/, { message: 'modelId must be the id of a model' })
  modelId?: string | null;

  @Field(() => Decimal, { description: 'Minor units for one unit; at most 12 places.' })
  unitAmount!: string;
}

@InputType({
  description: 'How fast the servers of a customer may call together, in units of operation cost.',
})
export class PlanRateInput {
  @Field(() => Int, { description: 'The most at once; at least what comes back in a second.' })
  @IsInt()
  @Min(1)
  @Max(MAX_RATE)
  burst!: number;

  @Field(() => Int, { description: 'What comes back each second.' })
  @IsInt()
  @Min(1)
  @Max(MAX_RATE)
  perSecond!: number;
}

@InputType({ description: 'A plan as it is to be sold from now on.' })
export class PlanPublishInput {
  @Field(() => String, { description: 'Code: that of a plan that there is makes its next version.' })
  @Length(2, 31)
  code!: string;

  @Field(() => String, { description: 'Name for people.' })
  @Length(1, 100)
  name!: string;

  @Field(() => BigIntScalar, { description: 'Minor units each interval; 0 for what is given or agreed.' })
  priceMinor!: bigint;

  @Field(() => String, { description: 'ISO 4217 code; all versions of a plan have the same.' })
  @Matches(/^[A-Z]{3}$/)
  currency!: string;

  @Field(() => PlanInterval, { defaultValue: PlanInterval.MONTH, description: 'How often the price is due.' })
  @IsEnum(PlanInterval)
  interval!: PlanInterval;

  @Field(() => Boolean, { description: 'Whether it can be bought by checkout.' })
  sellable!: boolean;

  @Field(() => Int, { defaultValue: 0, description: 'Days of trial; 0 = none.' })
  @IsInt()
  @Min(0)
  @Max(MAX_DAYS)
  trialDays!: number;

  @Field(() => Int, { defaultValue: 0, description: 'Days for which a late payment keeps the plan.' })
  @IsInt()
  @Min(0)
  @Max(MAX_DAYS)
  graceDays!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Requests in a billing period, for each seat; absent = without limit.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  requests?: number | null;

  @Field(() => OveragePolicy, { description: 'What happens at that limit.' })
  @IsEnum(OveragePolicy)
  overage!: OveragePolicy;

  @Field(() => Int, { description: 'Weight in the fair queue of inference.' })
  @IsInt()
  @Min(1)
  @Max(MAX_WEIGHT)
  weight!: number;

  @Field(() => [String], { nullable: true, description: 'Names of the models; absent = all.' })
  @IsOptional()
  @ArrayMaxSize(1000)
  models?: string[] | null;

  @Field(() => [PlanFeature], {
    nullable: true,
    description: 'Features; absent = all, an empty list = none.',
  })
  @IsOptional()
  features?: PlanFeature[] | null;

  @Field(() => PlanRateInput, { nullable: true, description: 'Rate of the API; absent = what everyone has.' })
  @IsOptional()
  @ValidateNested()
  rate?: PlanRateInput | null;

  @Field(() => [UnitPriceInput], {
    description:
      'The price book. REQUEST, CACHED_REQUEST, PROMPT_TOKEN and COMPLETION_TOKEN need a price for every model, be it 0.',
  })
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  prices!: UnitPriceInput[];

  @Field(() => Int, {
    nullable: true,
    description: 'The version that you began with, 0 for a plan that is new; another one is a Conflict.',
  })
  expectedVersion?: number | null;

  @Field(() => String, {
    description:
      'Repeating the call with the same key and input answers the first result and does nothing anew.',
  })
  @Length(1, 200)
  idempotencyKey!: string;
}
