/** What givers and reviewers say when feedback was acted upon. */
import { IsOptional, MaxLength } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Whether what was done mended it.' })
export class FeedbackConfirmInput {
  @Field(() => ID, { description: 'Which feedback.' })
  id!: string;

  @Field(() => Boolean, {
    description: 'true: it did. false: it did not, and what was resolved is opened again.',
  })
  fixed!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The token of its answer, for whoever has no other credential.',
  })
  @IsOptional()
  @MaxLength(1000)
  feedbackToken?: string | null;
}

@InputType({ description: 'Whether a member wants to hear of their feedback by mail.' })
export class FeedbackFollowInput {
  @Field(() => ID, { description: 'Which feedback of theirs.' })
  id!: string;

  @Field(() => Boolean, { description: 'true: a mail at each step. false: none any more.' })
  follow!: boolean;
}

@InputType({ description: 'What feedback led to.' })
export class FeedbackLinkInput {
  @Field(() => ID, { description: 'Which feedback.' })
  id!: string;

  @Field(() => ID, { description: 'The feature flag or the deployment; at most 20 for one feedback.' })
  targetId!: string;
}
