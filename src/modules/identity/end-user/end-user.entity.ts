/** The customer's own user, known by the customer's id for them: the person to whom consents and answers belong. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

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
  @Field(() => String, {
    description:
      'The id by which the customer knows the person; `erased:` and the id here once they were forgotten.',
  })
  externalId!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When we first heard of the person.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when what is kept about the person is not used, at their request; null while it may be.',
  })
  restrictedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the person was forgotten: what counts stays, and leads to nobody; null otherwise.',
  })
  erasedAt!: Date | null;
}

@ObjectType({ description: 'A page of end users.' })
export class EndUserConnection extends connectionOf(EndUser) {}
