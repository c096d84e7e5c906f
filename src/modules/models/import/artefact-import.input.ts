/** A model in files that were uploaded, and what its owner knows of it that the files do not say. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { JSONScalar } from '../../../platform/graphql';
import { ModelTask } from '../model.entity';
import { WIDEST_ROW } from './imported-signature';

const MOST_FILES = 256;
const MOST_SAMPLES = 64;
const MOST_NAMES = 1024;
const MOST_OUTPUTS = 32;

@InputType({ description: 'One file of a model.' })
export class ArtefactFileInput {
  @Field(() => String, { description: 'Its name, by which model.json speaks of its shards.' })
  @Matches(/^[^/\\\p{Cc}]{1,200}$/u, { message: 'A file name has 1–200 letters and no slash.' })
  name!: string;

  @Field(() => ID, { description: 'The upload (`POST /uploads`) that holds it.' })
  uploadId!: string;
}

@InputType({ description: 'A row with which the model is tried, and warmed whenever it is loaded.' })
export class ImportSampleInput {
  @Field(() => JSONScalar, { description: 'The row, as `predict` takes it; a picture as its pixels.' })
  row!: unknown;

  @Field(() => [Float], {
    nullable: true,
    description:
      'What it must answer, all outputs one after the other, within a thousandth; null = whatever it answers.',
  })
  @IsOptional()
  @ArrayMaxSize(WIDEST_ROW)
  expected?: number[] | null;
}

@InputType({
  description:
    'A TensorFlow.js model (model.json and its shards), a Keras model (its JSON, a manifest of its weights, and shards), or an ONNX file.',
})
export class ArtefactImportInput {
  @Field(() => ModelTask, {
    description: 'What it is for: a TABULAR_ one, IMAGE_CLASSIFICATION or EMBEDDING.',
  })
  task!: ModelTask;

  @Field(() => [ArtefactFileInput], { description: `Its files, at most ${MOST_FILES} and 192 MiB together.` })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_FILES)
  files!: ArtefactFileInput[];

  @Field(() => [String], {
    nullable: true,
    description:
      'A name for each number of a row, in order; null = each input of the model is one value, a list where it takes several.',
  })
  @IsOptional()
  @ArrayMaxSize(MOST_NAMES)
  @Length(1, 100, { each: true })
  inputNames?: string[] | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'The shape of one row, where the model leaves it open; null = as the model says.',
  })
  @IsOptional()
  @ArrayMaxSize(8)
  @Min(1, { each: true })
  @Max(WIDEST_ROW, { each: true })
  inputShape?: number[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The outputs that are served, in this order, of an ONNX file or a graph; null = all of them. A classifier of scikit-learn answers its label beside the probabilities: name the probabilities.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_OUTPUTS)
  @ArrayUnique()
  @Length(1, 200, { each: true })
  outputNames?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The classes in the order of its answers, the positive one last when it answers one probability.',
  })
  @IsOptional()
  @ArrayMinSize(2)
  @ArrayMaxSize(MOST_NAMES)
  @Length(1, 100, { each: true })
  labels?: string[] | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of a model that answers one probability: from which on the last label is said, 0.000001–0.999999; null = 0.5.',
  })
  @IsOptional()
  @Min(0.000001)
  @Max(0.999999)
  threshold?: number | null;

  @Field(() => [ImportSampleInput], {
    nullable: true,
    description: 'Rows with which it is tried, nobody’s; null = rows are drawn.',
  })
  @IsOptional()
  @ArrayMaxSize(MOST_SAMPLES)
  samples?: ImportSampleInput[] | null;
}
