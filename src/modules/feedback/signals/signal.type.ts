/** How deeds are sent, and how they are told: as shares of answers, with an interval. */
import { Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MutationPayload, PeriodInput } from '../../../platform/graphql';
import { FeedbackSignalKind } from './feedback-signal.entity';

@InputType({ description: 'What a person did with one answer.' })
export class FeedbackSignalInput {
  @Field(() => String, { description: 'The token that came with the answer.' })
  @MaxLength(1000)
  feedbackToken!: string;

  @Field(() => FeedbackSignalKind, { description: 'What they did.' })
  kind!: FeedbackSignalKind;

  @Field(() => Float, {
    nullable: true,
    description:
      'With EDIT alone: how much of it they changed, from 0 (nothing) to 1 (everything), such as the Levenshtein distance over the longer length.',
  })
  @ValidateIf(({ editDistance }: FeedbackSignalInput) => editDistance != null)
  @Min(0)
  @Max(1)
  editDistance?: number | null;
}

@ObjectType({ description: 'Whether it was kept.' })
export class FeedbackSignalPayload extends MutationPayload {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'false where the answer names no person, or the person has not agreed to ANALYTICS: then nothing is kept, and that is no error. null when there are errors.',
  })
  kept?: boolean | null;
}

@InputType({ description: 'Of which answers.' })
export class FeedbackSignalsInput {
  @Field(() => PeriodInput, { description: 'Answered in this period, at most 92 days.' })
  period!: PeriodInput;

  @Field(() => ID, { nullable: true, description: 'By this deployment.' })
  deploymentId?: string | null;

  @Field(() => ID, { nullable: true, description: 'By this version of a model.' })
  modelVersionId?: string | null;
}

@ObjectType({
  description:
    'How often people did something with answers. It is of those who agreed to be counted and whose front end tells: compare versions by it, not products.',
})
export class FeedbackSignalShare {
  @Field(() => FeedbackSignalKind, { description: 'What they did.' })
  kind!: FeedbackSignalKind;

  @Field(() => Int, {
    description: 'With how many of these answers. Told several times of one answer, it counts once.',
  })
  answers!: number;

  @Field(() => Int, {
    description:
      'Of how many answers: those that people were given while the agreement to ANALYTICS stood that stands now. Whatever they did with them would have been kept, if the front end tells it.',
  })
  of!: number;

  @Field(() => Float, { nullable: true, description: '`answers` of `of`; null of none.' })
  share!: number | null;

  @Field(() => [Float], { nullable: true, description: 'Its 95 % interval (Wilson); null of none.' })
  interval!: number[] | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of edited answers, the mean part that was changed, 0 to 1; null otherwise.',
  })
  meanEditDistance!: number | null;
}
