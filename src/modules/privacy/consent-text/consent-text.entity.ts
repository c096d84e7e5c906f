/** The words that a person agrees to. A changed wording is a new version; old ones stay, because records point at them. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../../../platform/graphql';
import { ConsentPurpose } from '../consent-purpose';

@Entity('consent_texts')
@ObjectType({ implements: Node, description: 'One version of the words that a person agrees to.' })
export class ConsentText implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the text.' })
  id!: string;

  @Column('text')
  @Field(() => ConsentPurpose, { description: 'The purpose it asks about.' })
  purpose!: ConsentPurpose;

  @Column('int')
  @Field(() => Int, { description: 'Its version within purpose and language, from 1.' })
  version!: number;

  @Column('text')
  @Field(() => String, { description: 'Language, BCP 47, for example `en`.' })
  language!: string;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Where it applies, for example `EU`; null = everywhere.',
  })
  jurisdiction!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Its headline.' })
  title!: string;

  @Column('text')
  @Field(() => String, { description: 'What is agreed to, in full.' })
  body!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'Since when it may be shown.' })
  createdAt!: Date;
}
