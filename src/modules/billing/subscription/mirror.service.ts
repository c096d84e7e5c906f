/**
 * The tables that mirror Stripe: what a reading makes of them, how they differ from it, and the plan without Stripe on
 * which a customer stands meanwhile. Only `CustomerSyncService` calls `write`.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { BILLING_CHANGED, subscriptionData } from '../billing.events';
import { Invoice } from '../invoice/invoice.entity';
import { discardedOf, type InvoiceMirrorService } from '../invoice/invoice-mirror.service';
import type { ReturnedChargesService } from '../meter/returned-charges.service';
import type { PlanService } from '../plan/plan.service';
import type { StripeReading, StripeSubscription } from '../stripe/stripe-gateway';
import type { PurchasedCreditsService } from '../purchase/purchased-credits.service';
import type { BillingNoticeService } from './billing-notice.service';
import { changedFields } from './changed-fields';
import type { DunningService } from './dunning.service';
import type { PlanOrderService } from './plan-order.service';
import { PlanSubscription } from './plan-subscription.entity';
import { SubscriptionStatus } from './standing';
import {
  type ProjectedEvent,
  type Projection,
  projectSubscriptions,
  rowWithoutStripe,
} from './subscription-projection';

/** Whose mirror: our id and Stripe's. */
export interface Mirrored {
  readonly customerId: string;
  readonly stripeCustomerId: string;
}

const CARD_MAC = 'trial-card';

export class MirrorService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly crypto: Crypto,
    private readonly plans: PlanService,
    private readonly orders: PlanOrderService,
    private readonly dunning: DunningService,
    private readonly notices: BillingNoticeService,
    private readonly invoices: Pick<InvoiceMirrorService, 'write'>,
    private readonly purchases: Pick<PurchasedCreditsService, 'settle'>,
    private readonly returned: Pick<ReturnedChargesService, 'settle'>,
  ) {}

  /** Writes a reading, in the open unit of work that holds the account's row. */
  async write(mirrored: Mirrored, reading: StripeReading): Promise<void> {
    const { customerId } = mirrored;
    const now = this.clock.now();
    const rows = this.database.unitOfWork.repository(PlanSubscription);
    const held = await rows.findBy({ customerId });
    const projection = await this.project(mirrored, reading, held, now);
    const ids = await this.writeSubscriptions(customerId, held, projection, now);
    for (const event of projection.events)
      await this.tell(customerId, ids.get(event.stripeSubscriptionId), event);
    if (projection.events.length > 0) await this.signals.publish(BILLING_CHANGED, { customerId });
    if (projection.toFree) {
      await this.placeOn(customerId, (await this.plans.free()).code);
      if (held.some(({ endedAt, graceEndsAt }) => endedAt === null && graceEndsAt !== null))
        await this.notices.send(customerId, { kind: 'ENDED_UNPAID' });
    }
    for (const { graceEndsAt, endedAt, stripeSubscriptionId } of projection.rows) {
      const subscriptionId = ids.get(stripeSubscriptionId);
      if (graceEndsAt && !endedAt && subscriptionId)
        await this.dunning.step({ customerId, subscriptionId, stripeSubscriptionId, graceEndsAt });
    }
    await this.invoices.write(customerId, reading.invoices, now);
    await this.purchases.settle(customerId, reading);
    await this.returned.settle(customerId);
    await this.putRight(customerId, reading, projection, now);
  }

  /** In words: where the mirror is not what Stripe says. */
  async differences(mirrored: Mirrored, reading: StripeReading): Promise<string[]> {
    const { customerId } = mirrored;
    const { unitOfWork } = this.database;
    const [held, invoices] = await unitOfWork.run(SERVICE, async () => [
      await unitOfWork.repository(PlanSubscription).findBy({ customerId }),
      await unitOfWork.repository(Invoice).findBy({ customerId }),
    ]);
    const projection = await this.project(mirrored, reading, held, this.clock.now());
    const say = (name: string, before: object | undefined, after: object): string[] => {
      const fields = changedFields(before, after);
      if (fields.length === 0) return [];
      return [before ? `${name}: ${fields.join(', ')} differ` : `${name} is missing`];
    };
    return [
      ...projection.ended.map(({ id }) => `${id} is in force here and not at Stripe`),
      ...projection.rows.flatMap((row) =>
        say(
          row.stripeSubscriptionId,
          held.find(({ stripeSubscriptionId }) => stripeSubscriptionId === row.stripeSubscriptionId),
          row,
        ),
      ),
      ...reading.invoices.flatMap((invoice) =>
        say(
          invoice.stripeInvoiceId,
          invoices.find(({ stripeInvoiceId }) => stripeInvoiceId === invoice.stripeInvoiceId),
          invoice,
        ),
      ),
      ...discardedOf(invoices, reading.invoices).map(
        ({ stripeInvoiceId }) => `${stripeInvoiceId} is a draft here and not at Stripe`,
      ),
      ...projection.surplus.map((id) => `${id} is a second live subscription`),
    ];
  }

  /** Live subscriptions at Stripe that sell no plan of ours. */
  async unrecognised({ subscriptions }: StripeReading): Promise<string[]> {
    const planOf = await this.plans.byPlanKey();
    return subscriptions
      .filter(({ planKey, endedAt }) => endedAt === null && !planOf(planKey))
      .map(({ stripeSubscriptionId }) => stripeSubscriptionId);
  }

  /** Puts a customer on a plan that Stripe does not know: FREE at sign-up, or a contract. Joins the open unit of work. */
  async placeOn(customerId: string, planCode: string): Promise<void> {
    const plan = await this.plans.byCode(planCode);
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const now = this.clock.now();
      await unitOfWork.sql(
        'insert into billing_accounts (customer_id, created_at) values ($1, $2) on conflict do nothing',
        [customerId, now],
      );
      const subscriptions = unitOfWork.repository(PlanSubscription);
      await subscriptions
        .createQueryBuilder()
        .update()
        .set({ status: () => `'CANCELED'`, endedAt: now })
        .where('customer_id = :customerId and ended_at is null and stripe_subscription_id is null', {
          customerId,
        })
        .execute();
      const row = { ...rowWithoutStripe(plan, now), customerId, id: newId('sub', now), createdAt: now };
      await subscriptions.insert(row);
      const amounts = { monthlyMinor: '0', previousMonthlyMinor: '0', currency: plan.currency };
      await this.events.emit({
        type: 'subscription.started',
        customerId,
        subject: row.id,
        after: row,
        data: subscriptionData(plan, amounts, null),
      });
      await this.signals.publish(BILLING_CHANGED, { customerId });
    });
  }

  private async project(
    { stripeCustomerId }: Mirrored,
    { subscriptions, invoices }: StripeReading,
    held: PlanSubscription[],
    now: Date,
  ): Promise<Projection> {
    const paidFor = new Set(
      invoices
        .filter(({ amountPaidMinor }) => BigInt(amountPaidMinor) > 0n)
        .map(({ stripeSubscriptionId }) => stripeSubscriptionId),
    );
    const planOf = await this.plans.byPlanKey();
    const plans = await Promise.all(
      [...new Set(held.map(({ planId }) => planId))].map((id) => this.plans.byIdOf(id)),
    );
    const byId = new Map(plans.map((plan) => [plan.id, plan]));
    const planById = (id: string) => byId.get(id);
    return projectSubscriptions({ stripeCustomerId, held, subscriptions, paidFor, planOf, planById, now });
  }

  private async writeSubscriptions(
    customerId: string,
    held: readonly PlanSubscription[],
    projection: Projection,
    now: Date,
  ): Promise<Map<string | null, string>> {
    const rows = this.database.unitOfWork.repository(PlanSubscription);
    for (const { id, status, endedAt } of projection.ended)
      await rows.update({ customerId, id }, { status, endedAt });
    const ids = new Map(held.map(({ stripeSubscriptionId, id }) => [stripeSubscriptionId, id]));
    // The one in force last: its row may only come when the others have left its place.
    for (const row of [...projection.rows].sort((a, b) => Number(!a.endedAt) - Number(!b.endedAt))) {
      const id = ids.get(row.stripeSubscriptionId);
      if (id) await rows.update({ customerId, id }, row);
      else {
        const made = newId('sub', now);
        ids.set(row.stripeSubscriptionId, made);
        await rows.insert({ ...row, customerId, id: made, createdAt: now });
      }
    }
    return ids;
  }

  private async tell(customerId: string, subject = customerId, event: ProjectedEvent): Promise<void> {
    const { type, plan, monthlyMinor, previousMonthlyMinor, currency, previousPlanId } = event;
    const previous = previousPlanId ? await this.plans.byIdOf(previousPlanId) : undefined;
    await this.events.emit({
      type,
      customerId,
      subject,
      after: event,
      data: subscriptionData(plan, { monthlyMinor, previousMonthlyMinor, currency }, previous?.code ?? null),
    });
  }

  /** What must not stay as Stripe has it is ordered in the same transaction: a second subscription, a second trial. */
  private async putRight(
    customerId: string,
    { subscriptions }: StripeReading,
    { surplus, unrecognised }: Projection,
    now: Date,
  ): Promise<void> {
    for (const stripeSubscriptionId of surplus) {
      if (!(await this.orders.placeOwn('END_SURPLUS', customerId, { stripeSubscriptionId }))) continue;
      this.log.error({ customerId, stripeSubscriptionId }, 'a customer has two live subscriptions at Stripe');
      await this.notices.send(customerId, { kind: 'BOUGHT_TWICE' });
    }
    for (const stripeSubscriptionId of unrecognised)
      this.log.warn({ customerId, stripeSubscriptionId }, 'a subscription at Stripe sells no plan of ours');
    for (const subscription of subscriptions) {
      const { stripeSubscriptionId, status } = subscription;
      if (status !== SubscriptionStatus.TRIALING || surplus.includes(stripeSubscriptionId)) continue;
      if (!(await this.hadTrial(customerId, subscription, now))) continue;
      if (await this.orders.placeOwn('END_TRIAL', customerId, { stripeSubscriptionId }))
        await this.notices.send(customerId, { kind: 'TRIAL_REFUSED' });
    }
  }

  /** Whether the card of a trial has had one: the first who comes with a card has its trial. */
  private async hadTrial(
    customerId: string,
    { cardFingerprint, stripeSubscriptionId }: StripeSubscription,
    now: Date,
  ): Promise<boolean> {
    if (!cardFingerprint) return false;
    const { unitOfWork } = this.database;
    const [admitted] = await unitOfWork.sql(
      'select 1 from trial_cards where customer_id = $1 and stripe_subscription_id = $2',
      [customerId, stripeSubscriptionId],
    );
    if (admitted) return false;
    const cardHash = this.crypto.mac(CARD_MAC, cardFingerprint);
    const [first] = await unitOfWork.sql(
      `insert into trial_cards (card_hash, customer_id, stripe_subscription_id, created_at)
       values ($1, $2, $3, $4) on conflict do nothing returning card_hash`,
      [cardHash, customerId, stripeSubscriptionId, now],
    );
    return !first;
  }
}
