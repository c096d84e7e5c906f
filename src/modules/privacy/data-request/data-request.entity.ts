/** A person asks what the law lets them ask (GDPR Art. 15–21), and a deadline starts to run. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { DataRequestOutcome } from './data-request-outcome.type';
import { IdentityVerification } from './identity-verification';

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
    ACCESS: { description: 'A copy of what is kept about me (GDPR Art. 15). Made at once, by a job.' },
    PORTABILITY: {
      description: 'The same for another service to read (Art. 20): JSON and CSV. Made at once, by a job.',
    },
    RECTIFICATION: {
      description:
        'Correct what is wrong about me (Art. 16). Somebody does it and says so with `dataRequestFulfil`.',
    },
    RESTRICTION: {
      description:
        'Keep it, but do not use it (Art. 18). At once: nothing that names the person is taken in or used until `restrictionLift`.',
    },
    ERASURE: {
      description:
        'Forget me (Art. 17). At once when the customer asks for it; asked by the person, the customer decides, because it cannot be undone.',
    },
    OBJECTION: {
      description: 'I object (Art. 21). At once: every consent that stands is withdrawn.',
    },
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
    RECEIVED: {
      description:
        'Noted; waits for `dataRequestFulfil` or `dataRequestRefuse`, also after its job was given up.',
    },
    IN_PROGRESS: { description: 'Its job is at work.' },
    DONE: { description: 'Fulfilled.' },
    REFUSED: { description: 'Refused; `answer` is the reason that the person is given.' },
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

  @Column('text')
  @Field(() => IdentityVerification, {
    description:
      'How it was made sure who asks (GDPR Art. 12(6)): by the asking itself, or as recorded by `dataRequestVerifyIdentity`.',
  })
  identityVerification!: IdentityVerification;

  @Column('text')
  identityVerifiedBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When that was made sure.' })
  identityVerifiedAt!: Date;

  /** Sealed: what the person said, and what they are told. */
  @Column('text', { nullable: true })
  details!: string | null;

  @Column('text', { nullable: true })
  answer!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it came in.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, {
    description:
      'Until when it must be answered: a month after it came in, 30 days at most, or as it was extended.',
  })
  dueAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it had to be answered before it was extended; null where it was not.',
  })
  firstDueAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was extended (GDPR Art. 12(3)); null where it was not.',
  })
  extendedAt!: Date | null;

  @Column('text', { nullable: true })
  extendedBy!: string | null;

  /** Sealed, as what the person is told. */
  @Column('text', { nullable: true })
  extensionReason!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was done or refused; null while it is open.',
  })
  closedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  @Field(() => [DataRequestOutcome], {
    nullable: true,
    description:
      'What was copied, erased or kept, table by table; null where there is nothing of the kind to say.',
  })
  outcome!: DataRequestOutcome[] | null;

  @Column('text', { nullable: true })
  jobId!: string | null;

  /** The blob of the sealed copy. */
  @Column('text', { nullable: true })
  copyHash!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the copy can be downloaded; null when there is none, or no longer.',
  })
  copyUntil!: Date | null;
}

@ObjectType({ description: 'A page of requests.' })
export class DataRequestConnection extends connectionOf(DataRequest) {}
