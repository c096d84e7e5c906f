/** What a canary shows: how careful it is, what it saw of both versions, and what came of it. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import type { CanaryAction, CanaryReason } from './canary-decision';
import type { CanaryMetricName, CanaryVerdict } from './canary-metrics';

const CanaryMetric: { readonly [name in CanaryMetricName]: name } = {
  ERROR_RATE: 'ERROR_RATE',
  P99_LATENCY: 'P99_LATENCY',
  COST: 'COST',
  FEEDBACK_SCORE: 'FEEDBACK_SCORE',
  DRIFT: 'DRIFT',
};
registerEnumType(CanaryMetric, {
  name: 'CanaryMetric',
  description: 'By what a candidate is compared with the version that serves.',
  valuesConfig: {
    ERROR_RATE: {
      description:
        'Share of requests that the version failed. A deadline that passed counts where at least half of the usual one was left when the version was asked; completeWithinMs never does.',
    },
    P99_LATENCY: { description: 'Share of answers slower than 99 per cent of the baseline’s were.' },
    COST: { description: 'Mean cost of an answer, in minor units.' },
    FEEDBACK_SCORE: { description: 'Mean of what people said of answers, 0 (worst) to 1 (best).' },
    DRIFT: { description: 'Largest distance between the distributions of both versions’ scores.' },
  },
});

const CanaryVerdictName: { readonly [name in CanaryVerdict]: name } = {
  TOO_FEW: 'TOO_FEW',
  NO_WORSE: 'NO_WORSE',
  DOUBTFUL: 'DOUBTFUL',
  WORSE: 'WORSE',
};
registerEnumType(CanaryVerdictName, {
  name: 'CanaryVerdict',
  description: 'What a measure says of the candidate.',
  valuesConfig: {
    TOO_FEW: { description: 'Too few requests, or too few people, to say anything.' },
    NO_WORSE: { description: 'No sign that it is worse.' },
    DOUBTFUL: { description: 'Worse so far, but chance may explain it: the step waits.' },
    WORSE: { description: 'Worse beyond what chance and tolerance explain.' },
  },
});

const CanaryActionName: { readonly [name in CanaryAction]: name } = {
  WAIT: 'WAIT',
  PROMOTE: 'PROMOTE',
  ROLL_BACK: 'ROLL_BACK',
  PAUSE: 'PAUSE',
};
registerEnumType(CanaryActionName, {
  name: 'CanaryAction',
  description: 'What is done about a canary.',
  valuesConfig: {
    WAIT: { description: 'Nothing yet.' },
    PROMOTE: { description: 'On to the next step.' },
    ROLL_BACK: { description: 'Back to the version that served before.' },
    PAUSE: { description: 'A person must decide.' },
  },
});

const CanaryReasonName: { readonly [name in CanaryReason]: name } = {
  PREPARING: 'PREPARING',
  GATHERING: 'GATHERING',
  DOUBTFUL: 'DOUBTFUL',
  PAUSED: 'PAUSED',
  NO_WORSE: 'NO_WORSE',
  WORSE: 'WORSE',
  NOT_READY: 'NOT_READY',
  NEVER_ANSWERED: 'NEVER_ANSWERED',
  OUT_OF_TIME: 'OUT_OF_TIME',
};
registerEnumType(CanaryReasonName, {
  name: 'CanaryReason',
  description: 'Why that is done about a canary.',
  valuesConfig: {
    PREPARING: { description: 'The candidate is being made ready.' },
    GATHERING: { description: 'Requests, time or people are still missing.' },
    DOUBTFUL: {
      description:
        'A measure is worse so far, or a fall of the feedback score is not ruled out yet; more requests will tell.',
    },
    PAUSED: { description: 'It was paused.' },
    NO_WORSE: { description: 'No measure is worse.' },
    WORSE: { description: 'A measure is worse beyond chance.' },
    NOT_READY: { description: 'The candidate could not be made ready.' },
    NEVER_ANSWERED: { description: 'The candidate was asked and answered nobody.' },
    OUT_OF_TIME: { description: 'The step could not be judged in its time.' },
  },
});

@ObjectType({ description: 'What one measure says of the candidate, with its numbers.' })
export class CanaryCheckType {
  @Field(() => CanaryMetric, {
    description: 'What is compared between the candidate and the version that served.',
  })
  metric!: CanaryMetricName;

  @Field(() => CanaryVerdictName, {
    description: 'Whether the candidate is worse by it, beyond chance and `tolerance`.',
  })
  verdict!: CanaryVerdict;

  @Field(() => Float, { nullable: true, description: 'Of the version that served; null without data.' })
  baseline!: number | null;

  @Field(() => Float, { nullable: true, description: 'Of the candidate; null without data.' })
  candidate!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How much worse the candidate is, each step compared within itself; below 0 = better; null while there is too little.',
  })
  effect!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'It is at least so much worse, whenever one looks, but for the chance `alpha`; null while there is too little, or it says nothing.',
  })
  bound!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'It is at most so much worse, whenever one looks, but for the chance `falseRollbacks` of the policy. Of the feedback score alone, which must not fall by much before the candidate gets everything; null for the others and while there is too little.',
  })
  ceiling?: number | null;

  @Field(() => Float, { description: 'So much worse is taken for the same.' })
  tolerance!: number;

  @Field(() => Float, { description: 'Chance that the bound ever lies, all looks together.' })
  alpha!: number;

  @Field(() => Float, { description: 'Requests, or ratings, of the candidate.' })
  n!: number;
}

@ObjectType({ description: 'What was last decided about a canary, with the numbers of every measure.' })
export class CanaryDecisionType {
  @Field(() => CanaryActionName, { description: 'What is done.' })
  action!: CanaryAction;

  @Field(() => CanaryReasonName, { description: 'Why.' })
  reason!: CanaryReason;

  @Field(() => [CanaryCheckType], { description: 'What each measure says.' })
  checks!: CanaryCheckType[];

  @Field(() => DateTime, { description: 'When it was looked at.' })
  at!: Date;
}

@ObjectType({ description: 'How much worse is taken for the same.' })
export class CanaryTolerancesType {
  @Field(() => Float, { description: 'Share of failed requests above the baseline’s.' })
  errorRate!: number;

  @Field(() => Float, { description: 'Share of answers slower than the baseline’s p99, above its own.' })
  slowShare!: number;

  @Field(() => Float, { description: 'Cost above the baseline’s, as a part of that.' })
  cost!: number;

  @Field(() => Float, { description: 'Feedback score below the baseline’s.' })
  score!: number;

  @Field(() => Float, { description: 'Distance between the distributions of scores.' })
  drift!: number;
}

@ObjectType({ description: 'How careful a canary is.' })
export class CanaryPolicyType {
  @Field(() => [Int], { description: 'Percentages of the traffic, step by step.' })
  steps!: number[];

  @Field(() => Int, { description: 'Requests of the candidate in a step before the next one.' })
  minimumRequests!: number;

  @Field(() => Int, { description: 'Seconds that a step takes at least.' })
  minimumStepSeconds!: number;

  @Field(() => Int, { description: 'After so many seconds a candidate that answered nobody is rolled back.' })
  answerSeconds!: number;

  @Field(() => Int, { description: 'After so many seconds a step that cannot be judged is paused.' })
  stepSeconds!: number;

  @Field(() => Float, {
    description: 'Chance that a candidate which is no worse is rolled back, all measures and looks together.',
  })
  falseRollbacks!: number;

  @Field(() => CanaryTolerancesType, { description: 'How much worse is taken for the same.' })
  tolerances!: CanaryTolerancesType;
}

@ObjectType({ description: 'What a canary saw of one version during one step.' })
export class CanaryEvidenceType {
  versionId!: string;

  @Field(() => Int, { description: 'The step, from 1.' })
  step!: number;

  @Field(() => Float, { description: 'Requests that were answered or failed.' })
  requests!: number;

  @Field(() => Float, { description: 'Requests that failed, of `requests`.' })
  failed!: number;

  @Field(() => Float, { description: 'Requests whose client left before the answer.' })
  left!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds under which 99 per cent of the answers took, to 9 per cent; null without any.',
  })
  p99Ms!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean cost of an answer in minor units; null without.' })
  cost!: number | null;

  @Field(() => Float, { description: 'Words of people about answers.' })
  ratings!: number;

  @Field(() => Float, { nullable: true, description: 'Their mean, 0 to 1; null without any.' })
  score!: number | null;
}
