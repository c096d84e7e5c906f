/** What a load has shown about a version: kept whole, never changed. Its rows are not kept, only their hash. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { EngineKind } from '../../compute';
import { RunVerdict } from '../functional/run-verdict';
import { LoadScenario } from './load-plan';
import { LatencyQuantile, PerformancePlan } from './performance-test.type';

@Entity('performance_tests')
@ObjectType({
  implements: Node,
  description:
    'A version under load, through the queue of all traffic and behind it. Nobody is billed, and no answer is kept.',
})
export class PerformanceTest implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the test.' })
  id!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  versionId!: string;

  @Column('text')
  @Field(() => LoadScenario, { description: 'How queries came.' })
  scenario!: LoadScenario;

  @Column('jsonb')
  @Field(() => PerformancePlan, { description: 'What was asked for.' })
  plan!: PerformancePlan;

  @Column('int')
  @Field(() => Int, { description: 'Rows from which queries were drawn.' })
  rowCount!: number;

  @Column('text')
  @Field(() => String, { description: 'SHA-256 of these rows; they themselves are not kept.' })
  rowsHash!: string;

  @Column('boolean', { nullable: true })
  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: since then the gate asks as much of every version of the model. False: since then it asks for nothing. Null: it says nothing about that.',
  })
  isRequired!: boolean | null;

  @Column('text')
  @Field(() => EngineKind, { description: 'The engine that answered.' })
  engineKind!: EngineKind;

  @Column('text')
  @Field(() => String, { description: 'The device that it ran on.' })
  engineDevice!: string;

  @Column('int')
  @Field(() => Int, { description: 'Queries in all, answered or not.' })
  queries!: number;

  @Column('int')
  @Field(() => Int, { description: 'Of these, answered later than the bound.' })
  late!: number;

  @Column('int')
  @Field(() => Int, { description: 'Of these, refused, given up at the deadline or failed.' })
  failed!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'From the first query to the last answer, in milliseconds.' })
  durationMs!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'Rows answered a second.' })
  throughput!: number;

  @Column('jsonb')
  @Field(() => [LatencyQuantile], {
    description: 'p50, p90, p99 and p99.9 of what was answered; empty when nothing was.',
  })
  quantiles!: LatencyQuantile[];

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description:
      'The largest rate found to hold, in queries a second; null when none did or none was looked for.',
  })
  peakRate!: number | null;

  @Column('text')
  @Field(() => RunVerdict, { description: 'What it says of the version.' })
  verdict!: RunVerdict;

  @Column('text')
  @Field(() => String, { description: 'Why the verdict is what it is, in words, with the numbers.' })
  reason!: string;

  @Column('text')
  @Field(() => String, { description: 'Id of who asked for it.' })
  createdBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was done.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of performance tests.' })
export class PerformanceTestConnection extends connectionOf(PerformanceTest) {}
