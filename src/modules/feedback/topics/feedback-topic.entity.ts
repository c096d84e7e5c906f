/**
 * What many people speak of, found by machine and named by its words or by a person. What belongs to a topic is kept with each feedback
 * (`feedback_analyses.topic_id`), so that a topic is nothing but its members: without enough of them it is gone.
 */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@Entity('feedback_topics')
@ObjectType({
  implements: Node,
  description:
    'Something that at least five people speak of. Found anew every hour; it keeps its id while it goes on.',
})
export class FeedbackTopic implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the topic.' })
  id!: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'What a reviewer called it; null = nobody named it.' })
  name!: string | null;

  @Column('text', { array: true })
  @Field(() => [String], {
    description:
      'The words by which it differs from the others, the most characteristic first; only words that several people said, personal data masked.',
  })
  words!: string[];

  @Column('int')
  @Field(() => Int, { description: 'How much of the last 180 days belongs to it, as of `updatedAt`.' })
  size!: number;

  @Column('int')
  @Field(() => Int, { description: 'Counts its names: send it as `expectedVersion`.' })
  version!: number;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was first found.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was last found.' })
  updatedAt!: Date;
}

@ObjectType({ description: 'A page of topics.' })
export class FeedbackTopicConnection extends connectionOf(FeedbackTopic) {}
