/** What an explanation is asked with. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length, Max, Min } from 'class-validator';
import { Field, Float, InputType, Int } from 'type-graphql';
import { JSONScalar } from '../../../platform/graphql';
import { CallInput } from '../prediction/call.input';
import { MAX_ROWS } from '../prediction/inputs';
import { ExplanationMethod } from './explanation.type';

export const EXPLAIN_DEADLINE_MS = 30_000;
const MAX_DEADLINE_MS = 60_000;
const DEFAULT_REQUESTS = 64;
const MAX_REQUESTS = 1000;
const MAX_SAMPLES = 1000;
const MAX_BACKGROUND = 32;

@InputType({ description: 'What to explain, how, for whom, and how much it may cost.' })
export class ExplainInput extends CallInput {
  @Field(() => ExplanationMethod, { description: 'How.' })
  method!: ExplanationMethod;

  @Field(() => JSONScalar, {
    nullable: true,
    description: `The row to explain, as an object, for SHAPLEY, INTEGRATED_GRADIENTS and OCCLUSION. For the methods that explain a whole model: a list of rows over which to look, up to ${MAX_ROWS}; absent = rows like those it was trained on, which are stored with the version and nobody’s.`,
  })
  rows?: unknown;

  @Field(() => String, {
    nullable: true,
    description:
      'The class whose probability is explained; absent = the class the row is taken for, or the only output. A whole model of several classes needs it.',
  })
  @IsOptional()
  @Length(1, 200)
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'The input whose PARTIAL_DEPENDENCE is asked for.' })
  @IsOptional()
  @Length(1, 200)
  feature?: string | null;

  @Field(() => [Float], {
    nullable: true,
    description:
      'The truth for each row, with PERMUTATION_IMPORTANCE: the importance is then the rise of the squared error.',
  })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ROWS)
  targets?: number[] | null;

  @Field(() => Int, {
    nullable: true,
    description: `How often to draw or to step, 1–${MAX_SAMPLES}: pairs of orders for SHAPLEY beyond 12 inputs (32; two at least, for their error to be told), steps of INTEGRATED_GRADIENTS (128), repeats of PERMUTATION_IMPORTANCE (5), points of PARTIAL_DEPENDENCE (20).`,
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_SAMPLES)
  samples?: number | null;

  @Field(() => Int, {
    defaultValue: 8,
    description: `Rows of the background from which SHAPLEY takes what is not yet known, 1–${MAX_BACKGROUND}; 1 = their mean.`,
  })
  @Min(1)
  @Max(MAX_BACKGROUND)
  background!: number;

  @Field(() => Int, { defaultValue: 1, description: 'Everything that chance decides hangs on it.' })
  @Min(0)
  seed!: number;

  @Field(() => Int, {
    defaultValue: DEFAULT_REQUESTS,
    description: `Requests of the quota that it may take, 1–${MAX_REQUESTS}; what needs more is refused unbilled, and told how many.`,
  })
  @Min(1)
  @Max(MAX_REQUESTS)
  maxRequests!: number;

  @Field(() => Int, {
    defaultValue: EXPLAIN_DEADLINE_MS,
    description: `Milliseconds within which the answer is of use, 1–${MAX_DEADLINE_MS}.`,
  })
  @Min(1)
  @Max(MAX_DEADLINE_MS)
  deadlineMs!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe for 24 hours: it answers the same and is not billed again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

/** The part of the input that says what is explained and how. */
export type ExplanationWish = Pick<
  ExplainInput,
  'method' | 'label' | 'feature' | 'targets' | 'samples' | 'background' | 'seed' | 'maxRequests'
>;
