/** One move of an alias. The table only grows: the present alias is its last move, and the past can be asked for. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../platform/graphql';
import { ModelVersion } from './model-version.entity';

@Entity('model_alias_moves')
@ObjectType({
  implements: Node,
  description: 'One move of an alias to a version; moves are never changed or removed.',
})
export class AliasMove implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the move.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  modelId!: string;

  @Column('text')
  @Field(() => String, { description: 'The alias, e.g. champion.' })
  alias!: string;

  @Column('text', { nullable: true })
  versionId!: string | null;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'version_id' })
  version?: Relation<ModelVersion> | null;

  @Column('text', { nullable: true })
  previousVersionId!: string | null;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'previous_version_id' })
  previous?: Relation<ModelVersion> | null;

  @Column('text')
  @Field(() => String, { description: 'Why it moved, in the words of the person who moved it.' })
  reason!: string;

  @Column('text', { array: true })
  @Field(() => [ID], {
    description: 'Ids of what spoke for it, e.g. a feature test or a report; `nodes(ids:)` shows them.',
  })
  evidenceIds!: string[];

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who moved it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'From when on it pointed there.' })
  at!: Date;
}

@ObjectType({ description: 'A page of moves of an alias.' })
export class AliasMoveConnection extends connectionOf(AliasMove) {}
