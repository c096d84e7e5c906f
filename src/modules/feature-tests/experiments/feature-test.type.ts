/** The parts of a feature test that have no table of their own: variants, plan, decision. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { MetricDirection, MetricKind } from './metric-plan';

registerEnumType(MetricKind, {
  name: 'MetricKind',
  description: 'How a metric is made from what was seen of each person.',
  valuesConfig: {
    MEAN: { description: 'The sum of all values over their number; people without a value do not count.' },
    CONVERSION: { description: 'The share of exposed people with at least one value.' },
  },
});

registerEnumType(MetricDirection, {
  name: 'MetricDirection',
  description: 'Which way is better.',
  valuesConfig: {
    HIGHER_IS_BETTER: { description: 'More is better, as with ratings.' },
    LOWER_IS_BETTER: { description: 'Less is better, as with latency.' },
  },
});

@ObjectType({ description: 'What people of one group get.' })
export class Variant {
  @Field(() => String, { description: 'Its key within the test. The first variant is the control.' })
  key!: string;

  versionId!: string;

  @Field(() => Int, { description: 'Percentage of the people in the test.' })
  weight!: number;
}

@ObjectType({ description: 'A metric of a test.' })
export class PlannedMetric {
  @Field(() => String, {
    description: 'Its name: `feedback_score`, `latency_ms`, `cost_minor`, or one that is sent with `track`.',
  })
  name!: string;

  @Field(() => MetricKind, { description: 'How it is made from what was seen of each person.' })
  kind!: MetricKind;

  @Field(() => MetricDirection, { description: 'Which way is better.' })
  direction!: MetricDirection;
}

@ObjectType({
  description: 'What was decided before the first person was exposed. Its hash is part of the results.',
})
export class TestPlan {
  @Field(() => PlannedMetric, { description: 'The one metric that decides.' })
  primaryMetric!: PlannedMetric;

  @Field(() => [PlannedMetric], { description: 'Metrics that must not get worse.' })
  guardrails!: PlannedMetric[];

  @Field(() => Float, { description: 'The smallest lift that matters, as a share: 0.05 = 5 %.' })
  minimumEffect!: number;

  @Field(() => Int, { description: 'People in all variants together for whom the test is planned.' })
  plannedSize!: number;

  @Field(() => Float, { description: 'The level of its intervals, e.g. 0.95.' })
  level!: number;
}

@ObjectType({ description: 'How a test ended.' })
export class TestDecision {
  @Field(() => String, { description: 'Key of the variant that was chosen; the control = nothing changes.' })
  variant!: string;

  @Field(() => String, { description: 'Why, in words.' })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was decided although it was not healthy; null when it was.',
  })
  overrideReason!: string | null;

  @Field(() => Boolean, { description: 'Whether every health check had passed.' })
  healthy!: boolean;

  @Field(() => String, { description: 'Hash of the results on which it was decided.' })
  resultsHash!: string;

  @Field(() => String, { description: 'Id of who decided.' })
  by!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: string;
}
