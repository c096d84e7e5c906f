/**
 * What a version takes and what it answers, named and bounded. Serving checks every row against it before anything is
 * queued, and a client can build its form from it.
 */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DAYS } from '../../kernel/date-days';

export enum DType {
  FLOAT32 = 'FLOAT32',
  STRING = 'STRING',
  IMAGE = 'IMAGE',
}

registerEnumType(DType, {
  name: 'DType',
  description: 'The type of a value that goes into a model or comes out of it.',
  valuesConfig: {
    FLOAT32: { description: 'A number, kept with 24 bits of precision.' },
    STRING: { description: 'A text; where `categories` are given, one of them.' },
    IMAGE: { description: 'A PNG in base64, or its pixels as numbers from 0 to 1, row by row.' },
  },
});

@ObjectType({ description: 'One named input or output of a model.' })
export class TensorSpec {
  @Field(() => String, { description: 'Its name: the key in the rows that `predict` takes.' })
  name!: string;

  @Field(() => DType, { description: 'Its type.' })
  dtype!: DType;

  @Field(() => [Int], {
    nullable: true,
    description: 'Its shape a row, null for a free dimension; null for a single value.',
  })
  shape?: number[] | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The smallest value that is accepted; null when there is no bound.',
  })
  min?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The largest value that is accepted; null when there is no bound.',
  })
  max?: number | null;

  @Field(() => String, {
    nullable: true,
    description: `What its numbers count, where that is known. For \`${DAYS}\` a date is accepted in place of the number: 2026-01-31, with or without a time (UTC unless it names a zone). Null otherwise.`,
  })
  unit?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The texts that are accepted; null when it is no category.',
  })
  categories?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Characters that a text may have at most; null when it is no free text.',
  })
  maxLength?: number | null;

  @Field(() => Boolean, {
    description: 'Whether null is accepted: the value is then filled in as it was in training.',
  })
  optional!: boolean;
}

@ObjectType({ description: 'What a model version takes and what it answers.' })
export class Signature {
  @Field(() => [TensorSpec], { description: 'Everything a row must hold.' })
  inputs!: TensorSpec[];

  @Field(() => [TensorSpec], { description: 'What comes out for each row.' })
  outputs!: TensorSpec[];

  @Field(() => [String], {
    nullable: true,
    description: 'The classes, the positive one last; null when it is no classifier.',
  })
  labels?: string[] | null;

  /** Kept only where somebody chose one; `thresholdOf` says which one holds. */
  threshold?: number;
}
