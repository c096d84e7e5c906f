/** An A/B test on a deployment: two or more versions, one hypothesis, one plan that cannot change once it runs. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { FeatureFlag } from '../flags/feature-flag.entity';
import { TestDecision, TestStop, Variant } from './feature-test.type';
import type { Look } from './results.service';
import { TestPlan } from './test-plan.type';

export enum FeatureTestKind {
  AB = 'AB',
}

registerEnumType(FeatureTestKind, {
  name: 'FeatureTestKind',
  description: 'Which question a test answers.',
  valuesConfig: { AB: { description: 'Do people do better with it?' } },
});

export enum FeatureTestState {
  DRAFT = 'DRAFT',
  RUNNING = 'RUNNING',
  STOPPED = 'STOPPED',
  DECIDED = 'DECIDED',
}

registerEnumType(FeatureTestState, {
  name: 'FeatureTestState',
  description: 'Where a test stands.',
  valuesConfig: {
    DRAFT: { description: 'Planned; nobody is exposed.' },
    RUNNING: { description: 'People with consent for analytics are exposed to its variants.' },
    STOPPED: {
      description:
        'Nobody is exposed any more, and the results are frozen as they were at that moment; what comes in later does not count. It can still be decided, and never runs again.',
    },
    DECIDED: { description: 'Ended with a decision; nobody is exposed any more.' },
  },
});

@Entity('feature_tests')
@ObjectType({
  implements: Node,
  description:
    'A test of a change on real people who agreed to analytics. Everyone else gets the deployment’s own route.',
})
export class FeatureTest implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the test.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'Its key; it also seeds who gets which variant.' })
  key!: string;

  @Column('text')
  @Field(() => FeatureTestKind, { description: 'Which question it answers.' })
  kind!: FeatureTestKind;

  @Column('text')
  @Field(() => String, { description: 'What is believed, in words, before anything was measured.' })
  hypothesis!: string;

  @Column('text')
  @Field(() => FeatureTestState, { description: 'Where it stands.' })
  state!: FeatureTestState;

  @Column('text')
  flagId!: string;

  @ManyToOne(() => FeatureFlag)
  @JoinColumn({ name: 'flag_id' })
  flag?: Relation<FeatureFlag>;

  @Column('text')
  deploymentId!: string;

  @Column('text')
  environment!: string;

  @Column('jsonb')
  @Field(() => [Variant], { description: 'Its variants, the control first.' })
  variants!: Variant[];

  @Column('jsonb')
  @Field(() => TestPlan, { description: 'What was decided before the first exposure.' })
  plan!: TestPlan;

  @Column('text', { array: true })
  metricNames!: string[];

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of hypothesis, variants and plan, taken at the start; null before.',
  })
  planHash!: string | null;

  /** Metrics whose values are kept in bins, for quantiles. */
  @Column('text', { array: true })
  spreadMetrics!: string[];

  /** How many days before a person's first exposure are looked at; null = none. */
  @Column('int', { nullable: true })
  earlierDays!: number | null;

  @Column('double precision')
  largestLogBayes!: number;

  @Column('jsonb', { nullable: true })
  @Field(() => TestStop, {
    nullable: true,
    description: 'Why and by whom it was stopped; null when it was not, or was decided while it ran.',
  })
  stop!: TestStop | null;

  /** The last look at a test that was stopped or decided. */
  @Column('jsonb', { nullable: true })
  finalResults!: Look | null;

  @Column('jsonb', { nullable: true })
  @Field(() => TestDecision, { nullable: true, description: 'How it ended; null until it did.' })
  decision!: TestDecision | null;

  @Column('int')
  @Field(() => Int, {
    description: 'Grows with every change: pass it as `expectedVersion` to change only what you saw.',
  })
  version!: number;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was planned.' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it started; null before.' })
  startedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was stopped; null before, and when it was decided while it ran.',
  })
  stoppedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it was decided; null before.' })
  decidedAt!: Date | null;
}

@ObjectType({ description: 'A page of feature tests.' })
export class FeatureTestConnection extends connectionOf(FeatureTest) {}
