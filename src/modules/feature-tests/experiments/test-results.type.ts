/** Results as GraphQL shows them: health first, then figures with intervals and verdicts. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { HealthCheckName, HealthStatus } from './test-health';
import { StatisticalMethod, Verdict } from './test-results';

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
    WELCH_T: { description: 'Welch’s t: valid at the planned size; shown from there on.' },
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

@ObjectType({ description: 'One metric of one variant.' })
export class MetricResult {
  @Field(() => String, { description: 'Name of the metric.' })
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

  @Field(() => Float, { description: 'The chance with which the interval holds the true lift.' })
  level!: number;

  @Field(() => StatisticalMethod, { description: 'How the interval was made.' })
  method!: StatisticalMethod;

  @Field(() => Verdict, { description: 'What may be concluded.' })
  verdict!: Verdict;
}

@ObjectType({ description: 'What a test has shown so far. Look at `health` first.' })
export class TestResults {
  @Field(() => [HealthCheck], { description: 'Whether the figures can be believed.' })
  health!: HealthCheck[];

  @Field(() => [MetricResult], {
    description: 'By metric, the primary one first, and variant, the control first.',
  })
  metrics!: MetricResult[];

  @Field(() => DateTime, { description: 'When they were worked out.' })
  updatedAt!: Date | string;
}

@ObjectType({ description: 'Which variant of which test an answer was part of.' })
export class Assignment {
  @Field(() => String, { description: 'Key of the test.' })
  test!: string;

  @Field(() => String, { description: 'Key of the variant.' })
  variant!: string;
}
