/** A competitor by the names that people use, and that somebody spoke of it. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@Entity('competitors')
@ObjectType({ implements: Node, description: 'With whom customers compare us. Staff only.' })
export class Competitor implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the competitor.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Column('text', { array: true })
  @Field(() => [String], { description: 'How else people call it.' })
  aliases!: string[];

  @Column('int')
  @Field(() => Int, { description: 'Rises with each change; for `expectedVersion`.' })
  version!: number;

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made known.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When its names last changed.' })
  updatedAt!: Date;
}

@ObjectType({ description: 'A page of competitors.' })
export class CompetitorConnection extends connectionOf(Competitor) {}

/** Where somebody spoke of it; never the words. */
@Entity('competitor_mentions')
export class CompetitorMention {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  feedbackId!: string;

  @PrimaryColumn('text')
  competitorId!: string;

  @Column('text', { nullable: true })
  endUserId!: string | null;

  @Column('timestamptz')
  saidAt!: Date;
}
