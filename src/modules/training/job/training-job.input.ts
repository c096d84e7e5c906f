/** How a training is asked for, and which trainings are looked for. */
import { IsOptional, Length, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { NAME_PATTERN } from '../../models';
import { NAME_MESSAGE } from '../dataset/dataset.input';
import { PreparationInput } from '../preparation/preparation.input';
import { TrainingRecipeInput } from './recipe/training-recipe.input';
import { TrainingJob } from './training-job.entity';

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

  @Field(() => PreparationInput, {
    nullable: true,
    description:
      'What is done to the columns first; absent = numbers are standardised, categories become one number each.',
  })
  @IsOptional()
  @ValidateNested()
  preparation?: PreparationInput | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Seconds on the device, interrupted attempts included, after which it pauses; resume it with more. No limit when left out.',
  })
  @IsOptional()
  @Min(0.001)
  @Max(10_000_000)
  budgetDeviceSeconds?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A version to compare the new one with, on the same held-out rows.',
  })
  @IsOptional()
  compareWithVersionId?: string | null;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which training is to pause.' })
export class TrainingJobPauseInput {
  @Field(() => ID, { description: 'The training.' })
  id!: string;
}

@InputType({ description: 'Which training is to go on.' })
export class TrainingJobResumeInput {
  @Field(() => ID, { description: 'The training.' })
  id!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'The new limit on seconds on the device, in all; the old one stands when left out.',
  })
  @IsOptional()
  @Min(0.001)
  @Max(10_000_000)
  budgetDeviceSeconds?: number | null;
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

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: trials of searches alone. False: those that were asked for by themselves. Both when left out.',
  })
  @IsOptional()
  isTrial?: boolean | null;
}

@ObjectType({ description: 'The training in question.' })
export class TrainingJobPayload extends MutationPayload {
  @Field(() => TrainingJob, {
    nullable: true,
    description: 'Follow it by `trainingProgress`, or its `job` by `jobUpdated`. Null when there are errors.',
  })
  trainingJob?: TrainingJob | null;
}
