/** One trial of a search: what was chosen, how far it came, and what the validation part said of it. */
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, JSONScalar, Node } from '../../../platform/graphql';
import type { Recipe } from '../trainer/recipe';
import type { Choice, DimensionName } from './search-space';

export enum TrialStatus {
  WAITING = 'WAITING',
  RUNNING = 'RUNNING',
  DROPPED = 'DROPPED',
  COMPLETED = 'COMPLETED',
  FAILED = 'FAILED',
}

registerEnumType(TrialStatus, {
  name: 'TrainingTrialStatus',
  description: 'Where a trial stands.',
  valuesConfig: {
    WAITING: { description: 'For its turn; when the search has ended, it did not come.' },
    RUNNING: { description: 'It learns.' },
    DROPPED: {
      description: 'Others did better on its rung, so it does not go on. What it scored there still counts.',
    },
    COMPLETED: { description: 'It has learned to the end of its recipe.' },
    FAILED: {
      description: 'It cannot be trained on; `failure` says why. What it scored before still counts.',
    },
  },
});

@ObjectType({ description: 'What a trial has of one dimension.' })
export class TrainingTrialChoice {
  @Field(() => String, { description: 'The dimension, as the space names it.' })
  dimension!: DimensionName;

  @Field(() => JSONScalar, { description: 'Its value: a number, or what the space lists.' })
  value!: Choice['value'];
}

@Entity('training_trials')
@ObjectType({
  implements: Node,
  description: 'One trial of a search. Once it has begun it is a training with a curve of its own.',
})
export class TrainingTrial implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the trial.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  searchId!: string;

  @Column('int')
  @Field(() => Int, { description: 'Its number within the search, from 1.' })
  number!: number;

  @Column('jsonb')
  @Field(() => [TrainingTrialChoice], { description: 'What was chosen for it, by dimension.' })
  choices!: Choice[];

  @Column('jsonb')
  @Field(() => JSONScalar, { description: 'Its whole recipe.' })
  recipe!: Recipe;

  @Column('text')
  @Field(() => TrialStatus, { description: 'Where it stands.' })
  status!: TrialStatus;

  @Column('double precision', { array: true })
  @Field(() => [Float], {
    description: 'What the validation part said at the end of each rung that it has done.',
  })
  scores!: number[];

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it cannot be trained; null unless it failed.' })
  failure!: string | null;

  /** Where it stood when it had its best score, in the blob store; what it learns after that is another one. */
  @Column('text', { nullable: true })
  scoredCheckpointHash!: string | null;

  @Column('text', { nullable: true })
  trainingJobId!: string | null;
}

@ObjectType({ description: 'A page of trials.' })
export class TrainingTrialConnection extends connectionOf(TrainingTrial) {}
