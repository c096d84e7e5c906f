/** A person asks what the law lets them ask (GDPR Art. 15–21), and a deadline starts to run. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../../platform/graphql';

export enum DataRequestKind {
  ACCESS = 'ACCESS',
  PORTABILITY = 'PORTABILITY',
  RECTIFICATION = 'RECTIFICATION',
  RESTRICTION = 'RESTRICTION',
  ERASURE = 'ERASURE',
  OBJECTION = 'OBJECTION',
}

registerEnumType(DataRequestKind, {
  name: 'DataRequestKind',
  description: 'What a person asks for.',
  valuesConfig: {
    ACCESS: { description: 'A copy of what is kept about me (GDPR Art. 15).' },
    PORTABILITY: { description: 'The same in a form that another service can read (Art. 20).' },
    RECTIFICATION: { description: 'Correct what is wrong about me (Art. 16).' },
    RESTRICTION: { description: 'Keep it, but do not use it (Art. 18).' },
    ERASURE: { description: 'Forget me (Art. 17).' },
    OBJECTION: { description: 'I object to a use (Art. 21).' },
  },
});

export enum DataRequestStatus {
  RECEIVED = 'RECEIVED',
  IN_PROGRESS = 'IN_PROGRESS',
  DONE = 'DONE',
  REFUSED = 'REFUSED',
}

registerEnumType(DataRequestStatus, {
  name: 'DataRequestStatus',
  description: 'Where a request stands.',
  valuesConfig: {
    RECEIVED: { description: 'Noted; nobody has begun.' },
    IN_PROGRESS: { description: 'Somebody works on it.' },
    DONE: { description: 'Fulfilled.' },
    REFUSED: { description: 'Refused, with a reason given to the person.' },
  },
});

@Entity('data_requests')
@ObjectType({
  implements: Node,
  description: 'What a person asked for about their own data, and until when it is due.',
})
export class DataRequest implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the request.' })
  id!: string;

  @Column('text')
  endUserId!: string;

  @Column('text')
  @Field(() => DataRequestKind, { description: 'What is asked for.' })
  kind!: DataRequestKind;

  @Column('text')
  @Field(() => DataRequestStatus, { description: 'Where it stands.' })
  status!: DataRequestStatus;

  @Column('text')
  requestedBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it came in.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'Until when it must be answered: 30 days after it came in.' })
  dueAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was done or refused; null while it is open.',
  })
  closedAt!: Date | null;
}
