/** What a suite has shown about a version: kept whole, never changed. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { EngineKind } from '../../compute';
import { RunVerdict } from './run-verdict';
import { type TestCaseResult, TestRunSummary } from './test-run.type';
import { TestSuite } from './test-suite.entity';

@Entity('test_runs')
@ObjectType({ implements: Node, description: 'A version held against every case of a suite.' })
export class TestRun implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the run.' })
  id!: string;

  /** Run twice, a job leaves one. */
  @Column('text', { nullable: true })
  jobId!: string | null;

  @Column('text')
  suiteId!: string;

  @ManyToOne(() => TestSuite)
  @JoinColumn({ name: 'suite_id' })
  suite?: Relation<TestSuite>;

  @Column('int')
  @Field(() => Int, { description: 'The state of the suite: its `number` at that moment.' })
  suiteNumber!: number;

  @Column('text')
  versionId!: string;

  @Column('text', { nullable: true })
  baselineId!: string | null;

  @Column('text')
  @Field(() => EngineKind, { description: 'The engine that answered.' })
  engineKind!: EngineKind;

  @Column('text')
  @Field(() => String, { description: 'The device that it ran on.' })
  engineDevice!: string;

  @Column('text')
  @Field(() => RunVerdict, { description: 'What the run says of the version.' })
  verdict!: RunVerdict;

  @Column('jsonb')
  @Field(() => TestRunSummary, { description: 'What the cases add up to.' })
  summary!: TestRunSummary;

  @Column('jsonb')
  results!: TestCaseResult[];

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was done.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of runs.' })
export class TestRunConnection extends connectionOf(TestRun) {}
