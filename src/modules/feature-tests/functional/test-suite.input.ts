/** What a suite, a change of it and a run carry. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsOptional,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { JSONScalar } from '../../../platform/graphql';
import { casesNeeded, largestRate, RunVerdict } from './run-verdict';
import { TestCheckKind } from './test-case.type';

export const MOST_CASES = 500;
const MOST_CHECKS = 20;
const KEY = /^[A-Za-z0-9_.:-]{1,100}$/;
const KEY_MESSAGE = 'A key has 1–100 letters, digits, dots, colons, hyphens and underscores.';
const REPEATABLE = 'Makes a repeated call safe: the first result is answered again.';

@InputType({ description: 'One thing that must be so about the answer to a case.' })
export class TestCheckInput {
  @Field(() => TestCheckKind, { description: 'How the answer is held against what is expected.' })
  kind!: TestCheckKind;

  @Field(() => String, {
    nullable: true,
    description: 'Which field of the answer, for example `label`. Needed by all kinds but REFUSED.',
  })
  @IsOptional()
  @Length(1, 200)
  field?: string | null;

  @Field(() => JSONScalar, { nullable: true, description: 'Needed by EQUALS, CONTAINS and NEAR.' })
  value?: unknown;

  @Field(() => Float, { nullable: true, description: 'For NEAR and UNCHANGED: how far off a number may be.' })
  @IsOptional()
  @Min(0)
  tolerance?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'For BETWEEN: the least that passes; absent = no lower bound.',
  })
  minimum?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'For BETWEEN: the most that passes; absent = no upper bound.',
  })
  maximum?: number | null;

  @Field(() => JSONScalar, {
    nullable: true,
    description: 'Fields of the input with other values. Needed by UNCHANGED, MOVES_UP and MOVES_DOWN.',
  })
  changes?: unknown;
}

@InputType({ description: 'An input, and what must be so about the answer to it.' })
export class TestCaseInput {
  @Field(() => String, { description: 'Its key, unique within the suite.' })
  @Matches(KEY, { message: KEY_MESSAGE })
  key!: string;

  @Field(() => JSONScalar, { description: 'One row, as `predict` takes it.' })
  input!: unknown;

  @Field(() => [TestCheckInput], { description: `1–${MOST_CHECKS}; all of them must be so.` })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CHECKS)
  @ValidateNested({ each: true })
  checks!: TestCheckInput[];

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether a version that fails it fails the whole suite.',
  })
  mustPass!: boolean;

  @Field(() => [String], { defaultValue: [], description: 'Up to 10, 1–50 letters each.' })
  @ArrayMaxSize(10)
  @Length(1, 50, { each: true })
  tags!: string[];
}

@InputType({ description: 'How a run of a suite is judged.' })
abstract class SuiteTermsInput {
  @Field(() => String, { nullable: true, description: 'What it is about, up to 2000 letters.' })
  @IsOptional()
  @MaxLength(2000)
  description?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: `The share of cases that must pass, above 0; null = every case, or no loss against a baseline. 1 = every case. A share below 1 must be shown by an interval: 0.9 takes ${casesNeeded(0.9)} cases of which all pass, 0.99 takes ${casesNeeded(0.99)}, and more than ${largestRate(MOST_CASES)} no suite of ${MOST_CASES} cases can show.`,
  })
  @IsOptional()
  @Min(0.01)
  @Max(1)
  requiredPassRate?: number | null;
}

@InputType({ description: 'The suite to make.' })
export class TestSuiteCreateInput extends SuiteTermsInput {
  @Field(() => String, { description: 'Its name, unique, 1–100 letters.' })
  @Length(1, 100)
  name!: string;

  @Field(() => ID, { description: 'The model whose versions it is about.' })
  modelId!: string;

  @Field(() => [TestCaseInput], { description: `1–${MOST_CASES} cases.` })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CASES)
  @ValidateNested({ each: true })
  cases!: TestCaseInput[];

  @Field(() => Float, {
    defaultValue: 0.02,
    description: 'By how much a version may pass fewer cases than its baseline, as a share: 0.02 = 2 %.',
  })
  @Min(0.001)
  @Max(0.5)
  margin!: number;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether the gate of a deployment asks for a run that passed.',
  })
  isRequired!: boolean;

  @Field(() => String, { nullable: true, description: REPEATABLE })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is to change; absent = unchanged.' })
export class TestSuiteChangeInput extends SuiteTermsInput {
  @Field(() => ID, { description: 'Id of the suite.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'Change it only if this is still its `number`.' })
  expectedNumber?: number | null;

  @Field(() => [TestCaseInput], {
    defaultValue: [],
    description: 'Cases to add; one with the key of another takes its place.',
  })
  @ArrayMaxSize(MOST_CASES)
  @ValidateNested({ each: true })
  put!: TestCaseInput[];

  @Field(() => [String], { defaultValue: [], description: 'Keys of cases to take away.' })
  @ArrayMaxSize(MOST_CASES)
  remove!: string[];

  @Field(() => Float, { nullable: true, description: 'The loss against a baseline that passes, as a share.' })
  @IsOptional()
  @Min(0.001)
  @Max(0.5)
  margin?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the gate of a deployment asks for it.' })
  isRequired?: boolean | null;
}

@InputType({ description: 'Which version is held against which suite.' })
export class TestRunCreateInput {
  @Field(() => ID, { description: 'The suite.' })
  suiteId!: string;

  @Field(() => ID, { description: 'The version to judge. It need not be deployed.' })
  versionId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'A version to hold it against case by case; absent = none. Where the suite requires no rate, the gate of a deployment counts only one that serves there.',
  })
  baselineId?: string | null;

  @Field(() => String, { nullable: true, description: REPEATABLE })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which suites.' })
export class TestSuiteFilter {
  @Field(() => ID, { nullable: true, description: 'About this model.' })
  modelId?: string | null;
}

@InputType({ description: 'Which runs.' })
export class TestRunFilter {
  @Field(() => ID, { nullable: true, description: 'Of this suite.' })
  suiteId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this version.' })
  versionId?: string | null;

  @Field(() => RunVerdict, { nullable: true, description: 'With this verdict.' })
  verdict?: RunVerdict | null;
}
