/** One thing that happened with a customer. A projection of events, which can be rebuilt; nobody's words and no end user's id are in it. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime } from '../../../platform/graphql';
import type { EntryData } from './timeline-words';

export enum TimelineKind {
  ACCOUNT = 'ACCOUNT',
  PLAN = 'PLAN',
  PAYMENT = 'PAYMENT',
  USAGE = 'USAGE',
  FEEDBACK = 'FEEDBACK',
  INCIDENT = 'INCIDENT',
  DEPLOYMENT = 'DEPLOYMENT',
  TEST = 'TEST',
  CONTACT = 'CONTACT',
  DATA_REQUEST = 'DATA_REQUEST',
}

registerEnumType(TimelineKind, {
  name: 'TimelineKind',
  description: 'What kind of thing happened with a customer.',
  valuesConfig: {
    ACCOUNT: { description: 'It signed up, or came of a lead.' },
    PLAN: { description: 'A plan began, changed or ended.' },
    PAYMENT: { description: 'An invoice was paid or not, money was given back, credits were granted.' },
    USAGE: {
      description: 'The first request, each further power of ten, and thresholds of quota and spend.',
    },
    FEEDBACK: { description: 'What its people said, counted by the day (UTC); never their words.' },
    INCIDENT: { description: 'One of its own, or of a deployment that served it in the 30 days before.' },
    DEPLOYMENT: { description: 'One that served it in the 30 days before was rolled back.' },
    TEST: {
      description:
        'A feature test began or was decided on a deployment that served it in the 30 days before.',
    },
    CONTACT: { description: 'Staff spoke with it.' },
    DATA_REQUEST: {
      description: 'Requests of its people for their data, counted by the day (UTC) and kind.',
    },
  },
});

@Entity('timeline_entries')
@ObjectType({ description: 'One thing that happened with a customer.' })
export class TimelineEntry {
  @PrimaryColumn('text')
  customerId!: string;

  /** The event's, or the day's and what was counted in it. */
  @PrimaryColumn('text')
  id!: string;

  @Column('timestamptz')
  @Field(() => DateTime, {
    description: 'When; of what is counted by the day, the first of it.',
  })
  at!: Date;

  @Column('text')
  @Field(() => TimelineKind, { description: 'What kind of thing it is.' })
  kind!: TimelineKind;

  @Column('text')
  @Field(() => String, { description: 'The event, for example `subscription.started`.' })
  type!: string;

  @Column('text', { nullable: true })
  subject!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Id of the principal who did it; null for what is counted, and what nobody did.',
  })
  actor!: string | null;

  @Column('int')
  @Field(() => Int, { description: 'How many of it; more than 1 only for what is counted by the day.' })
  count!: number;

  @Column('jsonb')
  data!: EntryData;
}

@ObjectType({ description: 'A page of what happened with a customer.' })
export class TimelineEntryConnection extends connectionOf(TimelineEntry) {}
