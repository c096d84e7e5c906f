/** What a prediction is asked with, and how predictions are found again. */
import { IsOptional, Length, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { JSONScalar, PeriodInput } from '../../../platform/graphql';
import { CallInput } from '../prediction/call.input';
import { MAX_ROWS } from '../prediction/inputs';

export const DEFAULT_DEADLINE_MS = 5000;
export const MAX_DEADLINE_MS = 60_000;

@InputType({ description: 'What to predict, by what, for whom.' })
export class PredictInput extends CallInput {
  @Field(() => JSONScalar, {
    description: `The inputs: one row as an object, or a list of 1–${MAX_ROWS}. The signature of the version says what a row holds.`,
  })
  rows!: unknown;

  @Field(() => Int, {
    defaultValue: DEFAULT_DEADLINE_MS,
    description: `Milliseconds within which the answer is of use, 1–${MAX_DEADLINE_MS}. What cannot be done in time is refused at once and costs nothing.`,
  })
  @Min(1)
  @Max(MAX_DEADLINE_MS)
  deadlineMs!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Makes a repeated call safe for 24 hours: the same prediction and token are answered, and nothing is billed again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which predictions; all conditions must hold.' })
export class InferenceFilter {
  @Field(() => ID, { nullable: true, description: 'Answered by this deployment.' })
  deploymentId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Answered by this version.' })
  modelVersionId?: string | null;

  @Field(() => ID, { nullable: true, description: 'About this end user.' })
  endUserId?: string | null;

  @Field(() => PeriodInput, { nullable: true, description: 'Asked for in this period.' })
  period?: PeriodInput | null;
}
