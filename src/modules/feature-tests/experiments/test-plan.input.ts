/** What a test plans, as staff say it: metrics, and how their figures will be read. */
import { IsOptional, Matches, Max, Min } from 'class-validator';
import { Field, Float, InputType, Int } from 'type-graphql';
import { CupedUse, MultiplicityMethod, MultiplicityScope } from './analysis-plan';
import { MetricDirection, MetricKind } from './metric-plan';

export const KEY = /^[A-Za-z0-9_.-]{1,100}$/;
export const KEY_MESSAGE = 'A key has 1–100 letters, digits, dots, hyphens and underscores.';

@InputType({ description: 'A metric of a test.' })
export class PlannedMetricInput {
  @Field(() => String, {
    description:
      '`feedback_score`, `latency_ms`, `cost_minor`, or the name of one that is sent with `track`.',
  })
  @Matches(KEY, { message: KEY_MESSAGE })
  name!: string;

  @Field(() => MetricKind, {
    nullable: true,
    description: 'For tracked metrics; absent = MEAN. QUANTILE, COUNT and RATIO also for those of the house.',
  })
  kind?: MetricKind | null;

  @Field(() => MetricDirection, {
    nullable: true,
    description:
      'For tracked metrics, and for a COUNT or RATIO of any; absent = HIGHER_IS_BETTER, but a RATIO of what is better when lower is that too.',
  })
  direction?: MetricDirection | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'With kind QUANTILE, and only there: which, as a share from 0.01 to 0.999. 0.5 = the median.',
  })
  @IsOptional()
  @Min(0.01)
  @Max(0.999)
  quantile?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'With kind RATIO, and only there: the name of the metric to divide by. `cost_minor` by `checkout` is what a checkout costs.',
  })
  @IsOptional()
  @Matches(KEY, { message: KEY_MESSAGE })
  denominator?: string | null;
}

@InputType({
  description: 'Taking out of the figures how people differed before the test already (CUPED).',
})
export class CupedInput {
  @Field(() => CupedUse, { description: 'Which estimate decides.' })
  use!: CupedUse;

  @Field(() => Int, {
    defaultValue: 28,
    description: 'How many days before a person’s first exposure are looked at, 1–365.',
  })
  @Min(1)
  @Max(365)
  days!: number;
}

@InputType({ description: 'How many comparisons at once are dealt with.' })
export class MultiplicityInput {
  @Field(() => MultiplicityMethod, { description: 'What is promised.' })
  method!: MultiplicityMethod;

  @Field(() => MultiplicityScope, {
    defaultValue: MultiplicityScope.ALL,
    description: 'For which comparisons.',
  })
  scope!: MultiplicityScope;
}

@InputType({
  description: 'What is believed about the lift before anything is measured: a normal distribution.',
})
export class EffectPriorInput {
  @Field(() => Float, {
    defaultValue: 0,
    description: 'The lift that is expected, as a share from −10 to 10; 0 = none.',
  })
  @Min(-10)
  @Max(10)
  mean!: number;

  @Field(() => Float, {
    description: 'How far from it the lift may well be, as a share from 0.0001 to 100: 0.1 = 10 %.',
  })
  @Min(0.0001)
  @Max(100)
  standardDeviation!: number;
}
