/** The customer's own user, known by the customer's id for them: the person to whom consents and answers belong. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../platform/graphql';

@Entity('end_users')
@ObjectType({
  implements: Node,
  description:
    'A person who uses the customer’s product: the data subject of consents, answers and feedback.',
})
export class EndUser implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the end user here.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'The id by which the customer knows the person.' })
  externalId!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When we first heard of the person.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of end users.' })
export class EndUserConnection extends connectionOf(EndUser) {}
