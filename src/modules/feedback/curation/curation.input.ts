/** What reviewers say of corrections to learn from. */
import { IsOptional, MaxLength } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'Which correction.' })
export class FeedbackCurateInput {
  @Field(() => ID, { description: 'Id of the feedback.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why, for the other reviewers.' })
  @IsOptional()
  @MaxLength(2000)
  note?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Refuses with a Conflict when the feedback has changed since: the person may have corrected otherwise.',
  })
  expectedVersion?: number | null;
}
