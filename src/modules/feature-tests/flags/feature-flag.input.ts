/** How a flag is changed. */
import { ArrayMaxSize, IsOptional, Length, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { JSONScalar, MutationPayload } from '../../../platform/graphql';
import { Environment } from '../../deployments';
import { FeatureFlag, FlagType } from './feature-flag.entity';

@InputType({ description: 'One rule of a flag.' })
export class FlagRuleInput {
  @Field(() => JSONScalar, {
    nullable: true,
    description:
      'A MongoDB-style condition on `id` (the end user), `customerId` and, where no test is behind the flag, whatever the context of a caller of the open doors says; absent = everyone.',
  })
  condition?: Record<string, unknown> | null;

  @Field(() => JSONScalar, { description: 'The value it gives. Of the type of the flag.' })
  value!: unknown;

  @Field(() => Float, {
    nullable: true,
    description: 'Percentage of the people it applies to; absent = all.',
  })
  @IsOptional()
  @Min(0)
  @Max(100)
  percentage?: number | null;
}

@InputType({ description: 'Whether a flag is on in an environment.' })
export class FlagEnvironmentInput {
  @Field(() => Environment, { description: 'The environment.' })
  environment!: Environment;

  @Field(() => Boolean, { description: 'Whether rules and tests apply there.' })
  enabled!: boolean;
}

@InputType({ description: 'The flag to make.' })
export class FeatureFlagCreateInput {
  @Field(() => String, {
    description:
      'Its key, by which programs ask for it: 1–100 letters, digits, dots, hyphens and underscores.',
  })
  @Matches(/^[A-Za-z0-9_.-]{1,100}$/, {
    message: 'A key has 1–100 letters, digits, dots, hyphens and underscores.',
  })
  key!: string;

  @Field(() => FlagType, { description: 'What kind of value it has.' })
  type!: FlagType;

  @Field(() => JSONScalar, { description: 'The value when no rule applies. Of that type.' })
  defaultValue!: unknown;
}

@InputType({ description: 'What to change of a flag; absent = unchanged.' })
export class FeatureFlagUpdateInput {
  @Field(() => JSONScalar, { nullable: true, description: 'The value when no rule applies.' })
  defaultValue?: unknown;

  @Field(() => [FlagRuleInput], { nullable: true, description: 'All its rules in order, at most 20.' })
  @IsOptional()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  rules?: FlagRuleInput[] | null;

  @Field(() => [FlagEnvironmentInput], {
    nullable: true,
    description: 'Where it is on or off; environments not named stay as they are.',
  })
  @IsOptional()
  @ValidateNested({ each: true })
  environments?: FlagEnvironmentInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it should be removed; null = it is of use again.',
  })
  @IsOptional()
  @Length(3, 1000)
  stale?: string | null;

  @Field(() => String, { description: 'Why, 3–1000 letters; kept in its revisions.' })
  @Length(3, 1000)
  reason!: string;

  @Field(() => Int, { nullable: true, description: 'The revision that you saw; another one is a Conflict.' })
  expectedRevision?: number | null;
}

@ObjectType({ description: 'The changed flag.' })
export class FeatureFlagPayload extends MutationPayload {
  @Field(() => FeatureFlag, {
    nullable: true,
    description: 'The flag as it now stands; null when there are errors.',
  })
  featureFlag?: FeatureFlag | null;
}

@ObjectType({ description: 'That a flag has changed.' })
export class FeatureFlagChange {
  @Field(() => FeatureFlag, {
    nullable: true,
    description: 'The flag as it now stands; null in the first message, which says that the stream is open.',
  })
  featureFlag?: FeatureFlag | null;
}
