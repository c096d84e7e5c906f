/** A customer's subscription to a plan: a mirror of Stripe's, or a plan without Stripe (FREE, and by contract). */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DateTime, Node } from '../../../platform/graphql';
import { Plan } from '../plan/plan.entity';
import { SubscriptionStatus } from './standing';

registerEnumType(SubscriptionStatus, {
  name: 'SubscriptionStatus',
  description: 'State of a subscription, in Stripe’s words.',
  valuesConfig: {
    INCOMPLETE: { description: 'The first payment has not come yet; the plan is not granted.' },
    INCOMPLETE_EXPIRED: { description: 'The first payment never came; final.' },
    TRIALING: { description: 'In its trial; the plan is granted.' },
    ACTIVE: { description: 'Paid, or free; the plan is granted.' },
    PAST_DUE: { description: 'A payment is late; the plan is granted until `graceEndsAt`.' },
    UNPAID: { description: 'Payment was given up; the plan is not granted.' },
    PAUSED: { description: 'On hold; the plan is not granted.' },
    CANCELED: { description: 'Ended; final.' },
  },
});

@Entity('plan_subscriptions')
@ObjectType({ implements: Node, description: 'A customer’s subscription to a plan.' })
export class PlanSubscription implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the subscription.' })
  id!: string;

  @Column('text')
  planId!: string;

  @ManyToOne(() => Plan)
  @JoinColumn({ name: 'plan_id' })
  plan!: Relation<Plan>;

  @Column('text')
  @Field(() => SubscriptionStatus, { description: 'State of the subscription.' })
  status!: SubscriptionStatus;

  @Column('int')
  @Field(() => Int, { description: 'Number of seats that are paid for.' })
  quantity!: number;

  /** What it brings in a month: the figure of which market's recurring revenue is made. */
  @Column('bigint')
  monthlyMinor!: string;

  @Column('text')
  currency!: string;

  /** From here its periods are counted. */
  @Column('timestamptz')
  anchorAt!: Date;

  @Column('timestamptz')
  currentPeriodStart!: Date;

  @Column('timestamptz')
  currentPeriodEnd!: Date;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'End of the trial; null without one.' })
  trialEndsAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, { nullable: true, description: 'When it will end; null while it goes on.' })
  cancelAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when a late payment keeps the plan; null while nothing is late.',
  })
  graceEndsAt!: Date | null;

  @Column('text', { nullable: true })
  plannedPlanId!: string | null;

  @Column('int', { nullable: true })
  plannedQuantity!: number | null;

  @Column('timestamptz', { nullable: true })
  plannedAt!: Date | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The customer at Stripe; null for a plan without Stripe.',
  })
  stripeCustomerId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The subscription at Stripe; null for a plan without Stripe.',
  })
  stripeSubscriptionId!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;
}
