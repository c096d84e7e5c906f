/** Something went wrong and somebody must see to it: opened by hand or by an event, closed with what was done about it. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntScalar, connectionOf, DateTime, Node } from '../../../platform/graphql';
import { PeopleNotification } from './breach-people';

export enum IncidentSeverity {
  LOW = 'LOW',
  MEDIUM = 'MEDIUM',
  HIGH = 'HIGH',
  CRITICAL = 'CRITICAL',
}

registerEnumType(IncidentSeverity, {
  name: 'IncidentSeverity',
  description: 'How bad an incident is.',
  valuesConfig: {
    LOW: { description: 'A blemish; no customer was hindered.' },
    MEDIUM: { description: 'Some were hindered, or a safeguard had to step in.' },
    HIGH: { description: 'Many were hindered, or wrong answers went out.' },
    CRITICAL: { description: 'People may have been harmed, or personal data was exposed.' },
  },
});

export enum IncidentStatus {
  OPEN = 'OPEN',
  CLOSED = 'CLOSED',
}

registerEnumType(IncidentStatus, {
  name: 'IncidentStatus',
  description: 'Whether an incident still needs somebody.',
  valuesConfig: {
    OPEN: { description: 'Somebody must see to it.' },
    CLOSED: { description: 'Dealt with; `correctiveAction` says how.' },
  },
});

/** How many answers of a deployment a customer got while something was wrong with it. */
export interface ReachedCustomerCount {
  readonly customerId: string;
  readonly answers: string;
}

@ObjectType({
  description: 'Whom an incident reached: whom its deployment answered from its beginning to its end.',
})
export class IncidentReach {
  @Field(() => Int, { description: 'Customers who got at least one such answer.' })
  customers!: number;

  @Field(() => BigIntScalar, { description: 'Answers that they got.' })
  answers!: string;

  @Field(() => DateTime, { description: 'When it was counted; it is again when the incident closes.' })
  countedAt!: string;

  most!: readonly ReachedCustomerCount[];
}

@Entity('incidents')
@ObjectType({ implements: Node, description: 'Something that went wrong, and what was done about it.' })
export class Incident implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the incident.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'What happened, in one line.' })
  title!: string;

  @Column('text')
  @Field(() => IncidentSeverity, { description: 'How bad it is.' })
  severity!: IncidentSeverity;

  @Column('text')
  @Field(() => IncidentStatus, { description: 'Whether it still needs somebody.' })
  status!: IncidentStatus;

  @Column('text')
  @Field(() => String, { description: 'What opened it: `manual`, or the event.' })
  cause!: string;

  @Column('text', { nullable: true })
  @Field(() => ID, { nullable: true, description: 'The object concerned; null when none in particular.' })
  subjectId!: string | null;

  /** The one version of the deployment that it is about; null = whichever answered. */
  @Column('text', { nullable: true })
  versionId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: 'The customer concerned; null when it is the house’s own.',
  })
  customerId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who opened it.' })
  openedBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was opened.' })
  openedAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, {
    description:
      'When what went wrong began: of a roll-back, when the routes before it began to be served. `reach` counts from then.',
  })
  startedAt!: Date;

  @Column('text', { nullable: true })
  ownerId!: string | null;

  @Column('boolean', { nullable: true })
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is a personal data breach (GDPR Art. 4(12)); null while nobody judged that.',
  })
  isPersonalDataBreach!: boolean | null;

  @Column('timestamptz')
  @Field(() => DateTime, {
    description: 'When somebody of the house became aware of it: from then the 72 hours of a breach count.',
  })
  becameAwareAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the supervisory authority was notified; null while it was not.',
  })
  authorityNotifiedAt!: Date | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Id of the principal who recorded that the authority was notified; null while it was not.',
  })
  authorityNotifiedBy!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Which authority was notified, and under which reference; null while it was not.',
  })
  authorityReference!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why it was notified after the deadline (GDPR Art. 33(1)); null where it was not.',
  })
  authorityDelayReason!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Why the authority need not be notified: the breach is unlikely to put people at risk. Null where it is to be.',
  })
  authorityNotNeededReason!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why no customer need be told of the breach: data of nobody’s people are concerned.',
  })
  customersNotConcernedReason!: string | null;

  @Column('text', { nullable: true })
  @Field(() => PeopleNotification, {
    nullable: true,
    description:
      'Whether the people concerned have to be told (GDPR Art. 34); null while nobody judged that.',
  })
  peopleNotification!: PeopleNotification | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was judged so; null where nothing was said.' })
  peopleNotificationReason!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Id of the principal who judged it so.' })
  peopleJudgedBy!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When that was judged.' })
  peopleJudgedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the people concerned were told, or the public; null while they were not.',
  })
  peopleNotifiedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  @Field(() => IncidentReach, {
    nullable: true,
    description: 'Whom it reached; null while not counted, and where it is not about a deployment.',
  })
  reach!: IncidentReach | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'What was done so that it does not happen again; null while open.',
  })
  correctiveAction!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it was closed; null while open.' })
  closedAt!: Date | null;
}

@ObjectType({ description: 'A page of incidents.' })
export class IncidentConnection extends connectionOf(Incident) {}
