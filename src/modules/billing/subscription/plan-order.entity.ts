/**
 * An order to Stripe. It is written down and committed before it is sent, and its id is the idempotency key at Stripe:
 * a process that is killed in between leaves an order that the next one carries out, with one effect.
 */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ErrorCode } from '../../../kernel/errors';

export type OrderStatus = 'PENDING' | 'DONE' | 'REFUSED';

/** What is asked of Stripe, by kind. */
export interface OrderRequests {
  CHECKOUT: { planId: string; quantity: number };
  CHANGE: { planId: string; quantity: number; stripeSubscriptionId: string; prorationDate: string };
  CANCEL: { stripeSubscriptionId: string };
}

/** What Stripe answered, by kind. */
export interface OrderResults {
  CHECKOUT: { sessionId: string; url: string; expiresAt: string };
  CHANGE: { stripeSubscriptionId: string };
  CANCEL: { stripeSubscriptionId: string };
}

export type OrderKind = keyof OrderRequests;

@Entity('plan_orders')
export class PlanOrder {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  kind!: OrderKind;

  @Column('text')
  status!: OrderStatus;

  @Column('jsonb')
  request!: OrderRequests[OrderKind];

  @Column('jsonb', { nullable: true })
  result!: OrderResults[OrderKind] | null;

  @Column('jsonb', { nullable: true })
  failure!: { code: ErrorCode; message: string } | null;

  /** The job that looks a second time; called off once the order is carried out. */
  @Column('text')
  jobId!: string;

  /** The caller's own key, under which a repeated mutation finds this order again. */
  @Column('text', { nullable: true })
  idempotencyKey!: string | null;

  @Column('text', { nullable: true })
  inputHash!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  finishedAt!: Date | null;
}
