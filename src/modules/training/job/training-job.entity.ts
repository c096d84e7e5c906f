/** One training: which data, which recipe, and the version that came of it. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, JSONScalar, Node } from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { ModelVersion } from '../../models';
import { DatasetVersion } from '../dataset/dataset-version.entity';
import type { EvaluationReport } from '../trainer/evaluation/report';
import type { Recipe } from '../trainer/recipe';

@Entity('training_jobs')
@ObjectType({
  implements: Node,
  description: 'One training, from a version of data to a version of a model.',
})
export class TrainingJob implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the training.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  jobId!: string;

  @ManyToOne(() => Job)
  @JoinColumn({ name: 'job_id' })
  job?: Relation<Job>;

  @Column('text')
  datasetVersionId!: string;

  @ManyToOne(() => DatasetVersion)
  @JoinColumn({ name: 'dataset_version_id' })
  datasetVersion?: Relation<DatasetVersion>;

  @Column('text')
  @Field(() => String, { description: 'Name of the model that gets the new version.' })
  modelName!: string;

  @Column('jsonb')
  @Field(() => JSONScalar, {
    description: 'How it is trained, with everything that the caller left open filled in.',
  })
  recipe!: Recipe;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'What it computed on: wasm or cpu; null before it began. Equal seeds give equal weights on equal backends.',
  })
  backend!: string | null;

  @Column('text', { nullable: true })
  resultVersionId!: string | null;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'result_version_id' })
  result?: Relation<ModelVersion> | null;

  /** Where it stands, in the blob store: weights, what the optimizer remembers, the unfinished epoch. */
  @Column('text', { nullable: true })
  checkpointHash!: string | null;

  /** Milliseconds on the device after which it pauses. */
  @Column('double precision', { nullable: true })
  budgetMs!: number | null;

  @Column('text', { nullable: true })
  parentVersionId!: string | null;

  /** Of a trial: the search in whose job it works. */
  @Column('text', { nullable: true })
  searchId!: string | null;

  /** Kept, because a process that was told may die before it does it. */
  @Column('boolean', { default: false })
  pauseRequested!: boolean;

  @Column('jsonb', { nullable: true })
  report!: EvaluationReport | null;

  /** Milliseconds on the device, interrupted attempts included. */
  @Column('double precision', { default: 0 })
  deviceMs!: number;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of trainings.' })
export class TrainingJobConnection extends connectionOf(TrainingJob) {}
