/** How a search is asked for, and which searches are looked for. */
import { IsOptional, Length, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MutationPayload, OneOf } from '../../../platform/graphql';
import { NAME_PATTERN } from '../../models';
import { NAME_MESSAGE } from '../dataset/dataset.input';
import { TrainingRecipeInput } from '../job/recipe/training-recipe.input';
import { PreparationInput } from '../preparation/preparation.input';
import type { Halving } from './halving';
import type { Objective } from './objective';
import { TrainingSearchSpaceInput } from './search-space.input';
import { ObjectiveName, TrainingSearch } from './training-search.entity';
import type { Strategy } from './trials';

const MOST_TRIALS = 256;

@InputType({ description: 'Every point of the space is tried.' })
class GridSearchInput {
  @Field(() => Int, {
    defaultValue: MOST_TRIALS,
    description: 'A grid with more points than this is refused, with their number; 1–256.',
  })
  @Min(1)
  @Max(MOST_TRIALS)
  maxTrials!: number;
}

@InputType({ description: 'Some points of the space, drawn by chance, none twice.' })
class RandomSearchInput {
  @Field(() => Int, { description: 'How many, 1–256; fewer when the space has fewer.' })
  @Min(1)
  @Max(MOST_TRIALS)
  trials!: number;

  @Field(() => Int, {
    defaultValue: 1,
    description:
      'What drawing hangs on: the same seed draws the same trials. The recipe has a seed of its own.',
  })
  @Min(0)
  @Max(1_000_000)
  seed!: number;
}

@OneOf()
@InputType({ description: 'Which points of the space are tried.' })
class TrainingSearchStrategyInput {
  @Field(() => GridSearchInput, { nullable: true, description: 'Every combination of the space.' })
  @ValidateNested()
  grid?: GridSearchInput | null;

  @Field(() => RandomSearchInput, { nullable: true, description: 'Combinations drawn by chance.' })
  @ValidateNested()
  random?: RandomSearchInput | null;
}

@InputType({
  description:
    'Successive halving (Jamieson, Talwalkar 2016): all trials learn a little, of each rung the best go on from where they stand.',
})
class SuccessiveHalvingInput implements Halving {
  @Field(() => Int, { defaultValue: 3, description: 'Of so many trials one goes on, 2–10.' })
  @Min(2)
  @Max(10)
  eta!: number;

  @Field(() => Int, {
    defaultValue: 1,
    description:
      'Epochs of the first rung, 1–500, below those of the recipe; each rung has `eta` times as many.',
  })
  @Min(1)
  @Max(500)
  minEpochs!: number;
}

@InputType({ description: 'A search over recipes.' })
export class TrainingSearchCreateInput {
  @Field(() => ID, { description: 'The data.' })
  datasetVersionId!: string;

  @Field(() => String, {
    description: 'Name of the model that gets the best trial as a version; made at its first mention.',
  })
  @Matches(NAME_PATTERN, { message: NAME_MESSAGE })
  modelName!: string;

  @Field(() => TrainingRecipeInput, {
    description:
      'The base. Its seed, split and everything that the space does not name are those of every trial.',
  })
  @ValidateNested()
  recipe!: TrainingRecipeInput;

  @Field(() => PreparationInput, {
    nullable: true,
    description: 'What is done to the columns first, in every trial; as for a training when left out.',
  })
  @IsOptional()
  @ValidateNested()
  preparation?: PreparationInput | null;

  @Field(() => TrainingSearchSpaceInput, { description: 'What is tried.' })
  @ValidateNested()
  space!: TrainingSearchSpaceInput;

  @Field(() => TrainingSearchStrategyInput, { description: 'Which points of the space.' })
  @ValidateNested()
  strategy!: TrainingSearchStrategyInput;

  @Field(() => SuccessiveHalvingInput, {
    nullable: true,
    description: 'Leaves trials behind that do badly; without it each learns to its end.',
  })
  @IsOptional()
  @ValidateNested()
  halving?: SuccessiveHalvingInput | null;

  @Field(() => ObjectiveName, {
    defaultValue: ObjectiveName.VALIDATION_LOSS,
    description: 'By what trials are held against each other; always by the validation part.',
  })
  objective!: Objective;

  @Field(() => Float, {
    nullable: true,
    description:
      'Seconds on the device for all trials together. Once they are spent, the best trial until then becomes the version; before the first score the search pauses. No limit when left out.',
  })
  @IsOptional()
  @Min(0.001)
  @Max(10_000_000)
  budgetDeviceSeconds?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A version to compare the best trial with, on the same held-out rows.',
  })
  @IsOptional()
  compareWithVersionId?: string | null;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

export function strategyOf({ grid, random }: TrainingSearchStrategyInput): Strategy {
  if (grid) return { kind: 'GRID', maxTrials: grid.maxTrials };
  const { trials, seed } = random!;
  return { kind: 'RANDOM', trials, seed };
}

@InputType({ description: 'Which search is to pause.' })
export class TrainingSearchPauseInput {
  @Field(() => ID, { description: 'The search.' })
  id!: string;
}

@InputType({ description: 'Which search is to go on.' })
export class TrainingSearchResumeInput {
  @Field(() => ID, { description: 'The search.' })
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

@InputType({ description: 'Which searches; all conditions must hold.' })
export class TrainingSearchFilter {
  @Field(() => ID, { nullable: true, description: 'On this data.' })
  @IsOptional()
  datasetVersionId?: string | null;

  @Field(() => String, { nullable: true, description: 'For the model of this name.' })
  @IsOptional()
  @MaxLength(100)
  modelName?: string | null;
}

@ObjectType({ description: 'The search in question.' })
export class TrainingSearchPayload extends MutationPayload {
  @Field(() => TrainingSearch, {
    nullable: true,
    description:
      'Follow it by `trainingSearchProgress`, or its `job` by `jobUpdated`. Null when there are errors.',
  })
  trainingSearch?: TrainingSearch | null;
}
