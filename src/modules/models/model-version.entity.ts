/** One immutable version: its bytes, what it takes, how good it is, and where it came from. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BigIntScalar, connectionOf, DateTime, Node } from '../../platform/graphql';
import { type ArtefactFormat, EngineKind } from '../compute';
import { Derivation } from './derivation/derivation.type';
import { Evaluation, Metric } from './evaluation.type';
import { Model } from './model.entity';
import { Signature } from './signature.type';

/** A frozen form of the model in the blob store. */
export interface StoredArtefact {
  readonly format: ArtefactFormat;
  /** SHA-256, which the blob store verifies at every load. */
  readonly hash: string;
  readonly sizeBytes: number;
}

@Entity('model_versions')
@ObjectType({
  implements: Node,
  description: 'One immutable version of a model. Identical contents are the same version.',
})
export class ModelVersion implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the version.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  modelId!: string;

  @ManyToOne(() => Model)
  @JoinColumn({ name: 'model_id' })
  model?: Relation<Model>;

  @Column('int')
  @Field(() => Int, { description: 'Its number within the model, from 1.' })
  number!: number;

  @Column('text')
  @Field(() => String, {
    description: 'SHA-256 over artefacts, signature and preparation: equal hashes answer equally.',
  })
  contentHash!: string;

  @Column('text')
  @Field(() => EngineKind, { description: 'The family of engines for which it was frozen.' })
  engine!: EngineKind;

  @Column('jsonb')
  @Field(() => Signature, { description: 'What it takes and what it answers.' })
  signature!: Signature;

  @Column('bigint')
  @Field(() => BigIntScalar, { description: 'Size of the artefact that is served.' })
  sizeBytes!: string;

  @Column('jsonb')
  artefacts!: StoredArtefact[];

  @Column('int')
  inputWidth!: number;

  @Column('int')
  outputWidth!: number;

  /** How rows become numbers; its form is the business of the module that trained the version. */
  @Column('jsonb', { nullable: true, select: false })
  preparation!: object | null;

  /** Prepared rows with which a deployment warms the version; drawn column by column, so that they are nobody's. */
  @Column('jsonb', { select: false })
  warmUp!: number[][];

  @Column('text', { array: true })
  parentIds!: string[];

  @Column('jsonb', { nullable: true })
  @Field(() => Derivation, {
    nullable: true,
    description:
      'What was done to its parent to make it, and what that changed; null for a version that was made of no other.',
  })
  derivation!: Derivation | null;

  @Column('jsonb')
  @Field(() => [Metric], { description: 'How good it is on rows that were held out from its training.' })
  metrics!: Metric[];

  @Column('jsonb', { nullable: true })
  evaluation!: Evaluation | null;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description:
      'Largest difference between what the frozen artefact answers and what the trained network answered; null when nothing was frozen here.',
  })
  exportDifference!: number | null;

  @Column('text', { nullable: true })
  datasetVersionId!: string | null;

  @Column('text', { nullable: true })
  trainingJobId!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of model versions.' })
export class ModelVersionConnection extends connectionOf(ModelVersion) {}
