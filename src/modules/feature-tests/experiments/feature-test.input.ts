/** How tests are planned, started, stopped, decided and found. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { FeatureTest, FeatureTestState } from './feature-test.entity';
import {
  CupedInput,
  EffectPriorInput,
  KEY,
  KEY_MESSAGE,
  MultiplicityInput,
  PlannedMetricInput,
} from './test-plan.input';

@InputType({ description: 'A group of a test.' })
export class VariantInput {
  @Field(() => String, { description: 'Its key within the test.' })
  @Matches(KEY, { message: KEY_MESSAGE })
  key!: string;

  @Field(() => ID, { description: 'The model version its people get; one of the deployment’s routes.' })
  versionId!: string;

  @Field(() => Int, { description: 'Percentage of the people in the test, 1–99.' })
  @Min(1)
  @Max(99)
  weight!: number;
}

@InputType({ description: 'The test to plan.' })
export class FeatureTestCreateInput {
  @Field(() => String, { description: 'Its key, unique; also the key of its flag.' })
  @Matches(KEY, { message: KEY_MESSAGE })
  key!: string;

  @Field(() => String, { description: 'What is believed, in words, 10–2000 letters.' })
  @Length(10, 2000)
  hypothesis!: string;

  @Field(() => ID, { description: 'The deployment on which people are exposed.' })
  deploymentId!: string;

  @Field(() => [VariantInput], {
    description: '2–5 variants, the control first; the weights must sum to 100.',
  })
  @ArrayMinSize(2)
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  variants!: VariantInput[];

  @Field(() => PlannedMetricInput, { description: 'The one metric that decides.' })
  @ValidateNested()
  primaryMetric!: PlannedMetricInput;

  @Field(() => [PlannedMetricInput], {
    defaultValue: [],
    description: 'Up to 5 metrics that must not get worse.',
  })
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  guardrails!: PlannedMetricInput[];

  @Field(() => Float, {
    defaultValue: 0.05,
    description: 'The smallest lift that matters, as a share: 0.05 = 5 %.',
  })
  @Min(0.001)
  @Max(10)
  minimumEffect!: number;

  @Field(() => Int, { defaultValue: 1000, description: 'People in all variants together, 60–100 000 000.' })
  @Min(60)
  @Max(100_000_000)
  plannedSize!: number;

  @Field(() => Float, { defaultValue: 0.95, description: 'The level of its intervals, 0.8–0.999.' })
  @Min(0.8)
  @Max(0.999)
  level!: number;

  @Field(() => Float, {
    defaultValue: 0.8,
    description: 'The chance with which the smallest lift that matters is to be found, 0.5–0.99.',
  })
  @Min(0.5)
  @Max(0.99)
  power!: number;

  @Field(() => CupedInput, {
    nullable: true,
    description:
      'Sharpens means and conversions by what was seen of the same people before they met the test; absent = no.',
  })
  @IsOptional()
  @ValidateNested()
  cuped?: CupedInput | null;

  @Field(() => MultiplicityInput, {
    nullable: true,
    description: 'How many comparisons at once are dealt with; absent = each stands alone at the level.',
  })
  @IsOptional()
  @ValidateNested()
  multiplicity?: MultiplicityInput | null;

  @Field(() => EffectPriorInput, {
    nullable: true,
    description: 'The prior of the Bayesian figures, which never decide anything; absent = flat.',
  })
  @IsOptional()
  @ValidateNested()
  prior?: EffectPriorInput | null;
}

@InputType({ description: 'The test to start.' })
export class FeatureTestStartInput {
  @Field(() => ID, { description: 'The test, in state DRAFT.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The version that you saw; another one is a Conflict.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'The test to stop.' })
export class FeatureTestStopInput {
  @Field(() => ID, { description: 'The test, in state RUNNING.' })
  id!: string;

  @Field(() => String, { description: 'Why, 3–2000 letters.' })
  @Length(3, 2000)
  reason!: string;

  @Field(() => Int, { nullable: true, description: 'The version that you saw; another one is a Conflict.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'How to end a test.' })
export class FeatureTestDecideInput {
  @Field(() => ID, { description: 'The test, in state RUNNING or STOPPED.' })
  id!: string;

  @Field(() => String, { description: 'Key of the variant that is chosen; the control = nothing changes.' })
  variant!: string;

  @Field(() => String, { description: 'Why, 3–2000 letters.' })
  @Length(3, 2000)
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Decides although the test is not healthy; the reason, 10–1000 letters, is kept and shown in reports.',
  })
  @IsOptional()
  @Length(10, 1000)
  overrideReason?: string | null;

  @Field(() => Int, { nullable: true, description: 'The version that you saw; another one is a Conflict.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which tests; absent = all.' })
export class FeatureTestFilter {
  @Field(() => FeatureTestState, { nullable: true, description: 'In this state.' })
  state?: FeatureTestState | null;

  @Field(() => ID, { nullable: true, description: 'On this deployment.' })
  deploymentId?: string | null;
}

@ObjectType({ description: 'The test that was planned, started, stopped or decided.' })
export class FeatureTestPayload extends MutationPayload {
  @Field(() => FeatureTest, { nullable: true, description: 'The test; null when there are errors.' })
  featureTest?: FeatureTest | null;
}
