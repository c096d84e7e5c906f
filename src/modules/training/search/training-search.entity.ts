/** One search over recipes: where it looks, by which rule, and what came of it. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, JSONScalar, Node } from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { ModelVersion } from '../../models';
import { DatasetVersion } from '../dataset/dataset-version.entity';
import type { Recipe } from '../trainer/recipe';
import type { Halving, Rung } from './halving';
import type { Objective } from './objective';
import type { Dimension } from './search-space';
import type { Strategy } from './trials';

export const ObjectiveName: { readonly [objective in Objective]: objective } = {
  VALIDATION_LOSS: 'VALIDATION_LOSS',
  VALIDATION_ACCURACY: 'VALIDATION_ACCURACY',
  VALIDATION_AUC: 'VALIDATION_AUC',
  VALIDATION_F1: 'VALIDATION_F1',
};

registerEnumType(ObjectiveName, {
  name: 'TrainingSearchObjective',
  description:
    'By what trials are held against each other: always figures of the validation part. The held-out rows are asked once, for the best trial.',
  valuesConfig: {
    VALIDATION_LOSS: { description: 'The loss on the validation part; the least is best.' },
    VALIDATION_ACCURACY: {
      description:
        'Share of the validation part that is called right; the most is best. Not for a regression.',
    },
    VALIDATION_AUC: {
      description:
        'Area under the ROC curve of the validation part: how well positive rows are put before others; the most is best. For yes or no alone.',
    },
    VALIDATION_F1: {
      description:
        'F1 of the positive class on the validation part, from a probability of a half on; the most is best. For yes or no alone.',
    },
  },
});

export enum SearchEnd {
  ALL_TRIED = 'ALL_TRIED',
  BUDGET_SPENT = 'BUDGET_SPENT',
}

registerEnumType(SearchEnd, {
  name: 'TrainingSearchEnd',
  description: 'Why a search tried no more.',
  valuesConfig: {
    ALL_TRIED: { description: 'Its plan was done.' },
    BUDGET_SPENT: { description: 'Its device time was spent; the best trial until then was taken.' },
  },
});

@ObjectType({ description: 'How trials that do badly are left behind early.' })
export class TrainingSearchHalving implements Halving {
  @Field(() => Int, { description: 'Of so many trials one goes on.' })
  eta!: number;

  @Field(() => Int, { description: 'Epochs before the first are left behind.' })
  minEpochs!: number;
}

@ObjectType({ description: 'One rung: so many trials stand on it, and learn until so many epochs.' })
export class TrainingSearchRung implements Rung {
  @Field(() => Int, { description: 'Trials on it, when none has failed.' })
  trials!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Epochs that each has learned at its end, the rungs below included; null = all of its recipe.',
  })
  epochs!: number | null;
}

@Entity('training_searches')
@ObjectType({
  implements: Node,
  description:
    'A search over recipes: trials on the same data and the same split, held against each other by their validation part. The best one is evaluated on the held-out rows and becomes a version.',
})
export class TrainingSearch implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the search.' })
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
  @Field(() => String, { description: 'Name of the model that gets the best trial as a version.' })
  modelName!: string;

  @Column('jsonb')
  @Field(() => JSONScalar, { description: 'The base: what every trial has that the space does not name.' })
  recipe!: Recipe;

  @Column('jsonb')
  @Field(() => JSONScalar, { description: 'Its dimensions in order: `[{name, values, range}]`.' })
  space!: Dimension[];

  @Column('jsonb')
  strategy!: Strategy;

  @Column('jsonb', { nullable: true })
  @Field(() => TrainingSearchHalving, {
    nullable: true,
    description: 'How trials are left behind early; null when each learns to its end.',
  })
  halving!: Halving | null;

  @Column('jsonb')
  @Field(() => [TrainingSearchRung], { description: 'Its plan, from the first rung to the last.' })
  rungs!: Rung[];

  @Column('int')
  @Field(() => Int, { description: 'Epochs that the plan comes to, all trials together.' })
  plannedEpochs!: number;

  @Column('text')
  @Field(() => ObjectiveName, { description: 'By what trials are held against each other.' })
  objective!: Objective;

  @Column('text', { nullable: true })
  parentVersionId!: string | null;

  /** Milliseconds on the device, all trials together, after which no more is tried. */
  @Column('double precision', { nullable: true })
  budgetMs!: number | null;

  /** Kept, because a process that was told may die before it does it. */
  @Column('boolean', { default: false })
  pauseRequested!: boolean;

  @Column('text', { nullable: true })
  bestTrialId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => SearchEnd, { nullable: true, description: 'Why it tried no more; null until then.' })
  endedBy!: SearchEnd | null;

  @Column('text', { nullable: true })
  resultVersionId!: string | null;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'result_version_id' })
  result?: Relation<ModelVersion> | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of searches.' })
export class TrainingSearchConnection extends connectionOf(TrainingSearch) {}
