/**
 * A prediction that outlives its call: accepted for later, stored before it is acknowledged, run by a job; or a text that was
 * streamed under an idempotency key. Its answer is kept until it was fetched.
 */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../../../platform/graphql';
import { ServiceClass } from '../service-class';

export enum PredictionStatus {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

registerEnumType(PredictionStatus, {
  name: 'PredictionStatus',
  description: 'Where a durable prediction stands.',
  valuesConfig: {
    QUEUED: { description: 'It is stored and waits for a worker, or for a quiet moment.' },
    RUNNING: { description: 'A worker has it.' },
    SUCCEEDED: { description: 'It was answered, and is billed.' },
    FAILED: { description: 'It was given up: `error` says why. Nothing is billed.' },
    CANCELLED: { description: 'Its job was cancelled before it was answered. Nothing is billed.' },
  },
});

/** Where a prediction stands that is still to change. */
export const OPEN = [PredictionStatus.QUEUED, PredictionStatus.RUNNING];

@Entity('predictions')
@ObjectType({
  implements: Node,
  description:
    'A prediction or a text that was accepted for later: poll it, watch `predictionUpdated`, or be told by a webhook. A text that was streamed under an idempotency key is kept as one, too.',
})
export class Prediction implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the prediction; that of its record is another one.' })
  id!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was accepted.' })
  createdAt!: Date;

  @Column('text')
  @Field(() => PredictionStatus, { description: 'Where it stands.' })
  status!: PredictionStatus;

  /** Who asked, as an id. */
  @Column('text')
  principal!: string;

  @Column('text', { nullable: true })
  endUserId!: string | null;

  @Column('text')
  deploymentId!: string;

  /** Null for a text that was streamed: no job wrote it. */
  @Column('text', { nullable: true })
  jobId!: string | null;

  @Column('text')
  @Field(() => ServiceClass, { description: 'How much hurry it is in.' })
  serviceClass!: ServiceClass;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it is to be answered; null for those that take their turn at once.',
  })
  completeBy!: Date | null;

  /** Milliseconds; of one that may wait. */
  @Column('double precision', { nullable: true })
  expectedMs!: number | null;

  /** Who asked and what, sealed; forgotten when it has ended. */
  @Column('text', { nullable: true, select: false })
  asked!: string | null;

  @Column('text', { nullable: true })
  inferenceId!: string | null;

  /** The outputs, sealed; forgotten at `answerUntil`. */
  @Column('text', { nullable: true, select: false })
  answer!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when `outputs` can be fetched; null before it is answered, and after.',
  })
  answerUntil!: Date | null;

  @Column('text', { nullable: true })
  errorCode!: string | null;

  @Column('text', { nullable: true })
  errorMessage!: string | null;

  @Column('text', { nullable: true })
  webhookEndpointId!: string | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null until then.' })
  finishedAt!: Date | null;
}
