/** A preparation as it is asked for: ordered steps, each of one type, and the shares of the split. */
import { ArrayMaxSize, IsOptional, Length, Max, Min, ValidateNested } from 'class-validator';
import { Field, Float, InputType } from 'type-graphql';
import { PreparationStepInput } from './preparation-step.input';
import type { PreparationRecipe, RecipeStep } from './preparation-recipe';

@InputType({
  description:
    'How rows are divided: each class in the same proportion, and the seed of the training decides who goes where, unless rows hang together.',
})
export class SplitInput {
  @Field(() => Float, { defaultValue: 0.1, description: 'Share that is watched while learning, 0.05–0.5.' })
  @Min(0.05)
  @Max(0.5)
  validationShare!: number;

  @Field(() => Float, { defaultValue: 0.25, description: 'Share that is held out until the end, 0.05–0.5.' })
  @Min(0.05)
  @Max(0.5)
  heldOutShare!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Rows with the same value in this column stay in one part, for example those of one person: a model that has learned from somebody looks better on their other rows than it is. Rows without a value stay together. Absent = every row by itself. The column may be excluded from learning.',
  })
  @IsOptional()
  @Length(1, 200)
  groupColumn?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A column of numbers or dates: the rows with the largest are held out, those before them are watched, and the model learns from what came earlier, as it is used. Rows of one moment stay together; the seed decides nothing. Not with `groupColumn`.',
  })
  @IsOptional()
  @Length(1, 200)
  timeColumn?: string | null;
}

@InputType({
  description:
    'What is done to the columns before a model sees them, fitted on the training part alone and repeated by serving exactly. A number that no step scales is standardised, a category becomes one number for each that was seen, a text TF-IDF over hashed words and pairs of words, an image 28 × 28 greys.',
})
export class PreparationInput {
  @Field(() => [PreparationStepInput], {
    description: 'In this order; those that change columns first, augmentation last.',
  })
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  steps!: PreparationStepInput[];

  @Field(() => SplitInput, {
    nullable: true,
    description: 'How rows are divided; 10 % watched, 25 % held out.',
  })
  @IsOptional()
  @ValidateNested()
  split?: SplitInput | null;
}

/** The recipe as it is stored. */
export function recipeOf({ steps, split }: PreparationInput): PreparationRecipe {
  return {
    steps: steps.map((step): RecipeStep => {
      const [name, wish] = Object.entries(step).find(([, value]) => value != null)!;
      return { ...(wish as object), kind: KINDS[name as keyof PreparationStepInput] } as RecipeStep;
    }),
    ...(split && { split: { ...split } }),
  };
}

const KINDS: Readonly<Record<keyof PreparationStepInput, RecipeStep['kind']>> = {
  fill: 'FILL',
  clip: 'CLIP',
  normalise: 'NORMALISE',
  standardise: 'STANDARDISE',
  oneHot: 'ONE_HOT',
  hash: 'HASH',
  ngrams: 'NGRAMS',
  sequence: 'SEQUENCE',
  pixels: 'PIXELS',
  drop: 'DROP',
  balance: 'BALANCE',
  noise: 'NOISE',
  flip: 'FLIP',
  rotate: 'ROTATE',
  scale: 'SCALE',
  shift: 'SHIFT',
};
