/**
 * What a customer, who is the controller, is told of a breach of its people's data by the operator, who processes them (GDPR Art. 33(2)):
 * the facts of Art. 33(3), which it needs for its own authority. One a customer and text.
 */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@Entity('breach_notices')
@ObjectType({
  implements: Node,
  description: 'What a customer was told of a personal data breach (GDPR Art. 33(2)).',
})
export class BreachNotice implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the notice.' })
  id!: string;

  @Column('text')
  incidentId!: string;

  @Column('text')
  textHash!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When the operator became aware of the breach.' })
  becameAwareAt!: Date;

  @Column('text')
  @Field(() => String, { description: 'What happened, and to which kind of data.' })
  nature!: string;

  @Column('text')
  @Field(() => String, { description: 'Which people are concerned, and about how many.' })
  affectedPeople!: string;

  @Column('text')
  @Field(() => String, { description: 'Which records are concerned, and about how many.' })
  affectedRecords!: string;

  @Column('text')
  @Field(() => String, { description: 'What is likely to come of it for the people.' })
  consequences!: string;

  @Column('text')
  @Field(() => String, { description: 'What was done about it, and what is going to be.' })
  measures!: string;

  @Column('text')
  @Field(() => String, { description: 'Who can be asked for more, and where.' })
  contact!: string;

  @Column('text')
  sentBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was sent: from then on it stands here.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it left by mail for the owners and admins; null while it is on its way.',
  })
  mailedAt!: Date | null;

  @Column('int', { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'To how many addresses; 0 where there was none, null while it is on its way.',
  })
  mailedTo!: number | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When somebody of the customer took note of it; null while nobody did.',
  })
  acknowledgedAt!: Date | null;

  @Column('text', { nullable: true })
  @Field(() => ID, { nullable: true, description: 'Id of the member who took note of it.' })
  acknowledgedBy!: string | null;
}

@ObjectType({ description: 'A page of what customers were told of breaches.' })
export class BreachNoticeConnection extends connectionOf(BreachNotice) {}
