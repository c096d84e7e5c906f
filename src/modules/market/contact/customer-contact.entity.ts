/** That staff spoke with a customer, by what way, and in short about what. The words are sealed: they may name people. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../../../platform/graphql';

export enum ContactChannel {
  EMAIL = 'EMAIL',
  CALL = 'CALL',
  MEETING = 'MEETING',
  CHAT = 'CHAT',
  OTHER = 'OTHER',
}

registerEnumType(ContactChannel, {
  name: 'ContactChannel',
  description: 'How staff and a customer spoke.',
  valuesConfig: {
    EMAIL: { description: 'By e-mail.' },
    CALL: { description: 'By telephone or video.' },
    MEETING: { description: 'Face to face.' },
    CHAT: { description: 'In a chat.' },
    OTHER: { description: 'In some other way.' },
  },
});

@Entity('customer_contacts')
@ObjectType({ implements: Node, description: 'A contact of staff with a customer. Staff only.' })
export class CustomerContact implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the contact.' })
  id!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Column('text')
  @Field(() => ContactChannel, { description: 'How they spoke.' })
  channel!: ContactChannel;

  /** Sealed; null once its time is over. */
  @Column('text', { nullable: true })
  summary!: string | null;

  @Column('text')
  @Field(() => ID, { description: 'Who of the staff noted it.' })
  notedBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When they spoke.' })
  at!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was noted.' })
  createdAt!: Date;
}
