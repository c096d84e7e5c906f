/** Each step that changes columns as an input of its own; a step of a preparation is one of them, or of augmentation. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import { OneOf } from '../../../platform/graphql';
import {
  BalanceInput,
  FlipInput,
  NoiseInput,
  RotateInput,
  ScaleInput,
  ShiftInput,
} from './augmentation.input';
import { ColumnsInput, MOST_COLUMNS } from './columns.input';
import type { FillRule, NgramUnit, NgramWeighting } from './preparation-recipe';

const FillRuleName: { readonly [rule in FillRule]: rule } = {
  MEDIAN: 'MEDIAN',
  MEAN: 'MEAN',
  MOST_FREQUENT: 'MOST_FREQUENT',
  CONSTANT: 'CONSTANT',
};

registerEnumType(FillRuleName, {
  name: 'FillRule',
  description:
    'What stands for a value that is missing. Of categories it is the most frequent, or the constant.',
  valuesConfig: {
    MEDIAN: { description: 'The median of the training part.' },
    MEAN: { description: 'The mean of the training part.' },
    MOST_FREQUENT: { description: 'The most frequent value of the training part.' },
    CONSTANT: { description: 'The `value`.' },
  },
});

const NgramUnitName: { readonly [unit in NgramUnit]: unit } = { WORDS: 'WORDS', CHARACTERS: 'CHARACTERS' };

registerEnumType(NgramUnitName, {
  name: 'NgramUnit',
  description: 'What a text is a sequence of.',
  valuesConfig: {
    WORDS: { description: 'Words, as blanks part them: not for Chinese, Japanese or Thai.' },
    CHARACTERS: { description: 'Characters, blanks among them.' },
  },
});

const NgramWeightingName: { readonly [weighting in NgramWeighting]: weighting } = {
  COUNT: 'COUNT',
  LOG: 'LOG',
  TF_IDF: 'TF_IDF',
};

registerEnumType(NgramWeightingName, {
  name: 'NgramWeighting',
  description: 'How much a sequence counts; each text is then brought to length 1.',
  valuesConfig: {
    COUNT: { description: 'As often as it occurs.' },
    LOG: { description: 'ln(1 + how often it occurs).' },
    TF_IDF: { description: 'The same, times how rare it is among the texts of the training part.' },
  },
});

@InputType({ description: 'What is missing becomes a value, in training and in serving alike.' })
class FillInput extends ColumnsInput {
  @Field(() => FillRuleName, { description: 'Which value.' })
  rule!: FillRule;

  @Field(() => String, { nullable: true, description: 'The value of CONSTANT, in the unit of the column.' })
  @IsOptional()
  @MaxLength(200)
  value?: string | null;
}

@InputType({ description: 'Numbers beyond a bound are moved to it, so that serving takes any number.' })
class ClipInput extends ColumnsInput {
  @Field(() => Float, {
    nullable: true,
    description: 'Lower bound, in the unit that the steps before have left.',
  })
  @IsOptional()
  min?: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper bound.' })
  @IsOptional()
  max?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Bounds at this quantile of the training part and at its opposite, e.g. 0.01.',
  })
  @IsOptional()
  @Min(0.0001)
  @Max(0.25)
  quantile?: number | null;
}

@InputType({ description: 'One number for each category of the training part.' })
class OneHotInput extends ColumnsInput {
  @Field(() => Int, {
    nullable: true,
    description: 'Only the most frequent ones; the others are none of them. 1–1000; all.',
  })
  @IsOptional()
  @Min(1)
  @Max(1000)
  most?: number | null;
}

@InputType({
  description:
    'A category counts in the bucket of its hash: for columns of many values, new ones among them.',
})
class HashInput extends ColumnsInput {
  @Field(() => Int, { defaultValue: 256, description: 'Numbers that the column becomes, 2–65536.' })
  @Min(2)
  @Max(65536)
  buckets!: number;
}

@InputType({
  description:
    'A text as its sequences of words or characters, each in the bucket of its hash. A column of texts that no step names becomes those of one and two words, or of one and two characters where most of its letters are Han, kana, Thai, Lao, Khmer or Burmese.',
})
class NgramsInput extends ColumnsInput {
  @Field(() => NgramUnitName, { defaultValue: NgramUnitName.WORDS, description: 'What it is a sequence of.' })
  unit!: NgramUnit;

  @Field(() => Int, { defaultValue: 1, description: 'Shortest sequence, 1–8.' })
  @Min(1)
  @Max(8)
  shortest!: number;

  @Field(() => Int, { defaultValue: 2, description: 'Longest sequence, 1–8.' })
  @Min(1)
  @Max(8)
  longest!: number;

  @Field(() => Int, { defaultValue: 2048, description: 'Numbers that the column becomes, 16–65536.' })
  @Min(16)
  @Max(65536)
  buckets!: number;

  @Field(() => NgramWeightingName, {
    defaultValue: NgramWeightingName.TF_IDF,
    description: 'How much each counts.',
  })
  weighting!: NgramWeighting;
}

@InputType({
  description:
    'A text as its words or characters in order, each a whole number by its hash: for a network that begins with an embedding.',
})
class SequenceInput extends ColumnsInput {
  @Field(() => NgramUnitName, { defaultValue: NgramUnitName.WORDS, description: 'What it is a sequence of.' })
  unit!: NgramUnit;

  @Field(() => Int, {
    description:
      'Numbers that a text becomes, 1–1024: a longer one is cut off at its end, a shorter one has zeros before it.',
  })
  @Min(1)
  @Max(1024)
  length!: number;

  @Field(() => Int, {
    description:
      'How many numbers there are, 0 for nothing among them, 2–100000; the embedding needs as many.',
  })
  @Min(2)
  @Max(100_000)
  vocabulary!: number;
}

@InputType({ description: 'An image becomes so many greys from 0 to 1, each the mean of what it covers.' })
class PixelsInput extends ColumnsInput {
  @Field(() => Int, { defaultValue: 28, description: 'Pixels a side, 4–128.' })
  @Min(4)
  @Max(128)
  side!: number;
}

@InputType({ description: 'These columns are not learned from.' })
class DropInput {
  @Field(() => [String], { description: 'The columns.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_COLUMNS)
  @ArrayUnique()
  columns!: string[];
}

@OneOf()
@InputType({ description: 'One step of a preparation: exactly one of these.' })
export class PreparationStepInput {
  @Field(() => FillInput, { nullable: true, description: 'What is missing becomes a value.' })
  @IsOptional()
  @ValidateNested()
  fill?: FillInput | null;

  @Field(() => ClipInput, { nullable: true, description: 'Numbers are kept between bounds.' })
  @IsOptional()
  @ValidateNested()
  clip?: ClipInput | null;

  @Field(() => ColumnsInput, {
    nullable: true,
    description: 'The smallest number of the training part becomes 0, the largest 1.',
  })
  @IsOptional()
  @ValidateNested()
  normalise?: ColumnsInput | null;

  @Field(() => ColumnsInput, { nullable: true, description: 'Mean 0 and spread 1 over the training part.' })
  @IsOptional()
  @ValidateNested()
  standardise?: ColumnsInput | null;

  @Field(() => OneHotInput, { nullable: true, description: 'One number for each category.' })
  @IsOptional()
  @ValidateNested()
  oneHot?: OneHotInput | null;

  @Field(() => HashInput, { nullable: true, description: 'One number for each bucket of categories.' })
  @IsOptional()
  @ValidateNested()
  hash?: HashInput | null;

  @Field(() => NgramsInput, {
    nullable: true,
    description: 'One number for each bucket of sequences of words or characters.',
  })
  @IsOptional()
  @ValidateNested()
  ngrams?: NgramsInput | null;

  @Field(() => SequenceInput, {
    nullable: true,
    description: 'One whole number for each word or character, in order.',
  })
  @IsOptional()
  @ValidateNested()
  sequence?: SequenceInput | null;

  @Field(() => PixelsInput, { nullable: true, description: 'An image as a tensor.' })
  @IsOptional()
  @ValidateNested()
  pixels?: PixelsInput | null;

  @Field(() => DropInput, { nullable: true, description: 'Columns that are left out.' })
  @IsOptional()
  @ValidateNested()
  drop?: DropInput | null;

  @Field(() => BalanceInput, { nullable: true, description: 'Training part only: equal classes.' })
  @IsOptional()
  @ValidateNested()
  balance?: BalanceInput | null;

  @Field(() => NoiseInput, { nullable: true, description: 'Training part only: copies with noise.' })
  @IsOptional()
  @ValidateNested()
  noise?: NoiseInput | null;

  @Field(() => FlipInput, { nullable: true, description: 'Training part only: mirrored copies.' })
  @IsOptional()
  @ValidateNested()
  flip?: FlipInput | null;

  @Field(() => RotateInput, { nullable: true, description: 'Training part only: turned copies.' })
  @IsOptional()
  @ValidateNested()
  rotate?: RotateInput | null;

  @Field(() => ScaleInput, { nullable: true, description: 'Training part only: scaled copies.' })
  @IsOptional()
  @ValidateNested()
  scale?: ScaleInput | null;

  @Field(() => ShiftInput, { nullable: true, description: 'Training part only: copies moved a little.' })
  @IsOptional()
  @ValidateNested()
  shift?: ShiftInput | null;
}
