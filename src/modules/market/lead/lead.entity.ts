/** Somebody who may become a customer, and how far staff has come with them. What names a person is sealed. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import { LossReason } from '../../billing';

export enum LeadStage {
  NEW = 'NEW',
  CONTACTED = 'CONTACTED',
  QUALIFIED = 'QUALIFIED',
  PROPOSED = 'PROPOSED',
  WON = 'WON',
  LOST = 'LOST',
}

registerEnumType(LeadStage, {
  name: 'LeadStage',
  description: 'How far staff has come with a lead.',
  valuesConfig: {
    NEW: { description: 'Nobody has spoken with them.' },
    CONTACTED: { description: 'Somebody has.' },
    QUALIFIED: { description: 'They need it, and may pay for it.' },
    PROPOSED: { description: 'They have an offer.' },
    WON: { description: 'They are a customer.' },
    LOST: { description: 'They will not be one; `lostReason` says why.' },
  },
});

@Entity('leads')
@ObjectType({ implements: Node, description: 'Somebody who may become a customer. Staff only.' })
export class Lead implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the lead.' })
  id!: string;

  @Column('text', { nullable: true })
  channelId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'The campaign; null when none is known.' })
  campaign!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Market segment; null when none is known.' })
  segment!: string | null;

  @Column('text')
  @Field(() => LeadStage, { description: 'How far it has come.' })
  stage!: LeadStage;

  @Column('text', { nullable: true })
  ownerId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Their organisation; null once forgotten.' })
  organisation!: string | null;

  /** Sealed. */
  @Column('text', { nullable: true })
  email!: string | null;

  /** Keyed: to find the same person again without opening anything. */
  @Column('text', { nullable: true })
  emailHash!: string | null;

  /** Sealed. */
  @Column('text', { nullable: true })
  notes!: string | null;

  @Column('text', { nullable: true })
  tokenHash!: string | null;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => LossReason, { nullable: true, description: 'Why it was lost; null unless it was.' })
  lostReason!: LossReason | null;

  @Column('text', { nullable: true })
  competitorId!: string | null;

  @Column('int')
  @Field(() => Int, { description: 'Rises with each change; for `expectedVersion`.' })
  version!: number;

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was entered.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was last changed.' })
  updatedAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it was won or lost; null while it is open.' })
  closedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When what names a person was forgotten because somebody asked; null unless somebody did.',
  })
  erasedAt!: Date | null;
}

@ObjectType({ description: 'A page of leads.' })
export class LeadConnection extends connectionOf(Lead) {}
