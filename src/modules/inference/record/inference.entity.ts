/** The record of one prediction: always who, what, when, how long and how much; what it was about only by consent. */
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import type { EngineKind, EngineRefusal } from '../../compute';
import { Deployment } from '../../deployments';
import { EndUser } from '../../identity';
import { ModelVersion } from '../../models';
import type { ConsentPurpose } from '../../privacy';
import { ServiceClass } from '../service-class';
import { VersionChoice } from '../prediction/version-choice';

export enum InferenceStatus {
  SUCCEEDED = 'SUCCEEDED',
  PARTIAL = 'PARTIAL',
}

registerEnumType(InferenceStatus, {
  name: 'InferenceStatus',
  description:
    'How a prediction ended. What fails is answered with an error, billed to nobody and leaves no record.',
  valuesConfig: {
    SUCCEEDED: { description: 'It was answered, and is billed.' },
    PARTIAL: {
      description:
        'A text that was cut off, by its reader or by a fault: what was delivered of it is billed, no more.',
    },
  },
});

/** A consent as it stood when the record was written. */
export interface StoredConsent {
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  readonly since: string | null;
  readonly textId: string | null;
}

export interface StoredAssignment {
  readonly testId: string;
  readonly variantKey: string;
}

/** What many records have in common: the engine that answered, and why each better one was refused. */
@Entity('inference_engines')
export class InferenceEngine {
  /** Hash of the rest. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  kind!: EngineKind;

  @Column('text')
  device!: string;

  @Column('text')
  version!: string;

  /** In bytes; a bigint is text here. */
  @Column('bigint', { nullable: true })
  memoryBytes!: string | null;

  @Column('jsonb')
  refused!: EngineRefusal[];
}

@Entity('inferences')
@ObjectType({
  implements: Node,
  description: 'One prediction: from here everything that belongs to it can be reached.',
})
export class Inference implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('timestamptz')
  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the prediction.' })
  id!: string;

  @Column('text')
  @Field(() => InferenceStatus, { description: 'How it ended.' })
  status!: InferenceStatus;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who asked: member, API key or end user.' })
  principal!: string;

  @Column('text', { nullable: true })
  endUserId!: string | null;

  @ManyToOne(() => EndUser)
  @JoinColumn({ name: 'end_user_id' })
  endUser?: Relation<EndUser> | null;

  @Column('text')
  deploymentId!: string;

  @ManyToOne(() => Deployment)
  @JoinColumn({ name: 'deployment_id' })
  deployment?: Relation<Deployment>;

  /** The deployment that was asked for, when another one answered in its stead. */
  @Column('text', { nullable: true })
  askedDeploymentId!: string | null;

  @Column('smallint')
  @Field(() => Int, {
    description: '0 when the deployment that was asked for answered; 1 for its first fallback, and so on.',
  })
  fallbackStep!: number;

  /** The prediction whose answer was given again. */
  @Column('text', { nullable: true })
  sourceInferenceId!: string | null;

  @Column('text')
  @Field(() => ServiceClass, { description: 'How much hurry it was in; its price goes by that.' })
  serviceClass!: ServiceClass;

  @Column('text')
  modelId!: string;

  @Column('text')
  modelVersionId!: string;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'model_version_id' })
  modelVersion?: Relation<ModelVersion>;

  @Column('text', { nullable: true })
  @Field(() => VersionChoice, {
    nullable: true,
    description: 'Who chose the version that answered; null for predictions from before it was recorded.',
  })
  versionChoice!: VersionChoice | null;

  @Column('text')
  engineId!: string;

  @ManyToOne(() => InferenceEngine)
  @JoinColumn({ name: 'engine_id' })
  engine?: Relation<InferenceEngine>;

  @Column('int')
  @Field(() => Int, { description: 'Rows that were asked for.' })
  rows!: number;

  @Column('int')
  @Field(() => Int, {
    description: 'Rows in the batch in which they were computed, those of others included.',
  })
  batchRows!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'Milliseconds that it waited for the device.' })
  queueMs!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'Milliseconds that the device took for its batch.' })
  computeMs!: number;

  @Column('double precision')
  @Field(() => Float, { description: 'Milliseconds from the request to the record of its answer.' })
  totalMs!: number;

  /** Device time of this request's share of the batch. */
  @Column('double precision')
  deviceMs!: number;

  @Column('int')
  @Field(() => Int, { description: 'Tokens of the prompt that were read; 0 for rows.' })
  promptTokens!: number;

  @Column('int')
  @Field(() => Int, { description: 'Tokens that were written and delivered; 0 for rows.' })
  completionTokens!: number;

  /** The price in minor units, unrounded. */
  @Column('numeric')
  priceExact!: string;

  @Column('numeric')
  costExact!: string;

  @Column('text')
  currency!: string;

  @Column('text')
  planId!: string;

  @Column('jsonb')
  consentStates!: StoredConsent[];

  @Column('jsonb')
  testAssignments!: StoredAssignment[];

  /** Inputs and outputs, sealed; null without the consent of the person, and after its retention. */
  @Column('text', { nullable: true, select: false })
  payload!: string | null;

  @Column('timestamptz', { nullable: true })
  payloadUntil!: Date | null;

  /** Only in the answer itself, which has the outputs at hand whether they were kept or not. */
  answer?: unknown;
}

@ObjectType({ description: 'A page of predictions.' })
export class InferenceConnection extends connectionOf(Inference) {}
