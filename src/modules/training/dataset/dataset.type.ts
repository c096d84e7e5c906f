/** What is known of the columns of a data set, of its label, and of the rows that could not be read. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ColumnKindName } from './column-profile';
import type { OutOfRangeRule } from './import-wish';
import type { LabelRuleKind } from './label-rule';
import type { FileFormat } from './table-rows';

export const ColumnKind: { readonly [kind in ColumnKindName]: kind } = {
  NUMERIC: 'NUMERIC',
  CATEGORICAL: 'CATEGORICAL',
  TEXT: 'TEXT',
  IMAGE: 'IMAGE',
};

registerEnumType(ColumnKind, {
  name: 'ColumnKind',
  description: 'What a column holds, as found in its values or as said at the upload.',
  valuesConfig: {
    NUMERIC: { description: 'Numbers.' },
    CATEGORICAL: { description: 'One of a few texts.' },
    TEXT: { description: 'Free text, to be learned from by its words.' },
    IMAGE: { description: 'A PNG in base64.' },
  },
});

export const LabelRuleName: { readonly [kind in LabelRuleKind]: kind } = {
  EQUALS: 'EQUALS',
  ABOVE_MEDIAN: 'ABOVE_MEDIAN',
  CLASSES: 'CLASSES',
};

registerEnumType(LabelRuleName, {
  name: 'LabelRule',
  description: 'How the label is read.',
  valuesConfig: {
    EQUALS: { description: 'Positive are those whose label is one certain value.' },
    ABOVE_MEDIAN: { description: 'Positive are those whose numeric label lies above its median.' },
    CLASSES: { description: 'Every value is a class of its own; at most 100.' },
  },
});

export enum DatasetSource {
  UPLOAD = 'UPLOAD',
  FEEDBACK = 'FEEDBACK',
}

registerEnumType(DatasetSource, {
  name: 'DatasetSource',
  description: 'Where data came from.',
  valuesConfig: {
    UPLOAD: { description: 'A file that staff uploaded.' },
    FEEDBACK: {
      description:
        'Corrections that reviewers accepted, alone or behind the rows of an upload; each by the consent of its person.',
    },
  },
});

@ObjectType({ description: 'How often one value occurs.' })
export class ValueCount {
  @Field(() => String, { description: 'The value.' })
  value!: string;

  @Field(() => Int, { description: 'Rows that hold it.' })
  count!: number;
}

@ObjectType({ description: 'How many numbers lie between two.' })
export class HistogramBin {
  @Field(() => Float, { description: 'Lower end, which belongs to it.' })
  from!: number;

  @Field(() => Float, { description: 'Upper end, which belongs to the next one; the last has it itself.' })
  to!: number;

  @Field(() => Int, { description: 'Rows between them.' })
  count!: number;
}

@ObjectType({ description: 'What one column of a data set holds.' })
export class ColumnStatistics {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => ColumnKind, { description: 'What it holds.' })
  kind!: ColumnKindName;

  @Field(() => String, {
    nullable: true,
    description:
      'What its numbers count, where the upload made them of something else: days since 1970-01-01 for dates. Null otherwise.',
  })
  unit!: string | null;

  @Field(() => Int, { description: 'Rows without a value.' })
  missing!: number;

  @Field(() => Int, { description: 'Different values, counted up to 201.' })
  distinct!: number;

  @Field(() => Int, { description: 'Values beyond the range that was given for it at the upload.' })
  outOfRange!: number;

  @Field(() => Float, { nullable: true, description: 'Smallest value; null unless numeric.' })
  min!: number | null;

  @Field(() => Float, { nullable: true, description: 'Largest value; null unless numeric.' })
  max!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean; null unless numeric.' })
  mean!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Standard deviation of the sample; null unless numeric.',
  })
  standardDeviation!: number | null;

  @Field(() => [HistogramBin], {
    description: 'Twenty equal steps from the smallest to the largest number; empty unless numeric.',
  })
  histogram!: HistogramBin[];

  @Field(() => [Float], {
    description:
      'The 0th to the 100th percentile, 101 numbers; of many rows the rank is off by 1 % at most. Empty unless numeric.',
  })
  percentiles!: number[];

  @Field(() => [ValueCount], { description: 'The most frequent categories, at most 20; empty for numbers.' })
  topValues!: ValueCount[];

  /** All categories that are counted: what drift is judged by. */
  values!: ValueCount[];
}

export const FileFormatName: { readonly [format in FileFormat]: format } = { CSV: 'CSV', JSONL: 'JSONL' };

registerEnumType(FileFormatName, {
  name: 'FileFormat',
  description: 'How a table is written.',
  valuesConfig: {
    CSV: {
      description:
        'A header line, then one row a line; comma, semicolon, tab or bar; quotation marks as in RFC 4180.',
    },
    JSONL: { description: 'One JSON object a line; what an object lacks is missing.' },
  },
});

export const OutOfRangeName: { readonly [rule in OutOfRangeRule]: rule } = {
  BAD_ROW: 'BAD_ROW',
  MISSING: 'MISSING',
  CLAMP: 'CLAMP',
};

registerEnumType(OutOfRangeName, {
  name: 'OutOfRangeRule',
  description: 'What becomes of a number beyond the range of its column.',
  valuesConfig: {
    BAD_ROW: { description: 'Its row is a bad one.' },
    MISSING: { description: 'The value counts as missing.' },
    CLAMP: { description: 'It is moved to the bound.' },
  },
});

@ObjectType({ description: 'What is to be learned.' })
export class DatasetLabel {
  @Field(() => String, { description: 'The column that holds the answer.' })
  column!: string;

  @Field(() => LabelRuleName, { description: 'How the column is read.' })
  kind!: LabelRuleKind;

  @Field(() => Float, { nullable: true, description: 'The median; null unless the rule needs it.' })
  threshold!: number | null;

  @Field(() => [String], { description: 'Names of the classes; of two, the positive one last.' })
  labels!: string[];

  @Field(() => [Int], { description: 'Rows of each class, in the order of `labels`.' })
  classes!: number[];
}

@ObjectType({ description: 'A row that could not be read and was left out.' })
export class BadRow {
  @Field(() => Int, { description: 'The line of the file on which it starts, the first being 1.' })
  line!: number;

  @Field(() => String, { description: 'Why it could not be read.' })
  reason!: string;
}
