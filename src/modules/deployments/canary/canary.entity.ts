/** One canary: a candidate beside the version that serves, its step, and what was last decided. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../platform/graphql';
import { CanaryDecisionType, CanaryPolicyType } from './canary.type';

export enum CanaryState {
  RUNNING = 'RUNNING',
  PAUSED = 'PAUSED',
  PROMOTED = 'PROMOTED',
  ROLLED_BACK = 'ROLLED_BACK',
}

registerEnumType(CanaryState, {
  name: 'CanaryState',
  description: 'Where a canary stands.',
  valuesConfig: {
    RUNNING: { description: 'It goes on by itself.' },
    PAUSED: { description: 'It keeps its step until a person decides; it is still rolled back when worse.' },
    PROMOTED: { description: 'The candidate has all of the traffic.' },
    ROLLED_BACK: { description: 'The version that served before has all of the traffic again.' },
  },
});

@Entity('canaries')
@ObjectType({ description: 'A candidate that is tried on a growing part of the traffic.' })
export class Canary {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  deploymentId!: string;

  @Column('text')
  baselineVersionId!: string;

  @Column('text')
  candidateVersionId!: string;

  @Column('text')
  @Field(() => CanaryState, { description: 'Where it stands.' })
  state!: CanaryState;

  @Column('int')
  @Field(() => Int, { description: 'The present step, from 1; the last one once it has ended.' })
  step!: number;

  @Column('int')
  @Field(() => Int, { description: 'Percentage of people who get the candidate in this step.' })
  weight!: number;

  @Column('jsonb')
  @Field(() => CanaryPolicyType, { description: 'How careful it is.' })
  policy!: CanaryPolicyType;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description:
      'Answers that took longer count as slow: the baseline’s p99; null until it has answered enough.',
  })
  slowMs!: number | null;

  @Column('jsonb', { nullable: true })
  scoreEdges!: number[] | null;

  @Column('jsonb', { nullable: true })
  @Field(() => CanaryDecisionType, {
    nullable: true,
    description: 'What was decided at the last look; null before the first.',
  })
  decision!: CanaryDecisionType | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it is paused; null while it is not.' })
  pauseReason!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who started it.' })
  startedBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it started.' })
  startedAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When its present step began.' })
  stepStartedAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it runs.' })
  endedAt!: Date | null;
}

/** The sums of one version under one revision of the deployment's routes: added to by every process. */
@Entity('canary_evidence')
export class CanaryEvidenceRow {
  @PrimaryColumn('text')
  canaryId!: string;

  @PrimaryColumn('int')
  revision!: number;

  @PrimaryColumn('text')
  versionId!: string;

  @Column('int')
  step!: number;

  @Column('double precision', { array: true })
  sums!: number[];
}
