/** The parts of a run that have no table of their own: what every case came to, and what they add up to. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RunVerdict } from './run-verdict';

registerEnumType(RunVerdict, {
  name: 'RunVerdict',
  description: 'What a test says of a version.',
  valuesConfig: {
    PASS: { description: 'It does what is asked for.' },
    FAIL: { description: 'It does not.' },
    NOT_ENOUGH_DATA: { description: 'So few cases, or queries, cannot tell: neither is shown.' },
  },
});

export enum CaseOutcome {
  PASSED = 'PASSED',
  FAILED = 'FAILED',
  GOT_BETTER = 'GOT_BETTER',
  GOT_WORSE = 'GOT_WORSE',
}

registerEnumType(CaseOutcome, {
  name: 'CaseOutcome',
  description: 'What a case came to.',
  valuesConfig: {
    PASSED: { description: 'It passed; with a baseline, there too.' },
    FAILED: { description: 'It failed; with a baseline, there too.' },
    GOT_BETTER: { description: 'It passed, and the baseline fails it.' },
    GOT_WORSE: { description: 'It failed, and the baseline passes it.' },
  },
});

@ObjectType({ description: 'What one case came to.' })
export class TestCaseResult {
  @Field(() => String, { description: 'Key of the case.' })
  key!: string;

  @Field(() => CaseOutcome, { description: 'What it came to.' })
  outcome!: CaseOutcome;

  @Field(() => [String], {
    description: 'What was not as it must be, a sentence each; empty when it passed.',
  })
  failures!: string[];
}

@ObjectType({ description: 'How many cases with a tag passed.' })
export class TagResult {
  @Field(() => String, { description: 'The tag.' })
  tag!: string;

  @Field(() => Int, { description: 'Cases with it.' })
  cases!: number;

  @Field(() => Int, { description: 'How many of them passed.' })
  passed!: number;

  @Field(() => [Float], { description: 'The 95 % interval of the share that passes (Wilson).' })
  interval!: number[];
}

@ObjectType({ description: 'The version beside another one, case by case.' })
export class BaselineComparison {
  @Field(() => Int, { description: 'How many cases the baseline passed.' })
  passed!: number;

  @Field(() => Int, { description: 'Cases that the version passes and the baseline fails.' })
  better!: number;

  @Field(() => Int, { description: 'Cases that the version fails and the baseline passes.' })
  worse!: number;

  @Field(() => Float, { description: 'The share that passes, less that of the baseline.' })
  difference!: number;

  @Field(() => [Float], { description: 'Its 95 % interval for paired cases (Newcombe 1998, method 10).' })
  interval!: number[];

  @Field(() => Float, {
    description: 'The chance of a split at least this uneven if neither were better (exact test of McNemar).',
  })
  p!: number;
}

@ObjectType({ description: 'What the cases of a run add up to.' })
export class TestRunSummary {
  @Field(() => Int, { description: 'How many cases there were.' })
  cases!: number;

  @Field(() => Int, { description: 'How many passed.' })
  passed!: number;

  @Field(() => [Float], { description: 'The 95 % interval of the share that passes (Wilson).' })
  interval!: number[];

  @Field(() => BaselineComparison, { nullable: true, description: 'Beside the baseline; null without one.' })
  baseline!: BaselineComparison | null;

  @Field(() => [TagResult], { description: 'The same by tag, in the order of the alphabet.' })
  byTag!: TagResult[];

  @Field(() => String, { description: 'Why the verdict is what it is, in words, with the numbers.' })
  reason!: string;
}
