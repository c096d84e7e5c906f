/** What a test plans, as GraphQL shows it: metrics, and how their figures will be read. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CupedUse, MultiplicityMethod, MultiplicityScope } from './analysis-plan';
import { MetricDirection, MetricKind } from './metric-plan';

registerEnumType(MetricKind, {
  name: 'MetricKind',
  description: 'How a metric is made from what was seen of each person.',
  valuesConfig: {
    MEAN: { description: 'The sum of all values over their number; people without a value do not count.' },
    CONVERSION: { description: 'The share of exposed people with at least one value.' },
    COUNT: { description: 'How many values an exposed person has on average, whatever these say.' },
    RATIO: {
      description:
        'The sum of all values of one metric over the sum of those of another, e.g. revenue per checkout; people with neither do not count. Its interval knows that the same people make both.',
    },
    QUANTILE: {
      description:
        'The value that a given share of all values do not exceed, e.g. the p99 of the waiting time. Its interval knows that one person has many values. For metrics with many different values.',
    },
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

registerEnumType(CupedUse, {
  name: 'CupedUse',
  description: 'Which estimate decides when what people did before the test is taken into account (CUPED).',
  valuesConfig: {
    BESIDE: { description: 'The plain one decides; the adjusted one stands beside it.' },
    INSTEAD: {
      description:
        'The adjusted one decides, with a narrower interval; the plain one stands beside it. Where nothing was seen of anybody before, the plain one decides.',
    },
  },
});

registerEnumType(MultiplicityMethod, {
  name: 'MultiplicityMethod',
  description: 'What is promised when many comparisons are made at once.',
  valuesConfig: {
    HOLM: {
      description:
        'At most the chance 1 − level that anything at all is called different without being so. While the test runs, over all looks together.',
    },
    BENJAMINI_HOCHBERG: {
      description:
        'Of all that is called different, at most the share 1 − level is not, on average. While the test runs by e-values (e-BH).',
    },
  },
});

registerEnumType(MultiplicityScope, {
  name: 'MultiplicityScope',
  description: 'Which comparisons share the level.',
  valuesConfig: {
    PRIMARY: {
      description:
        'Those of the primary metric, one a treatment. Each guardrail keeps the full level, so that harm is noticed as early as ever.',
    },
    ALL: { description: 'Those of all metrics with all treatments.' },
  },
});

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

  @Field(() => Float, {
    nullable: true,
    description:
      'Of a QUANTILE: which, as a share, e.g. 0.99; null for other kinds. Results call the metric `p99(latency_ms)`.',
  })
  quantile?: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Of a RATIO: the metric that it is divided by; null for other kinds. Results call the metric `revenue/checkout`.',
  })
  denominator?: string;
}

@ObjectType({
  description: 'Taking out of the figures how people differed before the test already (CUPED).',
})
export class PlannedCuped {
  @Field(() => CupedUse, { description: 'Which estimate decides.' })
  use!: CupedUse;

  @Field(() => Int, { description: 'How many days before a person’s first exposure are looked at.' })
  days!: number;
}

@ObjectType({ description: 'How many comparisons at once are dealt with.' })
export class PlannedMultiplicity {
  @Field(() => MultiplicityMethod, { description: 'What is promised.' })
  method!: MultiplicityMethod;

  @Field(() => MultiplicityScope, { description: 'For which comparisons.' })
  scope!: MultiplicityScope;
}

@ObjectType({
  description: 'What was believed about the lift before anything was measured: a normal distribution.',
})
export class PlannedPrior {
  @Field(() => Float, { description: 'The lift that was expected, as a share; 0 = none.' })
  mean!: number;

  @Field(() => Float, { description: 'How far from it the lift may well be, as a share.' })
  standardDeviation!: number;
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

  @Field(() => Float, {
    nullable: true,
    description:
      'The chance with which the smallest lift that matters is to be found; null in plans from before it was asked for, which are read with 0.8.',
  })
  power?: number | null;

  @Field(() => PlannedCuped, {
    nullable: true,
    description: 'Whether what people did before the test sharpens the figures; null = no.',
  })
  cuped?: PlannedCuped | null;

  @Field(() => PlannedMultiplicity, {
    nullable: true,
    description: 'How many comparisons at once are dealt with; null = each stands alone at the level.',
  })
  multiplicity?: PlannedMultiplicity | null;

  @Field(() => PlannedPrior, {
    nullable: true,
    description: 'The prior of the Bayesian figures; null = flat, only the data speak.',
  })
  prior?: PlannedPrior | null;
}
