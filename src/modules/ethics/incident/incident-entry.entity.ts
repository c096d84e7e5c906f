/** One line of what happened with an incident, in order. Only ever added. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

export enum IncidentEntryKind {
  OPENED = 'OPENED',
  HAPPENED_AGAIN = 'HAPPENED_AGAIN',
  NOTED = 'NOTED',
  SEVERITY_CHANGED = 'SEVERITY_CHANGED',
  OWNER_CHANGED = 'OWNER_CHANGED',
  START_CHANGED = 'START_CHANGED',
  BREACH_JUDGED = 'BREACH_JUDGED',
  AWARENESS_CHANGED = 'AWARENESS_CHANGED',
  AUTHORITY_NOTIFIED = 'AUTHORITY_NOTIFIED',
  AUTHORITY_NOT_NEEDED = 'AUTHORITY_NOT_NEEDED',
  CUSTOMERS_NOTIFIED = 'CUSTOMERS_NOTIFIED',
  CUSTOMERS_NOT_CONCERNED = 'CUSTOMERS_NOT_CONCERNED',
  PEOPLE_JUDGED = 'PEOPLE_JUDGED',
  PEOPLE_NOTIFIED = 'PEOPLE_NOTIFIED',
  CLOSED = 'CLOSED',
}

registerEnumType(IncidentEntryKind, {
  name: 'IncidentEntryKind',
  description: 'What happened with an incident.',
  valuesConfig: {
    OPENED: { description: 'It was opened.' },
    HAPPENED_AGAIN: { description: 'What opened it happened once more while it was open.' },
    NOTED: { description: 'Somebody wrote something down.' },
    SEVERITY_CHANGED: { description: 'It was judged to be more or less grave.' },
    OWNER_CHANGED: { description: 'Somebody else sees to it, or nobody.' },
    START_CHANGED: { description: 'It is said to have begun at another time.' },
    BREACH_JUDGED: { description: 'It was judged whether it is a personal data breach: `yes` or `no`.' },
    AWARENESS_CHANGED: { description: 'Somebody is said to have become aware of it at another time.' },
    AUTHORITY_NOTIFIED: {
      description: 'That the supervisory authority was notified was recorded: when, which, and why late.',
    },
    AUTHORITY_NOT_NEEDED: {
      description:
        'The authority is said not to need to know, and why; without words: it needs to after all.',
    },
    CUSTOMERS_NOTIFIED: { description: 'Customers were told of the breach; how many, in `text`.' },
    CUSTOMERS_NOT_CONCERNED: {
      description: 'No customer is said to be concerned, and why; without words: some are after all.',
    },
    PEOPLE_JUDGED: {
      description: 'It was judged whether the people concerned have to be told, and why so.',
    },
    PEOPLE_NOTIFIED: { description: 'That they were told was recorded: when.' },
    CLOSED: { description: 'It was dealt with.' },
  },
});

@Entity('incident_entries')
@ObjectType({ implements: Node, description: 'One line of what happened with an incident.' })
export class IncidentEntry implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the line.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  incidentId!: string;

  @Column('text')
  @Field(() => IncidentEntryKind, { description: 'What happened.' })
  kind!: IncidentEntryKind;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'In words; of a change, what it is from then on. Null where nothing more is to be said.',
  })
  text!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who did it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When.' })
  at!: Date;
}

@ObjectType({ description: 'A page of what happened with an incident.' })
export class IncidentEntryConnection extends connectionOf(IncidentEntry) {}
