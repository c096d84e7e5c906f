/** What a version is, on one page, with the name of the person who stands for it. A draft is the same page without a name. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, JSONScalar, Node } from '../../../platform/graphql';

@Entity('model_cards')
@ObjectType({
  implements: Node,
  description:
    'What a version is for, how good it is and for whom, what it was made of, and where it ends: facts of the registry, with the words of a person.',
})
export class ModelCard implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the card.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  modelVersionId!: string;

  @Column('int')
  @Field(() => Int, { description: 'Its number among the cards of the version, from 1; 0 = a draft.' })
  version!: number;

  @Column('text')
  @Field(() => String, { description: 'The card as Markdown.' })
  markdown!: string;

  @Column('jsonb')
  @Field(() => JSONScalar, {
    description: 'The card in the shape of Google’s Model Card Toolkit, schema version 0.0.2.',
  })
  json!: object;

  /** null for a draft, which is made when it is asked for and never stored. */
  @Column('text')
  approvedById!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { nullable: true, description: 'When it was approved; null for a draft.' })
  approvedAt!: Date | null;
}
