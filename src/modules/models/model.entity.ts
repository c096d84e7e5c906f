/** A line of versions under one name: what a deployment serves and what a plan may allow. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../platform/graphql';
import { Customer } from '../identity';

export enum ModelTask {
  TABULAR_CLASSIFICATION = 'TABULAR_CLASSIFICATION',
  TABULAR_REGRESSION = 'TABULAR_REGRESSION',
  TEXT_CLASSIFICATION = 'TEXT_CLASSIFICATION',
  IMAGE_CLASSIFICATION = 'IMAGE_CLASSIFICATION',
  EMBEDDING = 'EMBEDDING',
  QUESTION_ANSWERING = 'QUESTION_ANSWERING',
  TEXT_GENERATION = 'TEXT_GENERATION',
}

registerEnumType(ModelTask, {
  name: 'ModelTask',
  description: 'What a model is for.',
  valuesConfig: {
    TABULAR_CLASSIFICATION: { description: 'Rows of named values in, the probability of a class out.' },
    TABULAR_REGRESSION: { description: 'Rows of named values in, a number out.' },
    TEXT_CLASSIFICATION: { description: 'A text in, the probability of a class out.' },
    IMAGE_CLASSIFICATION: { description: 'An image in, the probability of each class out.' },
    EMBEDDING: {
      description:
        'A text in, a vector that stands for its meaning out: the closer two vectors, the more alike the texts.',
    },
    QUESTION_ANSWERING: {
      description:
        'A question and passages in, the passage that answers best out, with the closeness of each from −1 to 1.',
    },
    TEXT_GENERATION: { description: 'A text in, its continuation out.' },
  },
});

@Entity('models')
@ObjectType({
  implements: Node,
  description:
    'A line of immutable versions under one name, with aliases such as `champion` that move along it.',
})
export class Model implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the model.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @ManyToOne(() => Customer)
  @JoinColumn({ name: 'customer_id' })
  owner?: Relation<Customer> | null;

  @Column('text')
  @Field(() => String, { description: 'Its name, unique among the models of its owner.' })
  name!: string;

  @Column('text')
  @Field(() => ModelTask, { description: 'What it is for.' })
  task!: ModelTask;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When its first version was made.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of models.' })
export class ModelConnection extends connectionOf(Model) {}
