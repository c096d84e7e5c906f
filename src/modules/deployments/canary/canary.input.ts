/** How a canary is started, and what a person may do about it. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length, Max, Min, ValidateNested } from 'class-validator';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { DEFAULT_POLICY } from './canary-policy';

const DAY = 24 * 3600;

@InputType({ description: 'How much worse is taken for the same; what is left out is as usual.' })
export class CanaryTolerancesInput {
  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.tolerances.errorRate,
    description: 'Share of failed requests above the baseline’s, 0–1.',
  })
  @Min(0)
  @Max(1)
  errorRate!: number;

  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.tolerances.slowShare,
    description: 'Share of answers slower than the baseline’s p99, above its own, 0–1.',
  })
  @Min(0)
  @Max(1)
  slowShare!: number;

  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.tolerances.cost,
    description: 'Cost above the baseline’s, as a part of that, 0–10.',
  })
  @Min(0)
  @Max(10)
  cost!: number;

  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.tolerances.score,
    description: 'Feedback score below the baseline’s, 0–1.',
  })
  @Min(0)
  @Max(1)
  score!: number;

  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.tolerances.drift,
    description:
      'Distance between the distributions of scores, 0–1. It says that they moved, not which version is right: for a candidate that is meant to score otherwise, say more; 1 = any.',
  })
  @Min(0)
  @Max(1)
  drift!: number;
}

@InputType({ description: 'The candidate to try, and how carefully.' })
export class DeploymentCanaryStartInput {
  @Field(() => ID, { description: 'The deployment; one version must have all of its traffic.' })
  id!: string;

  @Field(() => ID, { description: 'The candidate.' })
  versionId!: string;

  @Field(() => [Int], {
    defaultValue: [...DEFAULT_POLICY.steps],
    description: 'Percentages of the traffic, growing, at most 20, the last one 100.',
  })
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @Min(1, { each: true })
  @Max(100, { each: true })
  steps!: number[];

  @Field(() => Int, {
    defaultValue: DEFAULT_POLICY.minimumRequests,
    description: 'Requests of the candidate in a step before the next one, 1–1,000,000.',
  })
  @Min(1)
  @Max(1_000_000)
  minimumRequests!: number;

  @Field(() => Int, {
    defaultValue: DEFAULT_POLICY.minimumStepSeconds,
    description: 'Seconds that a step takes at least, 0–604,800.',
  })
  @Min(0)
  @Max(7 * DAY)
  minimumStepSeconds!: number;

  @Field(() => Int, {
    defaultValue: DEFAULT_POLICY.answerSeconds,
    description: 'After so many seconds a candidate that answered nobody is rolled back, 1–604,800.',
  })
  @Min(1)
  @Max(7 * DAY)
  answerSeconds!: number;

  @Field(() => Int, {
    defaultValue: DEFAULT_POLICY.stepSeconds,
    description: 'After so many seconds a step that cannot be judged is paused, 1–2,592,000.',
  })
  @Min(1)
  @Max(30 * DAY)
  stepSeconds!: number;

  @Field(() => Float, {
    defaultValue: DEFAULT_POLICY.falseRollbacks,
    description: 'Chance that a candidate which is no worse is rolled back, 0.0001–0.5.',
  })
  @Min(0.0001)
  @Max(0.5)
  falseRollbacks!: number;

  @Field(() => CanaryTolerancesInput, {
    nullable: true,
    description: 'How much worse is taken for the same; null = as usual.',
  })
  @IsOptional()
  @ValidateNested()
  tolerances?: CanaryTolerancesInput | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the deployment that you saw; another one is a Conflict.',
  })
  expectedVersion?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Starts it although the gate refuses; the reason, 10–1000 letters, is kept and shown in reports.',
  })
  @IsOptional()
  @Length(10, 1000)
  overrideReason?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'The deployment whose canary is meant, and why.' })
export class DeploymentCanaryActInput {
  @Field(() => ID, { description: 'The deployment.' })
  id!: string;

  @Field(() => String, { description: 'Why, 3–1000 letters; kept in its history.' })
  @Length(3, 1000)
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
