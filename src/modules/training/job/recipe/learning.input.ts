/** How steps are taken and when learning ends, as callers write it. */
import { Max, Min } from 'class-validator';
import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import type { Loss } from '../../trainer/network/loss';
import type { OptimizerKind, OptimizerSettings } from '../../trainer/network/optimizer';
import { CONSTANT, type Schedule, type ScheduleKind } from '../../trainer/network/schedule';

export const LossName: { readonly [loss in Loss]: loss } = {
  MEAN_SQUARED_ERROR: 'MEAN_SQUARED_ERROR',
  BINARY_CROSS_ENTROPY: 'BINARY_CROSS_ENTROPY',
  SOFTMAX_CROSS_ENTROPY: 'SOFTMAX_CROSS_ENTROPY',
};

registerEnumType(LossName, {
  name: 'TrainingLoss',
  description: 'What is made small.',
  valuesConfig: {
    MEAN_SQUARED_ERROR: { description: 'Mean of (answer − truth)²; the only one for a regression.' },
    BINARY_CROSS_ENTROPY: { description: '−y ln p − (1 − y) ln(1 − p), for yes or no.' },
    SOFTMAX_CROSS_ENTROPY: { description: '−ln of the probability of the true class, for several classes.' },
  },
});

const OptimizerKindName: { readonly [kind in OptimizerKind]: kind } = {
  SGD: 'SGD',
  MOMENTUM: 'MOMENTUM',
  RMSPROP: 'RMSPROP',
  ADAM: 'ADAM',
};

registerEnumType(OptimizerKindName, {
  name: 'OptimizerKind',
  description: 'How steps are taken.',
  valuesConfig: {
    SGD: { description: 'Against the gradient.' },
    MOMENTUM: { description: 'Against the gradient, and on with a share of the last step.' },
    RMSPROP: { description: 'Each weight’s step by the size of its recent gradients.' },
    ADAM: { description: 'Both, with bias correction: β₁ 0.9, β₂ 0.999, ε 1e-8.' },
  },
});

@InputType({ description: 'How steps are taken.' })
export class OptimizerInput {
  @Field(() => OptimizerKindName, { description: 'Which rule.' })
  kind!: OptimizerKind;

  @Field(() => Float, { nullable: true, description: 'MOMENTUM: share of the last step, 0–0.999; 0.9.' })
  @Min(0)
  @Max(0.999)
  momentum?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'RMSPROP: share of the mean of squares that stays, 0–0.999; 0.9.',
  })
  @Min(0)
  @Max(0.999)
  decay?: number | null;
}

const ScheduleKindName: { readonly [kind in ScheduleKind]: kind } = {
  CONSTANT: 'CONSTANT',
  STEP: 'STEP',
  EXPONENTIAL: 'EXPONENTIAL',
  COSINE: 'COSINE',
};

registerEnumType(ScheduleKindName, {
  name: 'LearningRateScheduleKind',
  description: 'How the learning rate changes.',
  valuesConfig: {
    CONSTANT: { description: 'Not at all.' },
    STEP: { description: 'Times `factor` every `everyEpochs` epochs.' },
    EXPONENTIAL: { description: 'Times `factor` each epoch.' },
    COSINE: { description: 'Down to nothing along half a cosine.' },
  },
});

@InputType({ description: 'How the learning rate changes with the epochs.' })
export class LearningRateScheduleInput {
  @Field(() => ScheduleKindName, { description: 'By which curve the learning rate falls.' })
  kind!: ScheduleKind;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of STEP and EXPONENTIAL: what the rate is multiplied by, 0.01–1; 0.5 unless told otherwise.',
  })
  @Min(0.01)
  @Max(1)
  factor?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of STEP: epochs between two falls, 1–500; 10 unless told otherwise.',
  })
  @Min(1)
  @Max(500)
  everyEpochs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Epochs at the beginning in which the rate rises in equal steps, 0–100; 0 unless told otherwise.',
  })
  @Min(0)
  @Max(100)
  warmUpEpochs?: number | null;
}

@InputType({
  description: 'Ends when the validation loss no longer falls; the weights of the best epoch are kept.',
})
export class EarlyStoppingInput {
  @Field(() => Int, { description: 'Epochs without a better loss, 1–100.' })
  @Min(1)
  @Max(100)
  patience!: number;

  @Field(() => Float, { nullable: true, description: 'By how much it must be better, 0–10; 0.' })
  @Min(0)
  @Max(10)
  minDelta?: number | null;
}

@InputType({ description: 'How large a tree may grow.' })
export class TreeInput {
  @Field(() => Int, { nullable: true, description: 'Questions one after the other, 1–20; 6.' })
  @Min(1)
  @Max(20)
  maxDepth?: number | null;

  @Field(() => Int, { nullable: true, description: 'Rows that a leaf needs, 1–100000; 5.' })
  @Min(1)
  @Max(100_000)
  minLeafRows?: number | null;
}

export function optimizerOf({ kind, momentum, decay }: OptimizerInput): OptimizerSettings {
  return { kind, momentum: momentum ?? 0.9, decay: decay ?? 0.9 };
}

export function scheduleOf({ kind, factor, everyEpochs, warmUpEpochs }: LearningRateScheduleInput): Schedule {
  return {
    kind,
    factor: factor ?? CONSTANT.factor,
    everyEpochs: everyEpochs ?? CONSTANT.everyEpochs,
    warmUpEpochs: warmUpEpochs ?? 0,
  };
}
