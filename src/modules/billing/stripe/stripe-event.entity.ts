/** What Stripe told us, as it is kept: whose mirror it concerns and what became of it. Its words are not kept. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';

@Entity('stripe_inbox')
@ObjectType({ implements: Node, description: 'A webhook of Stripe’s, as it came in.' })
export class StripeEvent implements Node {
  @PrimaryColumn('text')
  eventId!: string;

  @Column('text')
  @Field(() => ID, { description: 'Id of ours.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'What it tells of, in Stripe’s words.' })
  type!: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'The customer at Stripe; null when it is nobody’s.' })
  stripeCustomerId!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it happened at Stripe.' })
  occurredAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it first came.' })
  receivedAt!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the mirror had been brought up to date with it; null until then.',
  })
  handledAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was put aside, because nobody could deal with it; null unless it was.',
  })
  parkedAt!: Date | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was put aside; null unless it was.' })
  failure!: string | null;
}

@ObjectType({ description: 'A page of webhooks.' })
export class StripeEventConnection extends connectionOf(StripeEvent) {}
