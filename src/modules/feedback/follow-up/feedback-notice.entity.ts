/** That a giver was to hear of one step of their feedback, and what came of it: one a feedback and event, whatever is delivered twice. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../platform/graphql';
import { FeedbackStatus } from '../triage/feedback-status';

export enum NoticeOutcome {
  PENDING = 'PENDING',
  MAILED = 'MAILED',
  PUT_OUT = 'PUT_OUT',
  WITHHELD = 'WITHHELD',
}

registerEnumType(NoticeOutcome, {
  name: 'FeedbackNoticeOutcome',
  description: 'What came of telling a giver.',
  valuesConfig: {
    PENDING: { description: 'It is on its way.' },
    MAILED: { description: 'A member was told by mail, as they wished.' },
    PUT_OUT: {
      description:
        'The customer’s server was told (`feedback.giver-told`), which knows how to reach its person.',
    },
    WITHHELD: {
      description:
        'Nobody was told: no wish, no consent to FEEDBACK_CONTACT at that moment, nobody who could be reached, or taken back.',
    },
  },
});

@Entity('feedback_notices')
@ObjectType({ description: 'That the giver was to hear what became of their feedback.' })
export class FeedbackNotice {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  feedbackId!: string;

  @PrimaryColumn('text')
  eventId!: string;

  @Column('text', { nullable: true })
  endUserId!: string | null;

  @Column('text')
  @Field(() => FeedbackStatus, {
    description: 'Where it stood: of what it was merged into, for a duplicate.',
  })
  status!: FeedbackStatus;

  @Column('boolean')
  @Field(() => Boolean, { description: 'Whether the giver was asked if this mended it.' })
  asks!: boolean;

  @Column('text')
  @Field(() => NoticeOutcome, { description: 'What came of it.' })
  outcome!: NoticeOutcome;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it happened.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When the giver was told; null unless they were.' })
  toldAt!: Date | null;
}
