/** What is asked of topics and answered. */
import { IsOptional, MaxLength } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MoneyType, MutationPayload } from '../../../platform/graphql';
import { FeedbackTopic } from './feedback-topic.entity';

@ObjectType({
  description:
    'A topic in figures, of one period. They are of those who spoke, who are volunteers: what few say may matter to many.',
})
export class FeedbackTopicFigures {
  @Field(() => Int, { description: 'How often it was said in the period.' })
  count!: number;

  @Field(() => Int, { description: 'By how many people.' })
  people!: number;

  @Field(() => Int, { description: 'Of how many customers.' })
  customers!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Mean sentiment of the words, from -1 (ill) to 1 (well); null where those of fewer than five people were judged.',
  })
  sentiment!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Mean of the scores that came with the words, 0 (worst) to 1 (best) whatever their kind; null where fewer than five people gave one.',
  })
  score!: number | null;

  @Field(() => [MoneyType], {
    description: 'What the customers who spoke pay in a month now, one sum a currency.',
  })
  monthlyRevenue!: MoneyType[];

  @Field(() => Int, { description: 'How often it was said in the period before, of the same length.' })
  before!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Growth against the period before: 0.5 is half as much again; null where there was nothing before.',
  })
  growth!: number | null;
}

@InputType({ description: 'How a topic is called.' })
export class FeedbackTopicRenameInput {
  @Field(() => ID, { description: 'Which topic.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its name, 1–100 characters; null = its words name it.',
  })
  @IsOptional()
  @MaxLength(100)
  name?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuses with a Conflict when it was named by somebody else since.',
  })
  expectedVersion?: number | null;
}

@ObjectType({ description: 'The topic as it is now called.' })
export class FeedbackTopicPayload extends MutationPayload {
  @Field(() => FeedbackTopic, { nullable: true, description: 'The topic; null when there are errors.' })
  topic?: FeedbackTopic | null;
}
