/** Where a search looks, as callers write it: every dimension has a type of its own. */
import { ArrayMaxSize, Max, Min, ValidateNested } from 'class-validator';
import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import { OneOf } from '../../../platform/graphql';
import { networkOf, NetworkInput } from '../job/recipe/layer.input';
import {
  LearningRateScheduleInput,
  OptimizerInput,
  optimizerOf,
  scheduleOf,
} from '../job/recipe/learning.input';
import type { Dimension, DimensionName, Scale } from './search-space';

const MOST_VALUES = 100;

const ScaleName: { readonly [scale in Scale]: scale } = {
  LINEAR: 'LINEAR',
  LOGARITHMIC: 'LOGARITHMIC',
};

registerEnumType(ScaleName, {
  name: 'SearchScale',
  description: 'How a range is gone through.',
  valuesConfig: {
    LINEAR: { description: 'Evenly.' },
    LOGARITHMIC: {
      description: 'Evenly by powers: as many values between 0.001 and 0.01 as between 0.01 and 0.1.',
    },
  },
});

const POINTS =
  'GRID: into how many values it is cut, both ends among them, 1–100; needed there. RANDOM draws anywhere within.';

@InputType({ description: 'A range of numbers.' })
class SearchRangeInput {
  @Field(() => Float, { description: 'The least.' })
  min!: number;

  @Field(() => Float, { description: 'The most.' })
  max!: number;

  @Field(() => ScaleName, { defaultValue: ScaleName.LINEAR, description: 'How it is gone through.' })
  scale!: Scale;

  @Field(() => Int, { nullable: true, description: POINTS })
  @Min(1)
  @Max(MOST_VALUES)
  points?: number | null;
}

@InputType({ description: 'A range of whole numbers.' })
class SearchWholeRangeInput {
  @Field(() => Int, { description: 'The least.' })
  min!: number;

  @Field(() => Int, { description: 'The most.' })
  max!: number;

  @Field(() => ScaleName, { defaultValue: ScaleName.LINEAR, description: 'How it is gone through.' })
  scale!: Scale;

  @Field(() => Int, { nullable: true, description: POINTS })
  @Min(1)
  @Max(MOST_VALUES)
  points?: number | null;
}

@OneOf()
@InputType({ description: 'Numbers to try: these, or some of a range.' })
class SearchNumbersInput {
  @Field(() => [Float], { nullable: true, description: 'These, each once.' })
  @ArrayMaxSize(MOST_VALUES)
  values?: number[] | null;

  @Field(() => SearchRangeInput, { nullable: true, description: 'Some between these two.' })
  @ValidateNested()
  range?: SearchRangeInput | null;
}

@OneOf()
@InputType({ description: 'Whole numbers to try: these, or some of a range.' })
class SearchWholeNumbersInput {
  @Field(() => [Int], { nullable: true, description: 'These, each once.' })
  @ArrayMaxSize(MOST_VALUES)
  values?: number[] | null;

  @Field(() => SearchWholeRangeInput, { nullable: true, description: 'Some between these two.' })
  @ValidateNested()
  range?: SearchWholeRangeInput | null;
}

@InputType({
  description: 'What is tried, by dimension; what is left out stays as the base recipe has it. At least one.',
})
export class TrainingSearchSpaceInput {
  @Field(() => SearchNumbersInput, {
    nullable: true,
    description: 'Size of the steps, 1e-7 to 1; a LOGARITHMIC range suits it.',
  })
  @ValidateNested()
  learningRate?: SearchNumbersInput | null;

  @Field(() => SearchNumbersInput, { nullable: true, description: 'λ of λ Σ w², 0 to 1.' })
  @ValidateNested()
  l2?: SearchNumbersInput | null;

  @Field(() => SearchNumbersInput, {
    nullable: true,
    description: 'DENSE_NETWORK: share of each hidden layer’s numbers left out while it learns, 0 to 0.9.',
  })
  @ValidateNested()
  dropout?: SearchNumbersInput | null;

  @Field(() => SearchWholeNumbersInput, { nullable: true, description: 'Rows a step, 1 to 4096.' })
  @ValidateNested()
  batchSize?: SearchWholeNumbersInput | null;

  @Field(() => SearchWholeNumbersInput, {
    nullable: true,
    description: 'Passes over the training part, 1 to 500; not with halving, which rations them.',
  })
  @ValidateNested()
  epochs?: SearchWholeNumbersInput | null;

  @Field(() => [[Int]], {
    nullable: true,
    description:
      'DENSE_NETWORK: lists of the units of the hidden layers, e.g. [[32], [64, 64]]: at most 8 layers of 1 to 1024.',
  })
  @ArrayMaxSize(MOST_VALUES)
  hiddenUnits?: number[][] | null;

  @Field(() => [NetworkInput], { nullable: true, description: 'NETWORK: whole networks.' })
  @ArrayMaxSize(MOST_VALUES)
  @ValidateNested({ each: true })
  networks?: NetworkInput[] | null;

  @Field(() => [OptimizerInput], { nullable: true, description: 'How steps are taken.' })
  @ArrayMaxSize(MOST_VALUES)
  @ValidateNested({ each: true })
  optimizers?: OptimizerInput[] | null;

  @Field(() => [LearningRateScheduleInput], {
    nullable: true,
    description: 'How the learning rate changes with the epochs.',
  })
  @ArrayMaxSize(MOST_VALUES)
  @ValidateNested({ each: true })
  schedules?: LearningRateScheduleInput[] | null;

  @Field(() => SearchWholeNumbersInput, {
    nullable: true,
    description: 'DECISION_TREE: questions one after the other, 1 to 20.',
  })
  @ValidateNested()
  treeDepth?: SearchWholeNumbersInput | null;

  @Field(() => SearchWholeNumbersInput, {
    nullable: true,
    description: 'DECISION_TREE: rows that a leaf needs, 1 to 100,000.',
  })
  @ValidateNested()
  treeLeafRows?: SearchWholeNumbersInput | null;
}

/** In the order of the input type, whatever the order of the request: the same space is the same trials. */
export function spaceOf(input: TrainingSearchSpaceInput): Dimension[] {
  const listed = <Name extends DimensionName>(
    name: Name,
    values: Dimension<Name>['values'] | undefined,
  ): Dimension[] => (values ? [{ name, values, range: null }] : []);
  const numbers = (name: 'learningRate' | 'l2' | 'dropout' | WholeName): Dimension[] => {
    const { values, range } = input[name] ?? {};
    if (!range) return listed(name, values ?? undefined);
    const { min, max, scale, points } = range;
    return [{ name, values: null, range: { min, max, scale, points: points ?? null } }];
  };
  return [
    ...numbers('learningRate'),
    ...numbers('l2'),
    ...numbers('dropout'),
    ...numbers('batchSize'),
    ...numbers('epochs'),
    ...listed('hiddenUnits', input.hiddenUnits ?? undefined),
    ...listed('networks', input.networks?.map(networkOf)),
    ...listed('optimizers', input.optimizers?.map(optimizerOf)),
    ...listed('schedules', input.schedules?.map(scheduleOf)),
    ...numbers('treeDepth'),
    ...numbers('treeLeafRows'),
  ];
}

type WholeName = 'batchSize' | 'epochs' | 'treeDepth' | 'treeLeafRows';
