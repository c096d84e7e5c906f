/** How to train, as callers write it; everything left out has a value that is named. */
import { ArrayMaxSize, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import type { Loss } from '../../trainer/network/loss';
import type { Objective, RecipeKind, RecipeWish } from '../../trainer/recipe';
import { NetworkInput, networkOf } from './layer.input';
import {
  EarlyStoppingInput,
  LearningRateScheduleInput,
  LossName,
  OptimizerInput,
  optimizerOf,
  scheduleOf,
  TreeInput,
} from './learning.input';

const RecipeKindName: { readonly [kind in RecipeKind]: kind } = {
  DENSE_NETWORK: 'DENSE_NETWORK',
  NETWORK: 'NETWORK',
  LINEAR: 'LINEAR',
  DECISION_TREE: 'DECISION_TREE',
};

registerEnumType(RecipeKindName, {
  name: 'RecipeKind',
  description: 'What kind of model is trained.',
  valuesConfig: {
    DENSE_NETWORK: {
      description:
        'Dense layers with relu, then one that answers (sigmoid, softmax for several classes, linear for a regression): 64 and 64 unless you say otherwise.',
    },
    NETWORK: { description: 'The layers that you say in `network`, then one that answers.' },
    LINEAR: { description: 'Logistic regression, or linear regression: the interpretable baseline.' },
    DECISION_TREE: {
      description:
        'Questions about one input at a time: interpretable too, and it finds what depends on what.',
    },
  },
});

const ObjectiveName: { readonly [objective in Objective]: objective } = {
  CLASSIFICATION: 'CLASSIFICATION',
  REGRESSION: 'REGRESSION',
};

registerEnumType(ObjectiveName, {
  name: 'TrainingObjective',
  description: 'What is learned.',
  valuesConfig: {
    CLASSIFICATION: {
      description: 'Which rows are positive, or which class each belongs to, by the rule of the data set.',
    },
    REGRESSION: { description: 'The number in the label’s column itself.' },
  },
});

enum ClassWeighting {
  EQUAL_ROWS = 'EQUAL_ROWS',
  BALANCED = 'BALANCED',
}

registerEnumType(ClassWeighting, {
  name: 'ClassWeighting',
  description: 'What a row counts.',
  valuesConfig: {
    EQUAL_ROWS: { description: 'Each the same.' },
    BALANCED: { description: 'So that each class counts the same in all.' },
  },
});

@InputType({
  description:
    'How to train. Adam on the loss that suits what is learned; everything left out has the value that is named.',
})
export class TrainingRecipeInput {
  @Field(() => RecipeKindName, { description: 'What kind of model.' })
  kind!: RecipeKind;

  @Field(() => ObjectiveName, {
    nullable: true,
    description: 'What is learned; CLASSIFICATION. A REGRESSION needs a label that is a number.',
  })
  objective?: Objective | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Passes over the training part, 1–500; 10 for a network, 30 for a linear model.',
  })
  @IsOptional()
  @Min(1)
  @Max(500)
  epochs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Ends after this pass, although the learning-rate schedule is laid out for all of `epochs`, 1–500; after the last one.',
  })
  @IsOptional()
  @Min(1)
  @Max(500)
  stopAfterEpochs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Rows a step, 1–4096; 32.' })
  @IsOptional()
  @Min(1)
  @Max(4096)
  batchSize?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Size of the steps (Adam’s α), above 0 and at most 1; 0.01 for a DENSE_NETWORK, 0.001 for a NETWORK, 0.02 for a linear model.',
  })
  @IsOptional()
  @Min(1e-7)
  @Max(1)
  learningRate?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'What chance hangs on: split, first weights, order of rows, dropout; 1.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  seed?: number | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'DENSE_NETWORK: units of each hidden layer, 1–1024, at most 8 layers; [64, 64].',
  })
  @IsOptional()
  @ArrayMaxSize(8)
  @Min(1, { each: true })
  @Max(1024, { each: true })
  hiddenUnits?: number[] | null;

  @Field(() => Float, {
    nullable: true,
    description: 'DENSE_NETWORK: share of each hidden layer’s numbers left out while it learns, 0–0.9; 0.',
  })
  @IsOptional()
  @Min(0)
  @Max(0.9)
  dropout?: number | null;

  @Field(() => NetworkInput, { nullable: true, description: 'NETWORK: what it is built of.' })
  @IsOptional()
  @ValidateNested()
  network?: NetworkInput | null;

  @Field(() => TreeInput, { nullable: true, description: 'DECISION_TREE: how large it may grow.' })
  @IsOptional()
  @ValidateNested()
  tree?: TreeInput | null;

  @Field(() => LossName, {
    nullable: true,
    description: 'What is made small; by default what suits the objective and the label.',
  })
  loss?: Loss | null;

  @Field(() => OptimizerInput, { nullable: true, description: 'How steps are taken; ADAM.' })
  @IsOptional()
  @ValidateNested()
  optimizer?: OptimizerInput | null;

  @Field(() => LearningRateScheduleInput, {
    nullable: true,
    description: 'How the learning rate changes; CONSTANT.',
  })
  @IsOptional()
  @ValidateNested()
  schedule?: LearningRateScheduleInput | null;

  @Field(() => EarlyStoppingInput, { nullable: true, description: 'When it ends before its epochs; never.' })
  @IsOptional()
  @ValidateNested()
  earlyStopping?: EarlyStoppingInput | null;

  @Field(() => Float, { nullable: true, description: 'λ of λ Σ w², which keeps weights small, 0–1; 0.' })
  @IsOptional()
  @Min(0)
  @Max(1)
  l2?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Longest gradient, all weights together, above 0; gradients are never shortened.',
  })
  @IsOptional()
  @Min(1e-6)
  clipNorm?: number | null;

  @Field(() => ClassWeighting, { nullable: true, description: 'What a row counts; EQUAL_ROWS.' })
  classWeighting?: ClassWeighting | null;

  @Field(() => [Float], {
    nullable: true,
    description:
      'What a row of each class counts, in the order of the label’s classes; instead of `classWeighting`.',
  })
  @IsOptional()
  @ArrayMaxSize(1000)
  @Min(0, { each: true })
  @Max(1000, { each: true })
  classWeights?: number[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Processes that share each batch, 1–8; 1. The weights are those of one process at the same batch size, but for rounding.',
  })
  @IsOptional()
  @Min(1)
  @Max(8)
  workers?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Columns that must not be learned from, e.g. protected ones; none.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  excludedColumns?: string[] | null;
}

export function wishOf(input: TrainingRecipeInput): RecipeWish {
  const { network, tree, optimizer, schedule, earlyStopping, classWeighting, classWeights, ...plain } = input;
  return {
    ...plain,
    ...(network && networkOf(network)),
    tree: tree && { maxDepth: tree.maxDepth ?? 6, minLeafRows: tree.minLeafRows ?? 5 },
    optimizer: optimizer && optimizerOf(optimizer),
    schedule: schedule && scheduleOf(schedule),
    earlyStopping: earlyStopping && {
      patience: earlyStopping.patience,
      minDelta: earlyStopping.minDelta ?? 0,
    },
    classWeights: classWeights ?? (classWeighting === ClassWeighting.BALANCED ? 'BALANCED' : null),
  };
}
