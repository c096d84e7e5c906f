/** How a flag is changed. */
import { ArrayMaxSize, IsOptional, Length, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { JSONScalar, MutationPayload } from '../../../platform/graphql';
import { Environment } from '../../deployments';
import { FeatureFlag, FlagType } from './feature-flag.entity';
import { FlagChangeRequest } from './flag-change-request.entity';

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
    description:
      'Percentage of the people it applies to; absent = all. All rules of a flag draw alike: after a rule of 30 one of 50 gives another 20, and one of 30 nobody.',
  })
  @IsOptional()
  @Min(0)
  @Max(100)
  percentage?: number | null;
}

@InputType({ description: 'What another flag must give.' })
export class FlagPrerequisiteInput {
  @Field(() => ID, { description: 'The flag that is required.' })
  flagId!: string;

  @Field(() => JSONScalar, {
    description:
      'What it must give to the same person in the same environment: exactly this, of its type. The flag of a test gives the key of a variant.',
  })
  value!: unknown;
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

  @Field(() => JSONScalar, {
    nullable: true,
    description:
      'Of a JSON flag: the JSON Schema (2020-12) that every value of it fulfils, at most 20 000 letters; absent = any JSON value.',
  })
  valueSchema?: unknown;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether what changes its answers in production waits for somebody else’s approval.',
  })
  requiresReview!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether it is meant to stay, as a kill switch is: then it is never called stale.',
  })
  permanent!: boolean;
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

  @Field(() => [FlagPrerequisiteInput], {
    nullable: true,
    description:
      'All that other flags must give before its rules and its test apply, at most 5; chains of at most 5 flags, and no circles.',
  })
  @IsOptional()
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  prerequisites?: FlagPrerequisiteInput[] | null;

  @Field(() => JSONScalar, {
    nullable: true,
    description:
      'Of a JSON flag: the JSON Schema (2020-12) that its default and the values of its rules must fulfil from now on, at most 20 000 letters; null = any JSON value.',
  })
  valueSchema?: unknown;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether what changes its answers in production waits for somebody else’s approval. Taking that away waits for it too.',
  })
  requiresReview?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is meant to stay, as a kill switch is: then it is never called stale.',
  })
  permanent?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it should be removed, in your words; null = nobody says so. What is found by itself stays. Not together with permanent.',
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

@InputType({ description: 'Which flag to archive or restore, and why.' })
export class FeatureFlagArchiveInput {
  @Field(() => ID, { description: 'The flag.' })
  id!: string;

  @Field(() => String, { description: 'Why, 3–1000 letters; kept in its revisions.' })
  @Length(3, 1000)
  reason!: string;

  @Field(() => Int, { nullable: true, description: 'The revision that you saw; another one is a Conflict.' })
  expectedRevision?: number | null;
}

@InputType({ description: 'Which flag to switch off at once, where, and why.' })
export class FeatureFlagSwitchOffInput {
  @Field(() => ID, { description: 'The flag.' })
  id!: string;

  @Field(() => Environment, {
    defaultValue: Environment.PRODUCTION,
    description: 'Where everybody is to get its default.',
  })
  environment!: Environment;

  @Field(() => String, { description: 'What goes wrong, 10–1000 letters; kept in its revisions.' })
  @Length(10, 1000)
  reason!: string;
}

@ObjectType({ description: 'The changed flag, or the change that waits for review.' })
export class FeatureFlagPayload extends MutationPayload {
  @Field(() => FeatureFlag, {
    nullable: true,
    description: 'The flag as it now stands; null when there are errors.',
  })
  featureFlag?: FeatureFlag | null;

  @Field(() => FlagChangeRequest, {
    nullable: true,
    description:
      'The change, which is not made yet: somebody else must approve it first. null when it was made, or when there are errors.',
  })
  changeRequest?: FlagChangeRequest | null;
}

@InputType({ description: 'Which flags; absent fields leave nothing out.' })
export class FeatureFlagFilter {
  @Field(() => Boolean, {
    nullable: true,
    description: 'true = those that should be removed; false = the others.',
  })
  stale?: boolean | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'true = the archived ones; false = those in use.',
  })
  archived!: boolean;
}

@ObjectType({ description: 'That a flag has changed.' })
export class FeatureFlagChange {
  @Field(() => FeatureFlag, {
    nullable: true,
    description: 'The flag as it now stands; null in the first message, which says that the stream is open.',
  })
  featureFlag?: FeatureFlag | null;
}
