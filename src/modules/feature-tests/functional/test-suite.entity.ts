/** A suite of cases about a model: changed by adding and taking away, and every state of it is kept. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import type { TestCase } from './test-case.type';

@Entity('test_suites')
@ObjectType({
  implements: Node,
  description: 'Cases that say what a model must do: inputs, and what must be so about the answers.',
})
export class TestSuite implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the suite.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'What it is about; null when nobody said.' })
  description!: string | null;

  @Column('text')
  modelId!: string;

  @Column('int')
  @Field(() => Int, {
    description:
      'Grows with every change of its cases and of how a run is judged; a run names the one it was held against.',
  })
  number!: number;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description:
      'The share of cases that must pass, 0 to 1; null = every case, or no loss against a baseline.',
  })
  requiredPassRate!: number | null;

  @Column('double precision')
  @Field(() => Float, {
    description: 'By how much a version may pass fewer cases than its baseline, as a share.',
  })
  margin!: number;

  @Column('boolean')
  @Field(() => Boolean, {
    description:
      'Whether the gate of a deployment asks for it: a version without a run that passed is not promoted.',
  })
  isRequired!: boolean;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was changed last.' })
  updatedAt!: Date;
}

/** The cases as they stood under one number. */
@Entity('test_suite_versions')
export class TestSuiteVersion {
  @PrimaryColumn('text')
  suiteId!: string;

  @PrimaryColumn('int')
  number!: number;

  @Column('jsonb')
  cases!: TestCase[];

  @Column('text')
  contentHash!: string;

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  createdAt!: Date;
}

@ObjectType({ description: 'A page of suites.' })
export class TestSuiteConnection extends connectionOf(TestSuite) {}
