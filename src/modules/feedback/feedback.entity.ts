/** One word of a person about one answer, or about the product: what was said, and what becomes of it. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, JSONScalar, Node } from '../../platform/graphql';
import { EndUser } from '../identity';
import type { VersionChoice } from '../inference';
import { FeedbackKind } from './feedback-kind';
import { FeedbackStatus } from './triage/feedback-status';
import type { PriorityTerms } from './triage/priority';

@Entity('feedback')
@ObjectType({ implements: Node, description: 'What a person said about one answer, or about the product.' })
export class Feedback implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the feedback.' })
  id!: string;

  @Column('text')
  @Field(() => FeedbackKind, { description: 'What kind of feedback it is.' })
  kind!: FeedbackKind;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description: 'The score, on the scale of its kind; null for words, and once withdrawn.',
  })
  score!: number | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'In the person’s own words; null without, and once withdrawn.',
  })
  text!: string | null;

  @Column('jsonb', { nullable: true })
  @Field(() => JSONScalar, {
    nullable: true,
    description: 'The right answer; null without, and once withdrawn.',
  })
  correction!: unknown;

  /** Who said it: the end user, or the principal who spoke for nobody else. */
  @Column('text')
  giver!: string;

  @Column('text', { nullable: true })
  endUserId!: string | null;

  @ManyToOne(() => EndUser)
  @JoinColumn({ name: 'end_user_id' })
  endUser?: Relation<EndUser> | null;

  @Column('text', { nullable: true })
  inferenceId!: string | null;

  /** Of the answer, kept here so that the inbox can be filtered without the log of answers. */
  @Column('text', { nullable: true })
  deploymentId!: string | null;

  @Column('text', { nullable: true })
  modelVersionId!: string | null;

  /** As the prediction says; null for feedback from before it did. */
  @Column('text', { nullable: true })
  versionChoice!: VersionChoice | null;

  @Column('text')
  @Field(() => FeedbackStatus, { description: 'Where it stands.' })
  status!: FeedbackStatus;

  @Column('int', { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'How bad it is, 1 (worst) to 4; null before it was judged.',
  })
  severity!: number | null;

  @Column('text', { nullable: true })
  assigneeId!: string | null;

  @Column('text', { array: true })
  @Field(() => [String], { description: 'Labels of the reviewers.' })
  tags!: string[];

  @Column('text', { nullable: true })
  lockedById!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when a reviewer holds it alone; null when nobody does.',
  })
  lockedUntil!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it should be answered; null before its severity was judged.',
  })
  dueAt!: Date | null;

  @Column('text', { nullable: true })
  mergedIntoId!: string | null;

  @Column('double precision')
  priorityValue!: number;

  @Column('jsonb')
  priorityTerms!: PriorityTerms;

  @Column('text')
  priorityFormula!: string;

  /** Whether its giver, a member, wishes a mail at each step. */
  @Column('boolean')
  @Field(() => Boolean, {
    description: 'Whether its giver is told of each step by mail; only members can wish that.',
  })
  notifyGiver!: boolean;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when its giver is asked whether it was mended (answer with `feedbackConfirm`); null while nobody asks.',
  })
  askedAt!: Date | null;

  @Column('boolean', { nullable: true })
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it was mended, as its giver says; null until they answered, and once withdrawn.',
  })
  fixed!: boolean | null;

  @Column('int')
  @Field(() => Int, { description: 'Counts its changes: send it as `expectedVersion`.' })
  version!: number;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was said.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the person took it back; null while it stands.',
  })
  withdrawnAt!: Date | null;
}

@ObjectType({ description: 'A page of feedback.' })
export class FeedbackConnection extends connectionOf(Feedback) {}
