/**
 * Late payers: service for the plan's days of grace, then reading only, then FREE. Each step is taken and told once;
 * whether the plan is granted meanwhile follows from the clock alone (`standing.ts`), so a late job grants nothing.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { eachApart, type JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { BILLING_CHANGED } from '../billing.events';
import type { BillingNoticeService } from './billing-notice.service';
import { type DunningStep, dunningStep, READ_ONLY_MS } from './dunning-step';
import type { PlanOrderService } from './plan-order.service';

export interface LateSubscription {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly stripeSubscriptionId: string;
  readonly graceEndsAt: Date;
}

const EVENTS = {
  GRACE: 'subscription.payment-late',
  READ_ONLY: 'subscription.read-only',
  END: 'subscription.given-up',
} as const;

const LATE = `select customer_id as "customerId", id as "subscriptionId", stripe_subscription_id as "stripeSubscriptionId",
    grace_ends_at as "graceEndsAt"
  from plan_subscriptions where grace_ends_at <= $1 and ended_at is null and stripe_subscription_id is not null`;

const END_AGAIN_MS = 24 * 3_600_000;
const ENDED_SINCE = `select from plan_orders
  where customer_id = $1 and kind = 'END_UNPAID' and request ->> 'stripeSubscriptionId' = $2 and created_at > $3 limit 1`;

export class DunningService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly orders: PlanOrderService,
    private readonly notices: BillingNoticeService,
  ) {}

  readonly job: JobDefinition<never> = {
    kind: 'billing.dun',
    cron: '17 * * * *',
    run: (_payload, { signal }) => this.run(signal),
  };

  /** Takes the step that is due for everyone whose days of grace are over. */
  async run(signal?: AbortSignal): Promise<void> {
    const { unitOfWork } = this.database;
    const late = await unitOfWork.run(SERVICE, () =>
      unitOfWork.sql<LateSubscription>(LATE, [this.clock.now()]),
    );
    const of = ({ customerId }: LateSubscription) => ({ customerId });
    const failure = 'the step of a late payer could not be taken';
    await eachApart(late, { log: this.log, failure, of, signal }, (one) =>
      unitOfWork.run(SERVICE, () => this.stepIfStillLate(one)),
    );
  }

  /** It may have been paid since, while the others were seen to. */
  private async stepIfStillLate({ customerId, subscriptionId }: LateSubscription): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.sql('select from billing_accounts where customer_id = $1 for update', [customerId]);
    const values = [this.clock.now(), customerId, subscriptionId];
    const [still] = await unitOfWork.sql<LateSubscription>(
      `${LATE} and customer_id = $2 and id = $3`,
      values,
    );
    if (still) await this.step(still);
  }

  /** Takes the step of one, unless it was taken; in the open unit of work, which holds the account's row. */
  async step(late: LateSubscription): Promise<void> {
    const { customerId, subscriptionId, stripeSubscriptionId, graceEndsAt } = late;
    const now = this.clock.now();
    const step = dunningStep(graceEndsAt, now);
    const [taken] = await this.database.unitOfWork.sql(
      `insert into dunning_steps (customer_id, subscription_id, grace_ends_at, step, created_at)
       values ($1, $2, $3, $4, $5) on conflict do nothing returning step`,
      [customerId, subscriptionId, graceEndsAt, step, now],
    );
    if (!taken) return step === 'END' ? this.endAgain(late, now) : undefined;
    await this.events.emit({
      type: EVENTS[step],
      customerId,
      subject: subscriptionId,
      data: { graceEndsAt: graceEndsAt.toISOString() },
    });
    await this.signals.publish(BILLING_CHANGED, { customerId });
    if (step === 'END') await this.orders.placeOwn('END_UNPAID', customerId, { stripeSubscriptionId });
    else await this.notices.send(customerId, noticeOf(step, graceEndsAt));
  }

  /** An end that Stripe did not take was given up with its order: it would go on to write invoices that nobody pays. */
  private async endAgain({ customerId, stripeSubscriptionId }: LateSubscription, now: Date): Promise<void> {
    const values = [customerId, stripeSubscriptionId, new Date(now.getTime() - END_AGAIN_MS)];
    const [recent] = await this.database.unitOfWork.sql(ENDED_SINCE, values);
    if (!recent) await this.orders.placeOwn('END_UNPAID', customerId, { stripeSubscriptionId });
  }
}

function noticeOf(step: Exclude<DunningStep, 'END'>, graceEndsAt: Date) {
  if (step === 'GRACE') return { kind: 'PAYMENT_LATE', until: graceEndsAt.toISOString() } as const;
  const until = new Date(graceEndsAt.getTime() + READ_ONLY_MS).toISOString();
  return { kind: 'READ_ONLY', until } as const;
}
