/**
 * An order to Stripe. It is written down and committed before it is sent, and its id is the idempotency key at Stripe:
 * a process that is killed in between leaves an order that the next one carries out, with one effect.
 */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ErrorCode } from '../../../kernel/errors';
import type { LossReason } from './loss-reason';

export type OrderStatus = 'PENDING' | 'DONE' | 'REFUSED';

interface OfSubscription {
  readonly stripeSubscriptionId: string;
}

/** What is asked of Stripe, by kind. */
export interface OrderRequests {
  CHECKOUT: { planId: string; quantity: number; trialDays: number; promotionCodeId: string | null };
  /** Credits, paid once. */
  CREDIT_CHECKOUT: { amountMinor: string; currency: string };
  /** Whoever leaves is sold nothing more: pages that are open are closed. */
  CLOSE_CHECKOUTS: object;
  /** At once, and paid at once. */
  CHANGE: OfSubscription & { planId: string; quantity: number; prorationDate: string; resumes?: true };
  /** With the end of the period. */
  PLAN_CHANGE: OfSubscription & { planId: string; quantity: number };
  CANCEL: OfSubscription & { now: boolean; reason?: LossReason };
  RESUME: OfSubscription;
  REFUND: { stripeInvoiceId: string; amountMinor: string; reason: string };
  /** A second live subscription, or one of somebody who had left: ended, and all of it given back. */
  END_SURPLUS: OfSubscription;
  /** A trial on a card that had one. */
  END_TRIAL: OfSubscription;
  /** Nobody paid, and the time to read on is over. */
  END_UNPAID: OfSubscription;
}

export type OrderKind = keyof OrderRequests;

/** What Stripe answered, where somebody waits for more than that it is done. */
export type OrderResults = { [K in OrderKind]: object } & {
  [K in 'CHECKOUT' | 'CREDIT_CHECKOUT']: { sessionId: string; url: string; expiresAt: string };
};

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

  /** How often Stripe broke over it: each time it is asked under another key. */
  @Column('int')
  tries!: number;

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
