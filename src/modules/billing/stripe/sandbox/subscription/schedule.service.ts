/** Schedules: what a subscription will be, phase by phase, each taking its place at its own instant. */
import { cadenceOf } from '../catalogue/price-rule';
import type { Discounts, Redemption } from '../catalogue/discount.service';
import type { EventLog } from '../event/event-log';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Subscription, type SubscriptionSchedule } from '../store/wire';
import { changedItems, type ItemChange } from './subscription-change';
import type { SubscriptionBeginnings } from './subscription-beginning.service';
import type { SubscriptionChanges } from './subscription-change.service';
import { currentPeriod, PLAIN_TERMS, withItems } from './subscription-shape';
import type { Subscriptions } from './subscription.service';

type Phase = SubscriptionSchedule['phases'][number];

export class Schedules {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly beginnings: SubscriptionBeginnings,
    private readonly subscriptions: Subscriptions,
    private readonly changes: SubscriptionChanges,
    private readonly discounts: Discounts,
  ) {}

  /** A schedule has come to its beginning or to the end of a phase. */
  async arrive(schedule: SubscriptionSchedule, at: number): Promise<void> {
    if (schedule.status === 'not_started') {
      await this.begin(schedule, at);
      return;
    }
    const subscription = await this.store.get('subscription', idOf(schedule.subscription) ?? '');
    const next = schedule.phases.find(
      ({ start_date }) => start_date >= (schedule.current_phase?.end_date ?? 0),
    );
    if (next) {
      await this.enter(subscription, next, at);
      await this.save(schedule, { current_phase: spanOf(next) }, at);
    } else if (schedule.end_behavior === 'cancel') {
      await this.save(schedule, { status: 'completed', completed_at: at, current_phase: null }, at);
      await this.subscriptions.end({ ...subscription, schedule: null }, at, 'cancellation_requested', true);
    } else await this.release(schedule, at);
  }

  /** The subscription goes on as it is, and nothing more is planned for it. */
  async release(schedule: SubscriptionSchedule, at: number): Promise<SubscriptionSchedule> {
    const id = idOf(schedule.subscription);
    if (id) {
      const subscription = await this.store.get('subscription', id);
      await this.subscriptions.move(subscription, { schedule: null }, at);
    }
    const change = { status: 'released', released_at: at, released_subscription: id } as const;
    const released = await this.save(schedule, { ...change, subscription: null, current_phase: null }, at);
    await this.events.record('subscription_schedule.released', released, at);
    return released;
  }

  /** Makes the subscription of a schedule whose time has come. */
  async begin(schedule: SubscriptionSchedule, at: number): Promise<SubscriptionSchedule> {
    const [first] = schedule.phases;
    const items = [];
    for (const { price, quantity = 1, metadata } of first!.items)
      items.push({
        price: await this.store.get('price', idOf(price) ?? ''),
        quantity,
        metadata: metadata ?? {},
      });
    const subscription = await this.beginnings.create({
      ...PLAIN_TERMS,
      customer: await this.store.get('customer', idOf(schedule.customer) ?? ''),
      items,
      at,
      trialEnd: first!.trial_end !== null && first!.trial_end > at ? first!.trial_end : null,
      prorates: true,
      defaultPaymentMethod: null,
      description: null,
      metadata: first!.metadata ?? {},
      redemptions: await this.redemptionsOf(first!),
      paymentBehavior: 'allow_incomplete',
    });
    await this.subscriptions.move(subscription, { schedule: schedule.id }, at);
    const begun = { status: 'active', subscription: subscription.id, current_phase: spanOf(first!) } as const;
    return this.save(schedule, begun, at);
  }

  /** New phases; the one that runs is applied at once where it differs. */
  async replan(
    schedule: SubscriptionSchedule,
    phases: Phase[],
    change: Partial<SubscriptionSchedule>,
    at: number,
  ): Promise<SubscriptionSchedule> {
    const current = phases.find(({ start_date, end_date }) => start_date <= at && at < end_date);
    const id = idOf(schedule.subscription);
    if (current && id) await this.enter(await this.store.get('subscription', id), current, at);
    const span = current && id ? spanOf(current) : schedule.current_phase;
    return this.save(schedule, { ...change, phases, current_phase: span }, at);
  }

  async save(
    before: SubscriptionSchedule,
    change: Partial<SubscriptionSchedule>,
    at: number,
  ): Promise<SubscriptionSchedule> {
    const after = await this.store.save<'subscription_schedule'>({ ...before, ...change });
    await this.events.record('subscription_schedule.updated', after, at, before);
    return after;
  }

  private async enter(before: Subscription, phase: Phase, at: number): Promise<void> {
    const items = await this.itemsOf(before, phase);
    const restarts = phase.billing_cycle_anchor === 'phase_start';
    const trialEnd = trialAsked(before, phase, at);
    const subscription = await this.discounted(before, phase, at);
    if (items.length === 0 && !restarts && trialEnd === undefined) {
      if (subscription !== before) await this.subscriptions.move(before, subscription, at);
      return;
    }
    if (at < currentPeriod(subscription).end || trialEnd !== undefined) {
      const prorationBehavior = phase.proration_behavior as 'create_prorations' | 'always_invoice' | 'none';
      const terms = { prorationBehavior, paymentBehavior: 'allow_incomplete', restarts, trialEnd } as const;
      await this.changes.apply(before, subscription, { ...terms, items }, at);
      return;
    }
    // The period is over in this very instant: the renewal, which is due now too, already has the new terms.
    const after = changedItems(subscription, items, at);
    const [old, next] = [subscription.items.data[0]!, after[0]!].map(({ price }) => cadenceOf(price));
    const moves = old!.interval !== next!.interval || old!.interval_count !== next!.interval_count;
    const anchor = moves ? at : subscription.billing_cycle_anchor;
    const changed = { ...withItems(subscription, after), billing_cycle_anchor: anchor };
    await this.subscriptions.move(before, changed, at);
  }

  /** A phase says it all: discounts that it does not name are taken away, and one that has ended does not come back. */
  private async discounted(before: Subscription, phase: Phase, at: number): Promise<Subscription> {
    const present = before.discounts.map(idOf);
    const redemptions = (await this.redemptionsOf(phase)).filter(
      ({ discountId }) => discountId === undefined || present.includes(discountId),
    );
    const isSame = redemptions.length === present.length && redemptions.every(({ discountId }) => discountId);
    return isSame ? before : this.discounts.give(before, redemptions, at);
  }

  private async redemptionsOf({ discounts }: Phase): Promise<Redemption[]> {
    const redemptions: Redemption[] = [];
    for (const { coupon, discount, promotion_code } of discounts) {
      const known = await this.store.recall('coupon', idOf(coupon) ?? '');
      const code = idOf(promotion_code);
      const kept = idOf(discount);
      if (known)
        redemptions.push({
          coupon: known,
          code: code ? await this.store.get('promotion_code', code) : null,
          ...(kept && { discountId: kept }),
        });
    }
    return redemptions;
  }

  /** What has to change so that the items become those of the phase, place by place. */
  private async itemsOf({ items }: Subscription, phase: Phase): Promise<ItemChange[]> {
    const changes: ItemChange[] = [];
    for (const [place, wanted] of phase.items.entries()) {
      const item = items.data[place];
      const price = await this.store.get('price', idOf(wanted.price) ?? '');
      if (item?.price.id === price.id && (item.quantity ?? 1) === (wanted.quantity ?? 1)) continue;
      changes.push({ id: item?.id, price, quantity: wanted.quantity });
    }
    const gone = items.data.slice(phase.items.length).map(({ id }) => ({ id, deleted: true }));
    return [...changes, ...gone];
  }
}

/** A phase that names no trial has none: one that runs ends. */
function trialAsked(
  { status, trial_end: present }: Subscription,
  { trial_end: wanted }: Phase,
  at: number,
): number | 'now' | undefined {
  const asked = wanted !== null && wanted > at ? wanted : null;
  const runs = status === 'trialing' && present !== null && present > at;
  if (!runs) return asked ?? undefined;
  return asked === present ? undefined : (asked ?? 'now');
}

function spanOf({ start_date, end_date }: Phase): SubscriptionSchedule['current_phase'] {
  return { end_date, start_date };
}
