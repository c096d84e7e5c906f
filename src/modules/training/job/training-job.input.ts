/** How a training is asked for, and which trainings are looked for. */
import {
  ArrayMaxSize,
  IsInt,
  IsOptional,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { NAME_PATTERN } from '../../models';
import { NAME_MESSAGE } from '../dataset/dataset.input';
import type { Objective, RecipeKind } from '../trainer/recipe';
import { TrainingJob } from './training-job.entity';

const RecipeKindName: { readonly [kind in RecipeKind]: kind } = {
  DENSE_NETWORK: 'DENSE_NETWORK',
  LINEAR: 'LINEAR',
};

registerEnumType(RecipeKindName, {
  name: 'RecipeKind',
  description: 'What kind of model is trained.',
  valuesConfig: {
    DENSE_NETWORK: {
      description:
        'Dense layers with relu, then one unit (sigmoid, or linear for a regression): 64 and 64 unless you say otherwise.',
    },
    LINEAR: { description: 'Logistic regression, or linear regression: the interpretable baseline.' },
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
    CLASSIFICATION: { description: 'Which rows are positive, by the rule of the data set: a probability.' },
    REGRESSION: { description: 'The number in the label’s column itself.' },
  },
});

@InputType({
  description:
    'How to train. Adam on binary cross-entropy, or on squared error for a regression; everything left out has the value that is named.',
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

  @Field(() => Int, { nullable: true, description: 'Rows a step, 1–4096; 32.' })
  @IsOptional()
  @Min(1)
  @Max(4096)
  batchSize?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Adam’s α, above 0 and at most 1; 0.01 for a network, 0.02 for a linear model.',
  })
  @IsOptional()
  @Min(1e-7)
  @Max(1)
  learningRate?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'What chance hangs on: split, first weights, order of rows; 1.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  seed?: number | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'Units of each hidden layer, 1–1024, at most 8 layers; [64, 64].',
  })
  @IsOptional()
  @ArrayMaxSize(8)
  @Min(1, { each: true })
  @Max(1024, { each: true })
  hiddenUnits?: number[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Columns that must not be learned from, e.g. protected ones; none.',
  })
  @IsOptional()
  @ArrayMaxSize(500)
  excludedColumns?: string[] | null;
}

@InputType({ description: 'A training.' })
export class TrainingJobCreateInput {
  @Field(() => ID, { description: 'The data.' })
  datasetVersionId!: string;

  @Field(() => String, {
    description: 'Name of the model that gets the new version; made at its first mention.',
  })
  @Matches(NAME_PATTERN, { message: NAME_MESSAGE })
  modelName!: string;

  @Field(() => TrainingRecipeInput, { description: 'How.' })
  @ValidateNested()
  recipe!: TrainingRecipeInput;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which trainings; all conditions must hold.' })
export class TrainingJobFilter {
  @Field(() => ID, { nullable: true, description: 'On this data.' })
  @IsOptional()
  datasetVersionId?: string | null;

  @Field(() => String, { nullable: true, description: 'For the model of this name.' })
  @IsOptional()
  @MaxLength(100)
  modelName?: string | null;
}

@ObjectType({ description: 'The training that was asked for.' })
export class TrainingJobPayload extends MutationPayload {
  @Field(() => TrainingJob, {
    nullable: true,
    description: 'Follow it by `trainingProgress`, or its `job` by `jobUpdated`. Null when there are errors.',
  })
  trainingJob?: TrainingJob | null;
}
