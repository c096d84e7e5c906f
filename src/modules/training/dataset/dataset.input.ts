/** How an upload becomes data. */
import {
  ArrayMaxSize,
  ArrayUnique,
  IsOptional,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { NAME_PATTERN } from '../../models';
import { ConsentPurpose } from '../../privacy';
import type { ColumnKindName } from './column-profile';
import { ColumnKind, FileFormatName, LabelRuleName, OutOfRangeName } from './dataset.type';
import type { OutOfRangeRule } from './import-wish';
import type { LabelRuleKind } from './label-rule';
import type { FileFormat } from './table-rows';

export const NAME_MESSAGE =
  'A name is 1–100 letters, digits, spaces, dots, dashes and underscores, and starts with a letter or digit';
export const MOST_BAD_ROWS = 10_000;
const MOST_NAMES = 500;

@InputType({ description: 'What you know better of a column than its values tell.' })
export class ColumnCorrectionInput {
  @Field(() => String, { description: 'Name of the column.' })
  @Length(1, 200)
  name!: string;

  @Field(() => ColumnKind, {
    nullable: true,
    description:
      'What it holds; absent = as found in its values. An IMAGE is never found, it has to be said.',
  })
  @IsOptional()
  kind?: ColumnKindName | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'It holds dates as 2026-01-31, with or without a time (UTC unless it names a zone). They become days since 1970-01-01: a column of numbers, for which serving takes a date or such a number, and `min` and `max` are such numbers.',
  })
  isDate!: boolean;

  @Field(() => Float, { nullable: true, description: 'The smallest number that can be right.' })
  @IsOptional()
  min?: number | null;

  @Field(() => Float, { nullable: true, description: 'The largest number that can be right.' })
  @IsOptional()
  max?: number | null;

  @Field(() => OutOfRangeName, {
    nullable: true,
    description: 'What becomes of a number beyond them; absent = its row is a bad one.',
  })
  @IsOptional()
  outOfRange?: OutOfRangeRule | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Texts that mean "missing" in it, e.g. -1 or unknown, beside the empty field, NA, N/A, null and ?.',
  })
  @IsOptional()
  @ArrayMaxSize(20)
  @MaxLength(100, { each: true })
  missing?: string[] | null;
}

@InputType({ description: 'An upload, and what to make of it.' })
export class DatasetUploadInput {
  @Field(() => ID, {
    description:
      'What `POST /uploads` answered. The file is CSV with a header line, or JSONL, in UTF-8; at most a million rows.',
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

  @Field(() => [ColumnCorrectionInput], {
    defaultValue: [],
    description: 'Columns whose kind, range or marks of the missing are to be other than what is inferred.',
  })
  @ArrayMaxSize(MOST_NAMES)
  @ArrayUnique(({ name }: ColumnCorrectionInput) => name)
  @ValidateNested({ each: true })
  columns!: ColumnCorrectionInput[];

  @Field(() => FileFormatName, {
    nullable: true,
    description: 'How the file is written; absent = JSONL where it begins with a brace, CSV otherwise.',
  })
  @IsOptional()
  format?: FileFormat | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Its numbers are written with a decimal comma, as 1.234,5; then 1.5 is none. Serving takes numbers as ever.',
  })
  decimalComma!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Of rows that are equal in every kept column, keep the first only.',
  })
  dropDuplicates!: boolean;

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

@ObjectType({ description: 'The job that makes the version of data.' })
export class DatasetUploadPayload extends MutationPayload {
  @Field(() => Job, {
    nullable: true,
    description:
      'Its `result` is the DatasetVersion; its `error` says which rows are bad. Null when there are errors.',
  })
  job?: Job | null;
}
