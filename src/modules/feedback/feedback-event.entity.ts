/** What happened to one item of feedback, in order: rows are added and never changed. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Principal } from '../../kernel/principal';
import { connectionOf, DateTime, Node } from '../../platform/graphql';

export enum FeedbackEventKind {
  SUBMITTED = 'SUBMITTED',
  CHANGED = 'CHANGED',
  WITHDRAWN = 'WITHDRAWN',
  TRIAGED = 'TRIAGED',
  MERGED = 'MERGED',
  UNMERGED = 'UNMERGED',
  CURATED = 'CURATED',
  UNCURATED = 'UNCURATED',
  CONFIRMED = 'CONFIRMED',
  REOPENED = 'REOPENED',
  LINKED = 'LINKED',
  UNLINKED = 'UNLINKED',
}

registerEnumType(FeedbackEventKind, {
  name: 'FeedbackEventKind',
  description: 'What happened to feedback.',
  valuesConfig: {
    SUBMITTED: { description: 'It was said.' },
    CHANGED: { description: 'The person said it anew.' },
    WITHDRAWN: { description: 'The person took it back; what was said is gone.' },
    TRIAGED: { description: 'A reviewer judged it.' },
    MERGED: { description: 'A reviewer found that another one says the same.' },
    UNMERGED: { description: 'A reviewer undid that.' },
    CURATED: { description: 'A reviewer accepted the correction as a row to learn from.' },
    CONFIRMED: { description: 'The giver said whether it was mended.' },
    REOPENED: { description: 'The giver said that it was not mended: it waits again.' },
    LINKED: { description: 'A reviewer said which flag or deployment it led to.' },
    UNLINKED: { description: 'A reviewer took such a link back.' },
    UNCURATED: {
      description:
        'That was taken back: by a reviewer, or because the person took back the word or the consent.',
    },
  },
});

/** Each changed property with its value before and after; of what a person can take back only whether it was there. */
export type Changes = Record<string, readonly [before: unknown, after: unknown]>;

@Entity('feedback_events')
@ObjectType({ implements: Node, description: 'One step in the life of feedback.' })
export class FeedbackEvent implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the step.' })
  id!: string;

  @Column('text')
  feedbackId!: string;

  @Column('text')
  @Field(() => FeedbackEventKind, { description: 'What happened.' })
  kind!: FeedbackEventKind;

  @Column('text')
  actor!: string;

  @Column('text')
  actorKind!: Principal['kind'];

  @Column('jsonb')
  changes!: Changes;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When.' })
  at!: Date;
}

@ObjectType({ description: 'A page of steps.' })
export class FeedbackEventConnection extends connectionOf(FeedbackEvent) {}
