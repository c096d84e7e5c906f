/** Something that an assessment found is to be done, by when. It stays open through later assessments of the use until it is done. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@Entity('impact_actions')
@ObjectType({ implements: Node, description: 'Something that an assessment found is to be done, by when.' })
export class ImpactAction implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the action.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  modelId!: string;

  @Column('text')
  use!: string;

  /** The assessment that asked for it. */
  @Column('text')
  assessmentId!: string;

  @Column('text')
  @Field(() => String, { description: 'What is to be done.' })
  title!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'Until when.' })
  dueAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it was done; null while open.' })
  closedAt!: Date | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'What came of it; null while open.' })
  outcome!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Id of who says that it is done; null while open.' })
  closedBy!: string | null;
}

@ObjectType({ description: 'A page of actions.' })
export class ImpactActionConnection extends connectionOf(ImpactAction) {}
