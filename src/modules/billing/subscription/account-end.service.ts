/**
 * What the money side does when a customer closes its account: the paid subscription ends at once, with an invoice of all that was
 * used; credits that were paid for are lost only where that is said; what is owed stays owed, and keeps nobody from leaving.
 */
import type { Clock } from '../../../kernel/clock';
import { conflict } from '../../../kernel/errors';
import { format, money, roundToMinor } from '../../../kernel/money';
import type { Database } from '../../../platform/database';
import { CreditSource } from '../ledger/ledger';
import type { LossReason } from './loss-reason';
import type { PlanOrderService } from './plan-order.service';

/** An order that Stripe did not take was given up: it is placed anew once a day. */
const AGAIN_MS = 24 * 3_600_000;

const LIVE = `select stripe_subscription_id as "stripeSubscriptionId", created_at > $2 as "isLate" from plan_subscriptions
  where customer_id = $1 and ended_at is null and stripe_subscription_id is not null`;
const ORDERED = `select from plan_orders
  where customer_id = $1 and (kind = 'CANCEL' and (request ->> 'now')::boolean or kind = 'END_SURPLUS')
    and request ->> 'stripeSubscriptionId' = $2
    and status <> 'REFUSED' and created_at > $3 limit 1`;
const BUYER = 'select from billing_accounts where customer_id = $1 and stripe_customer_id is not null';
const PAID_CREDITS = `select currency, sum(remaining)::text as remaining from credit_grants
  where customer_id = $1 and source = $2 and remaining > 0 and (expires_at is null or expires_at > $3) group by 1 order by 1`;
const OPEN = `select count(*)::int as count from invoices where customer_id = $1 and status = 'OPEN'`;
const END_CREDITS = `update credit_grants set expires_at = $2
  where customer_id = $1 and remaining > 0 and (expires_at is null or expires_at > $2)`;

interface Live {
  readonly stripeSubscriptionId: string;
  readonly isLate: boolean;
}

export interface AccountEnd {
  readonly reason: LossReason;
  /** Whether credits that were paid for and are not used may be lost. */
  readonly forfeitCredits: boolean;
}

export class AccountEndService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly orders: Pick<PlanOrderService, 'placeOwn'>,
  ) {}

  /** In the open unit of work. Answers how many invoices are open and stay owed. @throws AppError CONFLICT for paid credits. */
  async end(customerId: string, { reason, forfeitCredits }: AccountEnd): Promise<number> {
    const { unitOfWork } = this.database;
    if (!forfeitCredits) await this.assertNothingLost(customerId);
    await this.endSubscription(customerId, reason, this.clock.now());
    if ((await unitOfWork.sql(BUYER, [customerId])).length > 0)
      await this.orders.placeOwn('CLOSE_CHECKOUTS', customerId, {});
    const [open] = await unitOfWork.sql<{ count: number }>(OPEN, [customerId]);
    return open!.count;
  }

  /**
   * In the open unit of work: ends what is live at Stripe, unless that is ordered. Asked again of those that have closed: an order may
   * have been given up, and a page may have been paid on in the last moment. What was paid for after `closedAt` is given back.
   */
  async endSubscription(customerId: string, reason: LossReason, closedAt: Date): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.sql('select from billing_accounts where customer_id = $1 for update', [customerId]);
    const recent = new Date(this.clock.millis() - AGAIN_MS);
    for (const { stripeSubscriptionId, isLate } of await unitOfWork.sql<Live>(LIVE, [customerId, closedAt])) {
      const ordered = await unitOfWork.sql(ORDERED, [customerId, stripeSubscriptionId, recent]);
      if (ordered.length > 0) continue;
      if (isLate) await this.orders.placeOwn('END_SURPLUS', customerId, { stripeSubscriptionId });
      else await this.orders.placeOwn('CANCEL', customerId, { stripeSubscriptionId, now: true, reason });
    }
  }

  /** In the open unit of work: what is left of credits ends now, and is posted by the job that ends them (breakage). */
  async endCredits(customerId: string): Promise<void> {
    await this.database.unitOfWork.sql(END_CREDITS, [customerId, this.clock.now()]);
  }

  private async assertNothingLost(customerId: string): Promise<void> {
    const values = [customerId, CreditSource.PURCHASED, this.clock.now()];
    const left = await this.database.unitOfWork.sql<{ currency: string; remaining: string }>(
      PAID_CREDITS,
      values,
    );
    if (left.length === 0) return;
    const amounts = left.map(({ currency, remaining }) => format(money(roundToMinor(remaining), currency)));
    throw conflict(
      `Credits of ${amounts.join(' and ')} were paid for and are not used. Ask those who run this service to give them back first, or say with forfeitCredits that they may be lost.`,
      ['input', 'forfeitCredits'],
    );
  }
}
