/** A way by which customers hear of the product, and what it costs. The code is what a sign-up names. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Node } from '../../../platform/graphql';

@Entity('channels')
@ObjectType({ implements: Node, description: 'A way by which customers hear of the product. Staff only.' })
export class Channel implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the channel.' })
  id!: string;

  @Column('text')
  @Field(() => String, {
    description: 'What a sign-up names as `attribution.channel`, for example `search-ads`.',
  })
  code!: string;

  @Column('text')
  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made known.' })
  createdAt!: Date;
}

/** What a channel cost in a month, in one currency, and how many came by it, where somebody counts them. */
@Entity('channel_months')
export class ChannelMonth {
  @PrimaryColumn('text')
  channelId!: string;

  /** The first day of the month. */
  @PrimaryColumn('date')
  month!: string;

  @PrimaryColumn('text')
  currency!: string;

  @Column('bigint')
  costMinor!: string;

  @Column('int', { nullable: true })
  visits!: number | null;

  @Column('text')
  setBy!: string;

  @Column('timestamptz')
  setAt!: Date;
}
