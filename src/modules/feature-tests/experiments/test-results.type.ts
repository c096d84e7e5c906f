/** Results as GraphQL shows them: health first, then figures with intervals and verdicts. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { HealthCheckName, HealthStatus } from './test-health';
import { EstimateBasis, StatisticalMethod, Verdict } from './test-results';

registerEnumType(HealthCheckName, {
  name: 'HealthCheckName',
  description: 'What is checked before any figure is believed.',
  valuesConfig: {
    SAMPLE_RATIO_SEQUENTIAL: {
      description: 'Did the groups get their planned shares? May be looked at at any time.',
    },
    SAMPLE_RATIO_CHI_SQUARE: { description: 'The same by the chi-square test that people know.' },
    DOUBLE_EXPOSURE: { description: 'Did people meet more than one variant?' },
    ENOUGH_DATA: { description: 'Are there enough people in each group?' },
  },
});

registerEnumType(HealthStatus, {
  name: 'HealthStatus',
  description: 'How a health check came out.',
  valuesConfig: {
    PASSED: { description: 'Nothing is wrong.' },
    FAILED: { description: 'The figures cannot be believed.' },
    NOT_ENOUGH_DATA: { description: 'It cannot be said yet.' },
  },
});

registerEnumType(StatisticalMethod, {
  name: 'StatisticalMethod',
  description: 'How an interval was made.',
  valuesConfig: {
    CONFIDENCE_SEQUENCE: {
      description: 'May be looked at at any time: its level holds over all looks together.',
    },
    WELCH_T: {
      description:
        'Welch’s t: valid once, so it is that of the first look at the planned size, and stays as it was; shown from there on.',
    },
  },
});

registerEnumType(EstimateBasis, {
  name: 'EstimateBasis',
  description: 'On what a lift rests.',
  valuesConfig: {
    RAW: { description: 'On what was seen in the test alone.' },
    CUPED: {
      description:
        'Adjusted for how the same people differed before the test, which shrinks the interval and cannot shift the lift.',
    },
  },
});

registerEnumType(Verdict, {
  name: 'Verdict',
  description: 'What may be concluded about a variant.',
  valuesConfig: {
    REFERENCE: { description: 'The control, with which the others are compared.' },
    BETTER: { description: 'The whole interval lies on the better side of zero.' },
    WORSE: { description: 'The whole interval lies on the worse side of zero.' },
    EQUIVALENT: { description: 'Whatever difference there is, it is smaller than the one that matters.' },
    UNDECIDED: { description: 'Both are still possible.' },
    NOT_ENOUGH_DATA: { description: 'Too few people for any statement.' },
  },
});

@ObjectType({ description: 'One check of whether the figures can be believed.' })
export class HealthCheck {
  @Field(() => HealthCheckName, { description: 'What was checked.' })
  name!: HealthCheckName;

  @Field(() => HealthStatus, { description: 'How it came out.' })
  status!: HealthStatus;

  @Field(() => Float, { description: 'The figure it rests on: a chance, a share or a number of people.' })
  value!: number;

  @Field(() => String, { description: 'In words, with the numbers.' })
  detail!: string;
}

@ObjectType({ description: 'The same difference, estimated in the way that does not decide.' })
export class OtherEstimate {
  @Field(() => EstimateBasis, { description: 'On what it rests.' })
  basis!: EstimateBasis;

  @Field(() => Float, { description: 'Relative difference to the control, 0.1 = 10 % more.' })
  lift!: number;

  @Field(() => [Float], {
    description: 'Lower and upper bound of the lift, of this look alone, at the level of the result.',
  })
  interval!: readonly number[];
}

@ObjectType({
  description:
    'The lift in the words of Bayes. Good to talk about; it decides nothing, because looked at every day it would call too much better.',
})
export class BayesianResult {
  @Field(() => Float, {
    description: 'Chance that the variant is better than the control, by however little, from 0 to 1.',
  })
  chanceToWin!: number;

  @Field(() => Float, {
    description:
      'What choosing the variant costs on average should it be worse, as a share of the control’s value: small = safe to choose.',
  })
  expectedLoss!: number;

  @Field(() => [Float], {
    description:
      'Lower and upper bound between which the lift lies with the chance that the plan’s level says.',
  })
  interval!: readonly number[];
}

@ObjectType({ description: 'One metric of one variant.' })
export class MetricResult {
  @Field(() => String, {
    description: 'Name of the metric; of a quantile `p99(latency_ms)`.',
  })
  metric!: string;

  @Field(() => String, { description: 'Key of the variant.' })
  variant!: string;

  @Field(() => Int, { description: 'People on whom the value rests.' })
  n!: number;

  @Field(() => Float, { description: 'The value of the metric; 0 when nobody has one.' })
  value!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Relative difference to the control, 0.1 = 10 % more; null for the control and while it cannot be said.',
  })
  lift!: number | null;

  @Field(() => [Float], {
    nullable: true,
    description: 'Lower and upper bound of the lift; null where there is no lift.',
  })
  interval!: readonly number[] | null;

  @Field(() => Float, {
    description:
      'The chance with which the interval holds the true lift; higher than planned where comparisons share the level.',
  })
  level!: number;

  @Field(() => StatisticalMethod, { description: 'How the interval was made.' })
  method!: StatisticalMethod;

  @Field(() => Verdict, { description: 'What may be concluded.' })
  verdict!: Verdict;

  @Field(() => EstimateBasis, { description: 'On what lift, interval and verdict rest.' })
  basis!: EstimateBasis;

  @Field(() => OtherEstimate, {
    nullable: true,
    description:
      'The estimate that does not decide; null where the plan does not ask for CUPED, and where nothing was seen of anybody before.',
  })
  otherEstimate!: OtherEstimate | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Share of the variance that CUPED takes out: 0.5 = half as many people do. Null where there is no adjusted estimate.',
  })
  varianceReduction!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The smallest lift that so many people show with the planned power by one look; null where there is no lift.',
  })
  detectableLift!: number | null;

  @Field(() => BayesianResult, {
    nullable: true,
    description: 'The lift in the words of Bayes; null where there is no lift. Decides nothing.',
  })
  bayesian!: BayesianResult | null;
}

@ObjectType({
  description:
    'How far a test has to go, for one treatment and the primary metric, reckoned from where it stands.',
})
export class TestOutlook {
  @Field(() => String, { description: 'Key of the variant.' })
  variant!: string;

  @Field(() => Int, { description: 'People in all variants together so far.' })
  people!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Chance that the planned number of people shows the smallest lift that matters, if it is there; null while it cannot be said.',
  })
  power!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'People in all variants together who show the smallest lift that matters with the planned power, by one look at the end; null while it cannot be said, and beyond two billion.',
  })
  peopleNeeded!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The same for the interval that may be looked at at any time, which asks for more; null as above.',
  })
  peopleNeededWatched!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many of `peopleNeeded` are still to come; null while it cannot be said.',
  })
  remainingPeople!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'New people a day, of the last seven days or since the start; null in the first hour and once the test has ended.',
  })
  peoplePerDay!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When `peopleNeeded` will be there at this pace; null while it cannot be said, when nobody comes, and once the test has ended.',
  })
  expectedAt!: Date | string | null;
}

@ObjectType({ description: 'What a test has shown so far. Look at `health` first.' })
export class TestResults {
  @Field(() => [HealthCheck], { description: 'Whether the figures can be believed.' })
  health!: HealthCheck[];

  @Field(() => [MetricResult], {
    description: 'By metric, the primary one first, and variant, the control first.',
  })
  metrics!: MetricResult[];

  @Field(() => [TestOutlook], {
    description: 'How far the test has to go, by the primary metric: one for each treatment.',
  })
  outlook!: TestOutlook[];

  @Field(() => DateTime, {
    description: 'When they were worked out; of a test that has ended, when it ended.',
  })
  updatedAt!: Date | string;
}

@ObjectType({ description: 'Which variant of which test an answer was part of.' })
export class Assignment {
  @Field(() => String, { description: 'Key of the test.' })
  test!: string;

  @Field(() => String, { description: 'Key of the variant.' })
  variant!: string;
}
