/** How an upload becomes data. */
import { ArrayMaxSize, ArrayUnique, IsOptional, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { NAME_PATTERN } from '../../models';
import { ConsentPurpose } from '../../privacy';
import { LabelRuleName } from './dataset.type';
import type { LabelRuleKind } from './label-rule';

export const NAME_MESSAGE =
  'A name is 1–100 letters, digits, spaces, dots, dashes and underscores, and starts with a letter or digit';
const MOST_BAD_ROWS = 10_000;
const MOST_NAMES = 500;

@InputType({ description: 'An upload, and what to make of it.' })
export class DatasetUploadInput {
  @Field(() => ID, {
    description: 'What `POST /uploads` answered. The file is CSV in UTF-8 with a header line.',
  })
  uploadId!: string;

  @Field(() => String, { description: 'Name of the data set; an existing one gets a new version.' })
  @Matches(NAME_PATTERN, { message: NAME_MESSAGE })
  name!: string;

  @Field(() => String, { description: 'The column that holds the answer.' })
  @Length(1, 200)
  label!: string;

  @Field(() => LabelRuleName, {
    nullable: true,
    description: 'How the label is read; absent = EQUALS, by `positive`.',
  })
  @IsOptional()
  labelRule?: LabelRuleKind | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The value of the label that counts as positive; absent = the one of two that plainly is (1, true, yes).',
  })
  @IsOptional()
  @MaxLength(200)
  positive?: string | null;

  @Field(() => [String], {
    defaultValue: [],
    description: 'Columns by which fairness is judged, e.g. gender; at most 4.',
  })
  @ArrayMaxSize(4)
  @ArrayUnique()
  protectedAttributes!: string[];

  @Field(() => [String], {
    defaultValue: [],
    description: 'Columns to leave out altogether: names, ids, free text.',
  })
  @ArrayMaxSize(MOST_NAMES)
  ignoredColumns!: string[];

  @Field(() => [ConsentPurpose], {
    defaultValue: [],
    description: 'What the people in it agreed to; empty when it is about nobody or rests on another ground.',
  })
  @ArrayUnique()
  consentScope!: ConsentPurpose[];

  @Field(() => Int, {
    defaultValue: 0,
    description: 'This many bad rows are left out and reported; one more refuses the whole file.',
  })
  @Min(0)
  @Max(MOST_BAD_ROWS)
  maxBadRows!: number;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The job that reads the file.' })
export class DatasetUploadPayload extends MutationPayload {
  @Field(() => Job, {
    nullable: true,
    description:
      'Its `result` is the DatasetVersion; its `error` says which rows are bad. Null when there are errors.',
  })
  job?: Job | null;
}
