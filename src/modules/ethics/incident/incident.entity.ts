/** Something went wrong and somebody must see to it: opened by hand or by an event, closed with what was done about it. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

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
