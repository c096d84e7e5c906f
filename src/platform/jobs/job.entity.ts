/** What a person sees of long work: poll it, watch it, cancel it. The queue's own rows are graphile-worker's. */
import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../graphql';

export enum JobStatus {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  PAUSED = 'PAUSED',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

registerEnumType(JobStatus, {
  name: 'JobStatus',
  description: 'Where a job stands.',
  valuesConfig: {
    QUEUED: { description: 'Waits for a worker.' },
    RUNNING: { description: 'Is being worked on.' },
    PAUSED: { description: 'Stopped where it stands; goes on from there when it is resumed.' },
    SUCCEEDED: { description: 'Done; `result` is what it made.' },
    FAILED: { description: 'Given up; `error` says why.' },
    CANCELLED: { description: 'Stopped on request; nothing of it was kept.' },
  },
});

/** Whether nothing about a job changes any more. */
export function hasEnded(status: JobStatus): boolean {
  return status !== JobStatus.QUEUED && status !== JobStatus.RUNNING && status !== JobStatus.PAUSED;
}

@Entity('jobs')
@ObjectType({
  implements: Node,
  description: 'A piece of long work. Poll it, subscribe to `jobUpdated`, or cancel it.',
})
export class Job implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the job.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'What kind of work, e.g. `training.run`.' })
  kind!: string;

  @Column('text', { nullable: true })
  key!: string | null;

  @Column('text')
  @Field(() => JobStatus, { description: 'Where it stands.' })
  status!: JobStatus;

  @Column('double precision', { default: 0 })
  @Field(() => Float, { description: 'Fraction done, 0 to 1.' })
  progress!: number;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'What it is doing now, in words; null before it has said anything.',
  })
  note!: string | null;

  @Column('text', { nullable: true })
  resultId!: string | null;

  @Column('text', { nullable: true })
  errorCode!: string | null;

  @Column('text', { nullable: true })
  errorMessage!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When a worker took it; null while it waits.' })
  startedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null until then.' })
  finishedAt!: Date | null;
}
