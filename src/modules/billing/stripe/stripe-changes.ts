/**
 * Changes of a subscription at Stripe. Each looks first and then does what is missing, so that doing it a second time,
 * after a crash or an answer that never came, changes nothing; the key covers two that come at the same moment.
 */
import type Stripe from 'stripe';
import { AppError } from '../../../kernel/errors';
import { refundRefused, refundTooLarge, stalePreview, taxLocationUnknown } from '../billing.errors';
import type { StripeCatalogue } from './stripe-catalogue';
import { collect, seconds, type StripeClient } from './stripe-client';
import {
  declined,
  isBeyondPayment,
  isDeclined,
  isMissing,
  isNothingUpcoming,
  isOutsidePeriod,
  isRefused,
  isTaxLocationUnknown,
} from './stripe-failure';
import { type InvoicePreview, type PlanChange, planKeyOf, type StripeGateway } from './stripe-gateway';
import { completeLines } from './stripe-lines';
import { idOf, lineItemFrom, planItemOf, taxOf } from './stripe-mapping';
import { isUsage, type StripeMeters } from './stripe-meters';

type Wanted = Pick<PlanChange, 'stripeSubscriptionId' | 'plan' | 'quantity'>;

interface Present {
  readonly subscription: Stripe.Subscription;
  readonly item: Stripe.SubscriptionItem;
}

export class StripeChanges {
  constructor(
    private readonly stripe: StripeClient,
    private readonly catalogue: StripeCatalogue,
    private readonly meters: StripeMeters,
  ) {}

  async preview(change: PlanChange): Promise<InvoicePreview> {
    const invoice = await this.catalogue.withPrice(change.plan, async (price) => {
      const present = await this.present(change.stripeSubscriptionId);
      const items = await this.changedItems(present, change, price);
      return this.stripe.ask((stripe) =>
        stripe.invoices.createPreview({
          customer: change.stripeCustomerId,
          subscription: change.stripeSubscriptionId,
          subscription_details: {
            items,
            proration_behavior: 'always_invoice',
            proration_date: seconds(change.prorationDate),
          },
          ...this.taxes(present.subscription),
        }),
      );
    });
    if (invoice.automatic_tax.status === 'requires_location_inputs') throw taxLocationUnknown();
    return previewFrom(await completeLines(this.stripe, invoice));
  }

  async previewRenewal(customer: string, subscription: string): Promise<InvoicePreview | null> {
    try {
      const preview = await this.stripe.ask((stripe) =>
        stripe.invoices.createPreview({ customer, subscription }),
      );
      return previewFrom(await completeLines(this.stripe, preview));
    } catch (error) {
      if (isNothingUpcoming(error)) return null;
      throw error;
    }
  }

  async isChanged({ stripeSubscriptionId, plan, quantity }: Wanted): Promise<boolean> {
    return has(await this.present(stripeSubscriptionId), plan, quantity);
  }

  async change(change: PlanChange, idempotencyKey: string): Promise<void> {
    const { stripeSubscriptionId, plan, quantity } = change;
    try {
      await this.catalogue.withPrice(plan, async (price) => {
        const present = await this.present(stripeSubscriptionId);
        if (has(present, plan, quantity)) return;
        const items = await this.changedItems(present, change, price);
        await this.stripe.ask((stripe) =>
          stripe.subscriptions.update(
            stripeSubscriptionId,
            {
              items,
              // Paid at once or not changed at all: the higher plan is never granted on credit.
              proration_behavior: 'always_invoice',
              payment_behavior: 'error_if_incomplete',
              proration_date: seconds(change.prorationDate),
              ...(change.resumes && present.subscription.cancel_at !== null && goingOn(present.subscription)),
              ...this.taxes(present.subscription),
            },
            { idempotencyKey },
          ),
        );
      });
    } catch (error) {
      if (isTaxLocationUnknown(error)) throw taxLocationUnknown();
      if (isOutsidePeriod(error)) throw stalePreview();
      throw isDeclined(error) ? declined() : error;
    }
    // What was planned before is overtaken.
    await this.release(stripeSubscriptionId, idempotencyKey);
  }

  async changeAtPeriodEnd(
    { stripeSubscriptionId, plan, quantity }: Wanted,
    idempotencyKey: string,
  ): Promise<void> {
    await this.catalogue.withPrice(plan, async (price) => {
      const { subscription, item } = await this.present(stripeSubscriptionId);
      // An end that was planned gives way to the change.
      if (subscription.cancel_at !== null)
        await this.stripe.ask((stripe) =>
          stripe.subscriptions.update(stripeSubscriptionId, goingOn(subscription), {
            idempotencyKey: `${idempotencyKey}:keep`,
          }),
        );
      const scheduleId =
        idOf(subscription.schedule) ??
        (
          await this.stripe.ask((stripe) =>
            stripe.subscriptionSchedules.create(
              { from_subscription: stripeSubscriptionId },
              { idempotencyKey: `${idempotencyKey}:schedule` },
            ),
          )
        ).id;
      const present = { price: item.price.id, quantity: item.quantity ?? 1 };
      // What is metered goes on being billed.
      const others = subscription.items.data.filter(({ id }) => id !== item.id);
      const metered = others.map((one) => ({ price: one.price.id }));
      const next = await Promise.all(
        others.map(async (one) => ({
          price: isOutOfStep(one, plan) ? await this.meters.usagePrice(plan) : one.price.id,
        })),
      );
      // A phase says it all: a discount that it does not name would be lost.
      const discounts = subscription.discounts.map((discount) => ({ discount: idOf(discount)! }));
      const kept = discounts.length > 0 ? { discounts } : {};
      // And so would be a trial: the card would be charged at once.
      const trial = subscription.status === 'trialing' ? { trial: true } : {};
      await this.stripe.ask((stripe) =>
        stripe.subscriptionSchedules.update(
          scheduleId,
          {
            end_behavior: 'release',
            phases: [
              {
                ...kept,
                ...trial,
                items: [present, ...metered],
                start_date: item.current_period_start,
                end_date: item.current_period_end,
              },
              {
                ...kept,
                items: [{ price, quantity }, ...next],
                duration: { interval: intervalOf(plan), interval_count: 1 },
                proration_behavior: 'none',
                metadata: { plan: planKeyOf(plan) },
              },
            ],
          },
          { idempotencyKey: `${idempotencyKey}:phases` },
        ),
      );
    });
  }

  async cancelAtPeriodEnd(id: string, idempotencyKey: string): Promise<void> {
    await this.release(id, idempotencyKey);
    const { subscription, item } = await this.present(id);
    const { cancel_at: end, ended_at: ended } = subscription;
    // An end that somebody planned for later is too late.
    if (ended !== null || (end !== null && end <= item.current_period_end)) return;
    await this.stripe.ask((stripe) =>
      stripe.subscriptions.update(id, { cancel_at_period_end: true }, { idempotencyKey }),
    );
  }

  /** Stripe takes no key here: a second try finds it ended. */
  async cancelNow(id: string, { billsUsage }: { billsUsage: boolean }): Promise<void> {
    const { subscription } = await this.present(id);
    if (subscription.ended_at !== null) return;
    try {
      await this.stripe.ask((stripe) => stripe.subscriptions.cancel(id, { invoice_now: billsUsage }));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async resume(id: string, idempotencyKey: string): Promise<void> {
    await this.release(id, idempotencyKey);
    const { subscription } = await this.present(id);
    if (subscription.cancel_at === null) return;
    await this.stripe.ask((stripe) =>
      stripe.subscriptions.update(id, goingOn(subscription), { idempotencyKey }),
    );
  }

  async refund(
    { stripeInvoiceId, amountMinor, reason, orderId }: Parameters<StripeGateway['refund']>[0],
    idempotencyKey: string,
  ): Promise<void> {
    const notes = await this.stripe.ask((stripe) =>
      collect(stripe.creditNotes.list({ invoice: stripeInvoiceId })),
    );
    if (notes.some(({ metadata }) => metadata?.order === orderId)) return;
    const amount = Number(amountMinor);
    const note = { invoice: stripeInvoiceId, amount, refund_amount: amount, memo: reason };
    try {
      await this.stripe.ask((stripe) =>
        stripe.creditNotes.create({ ...note, metadata: { order: orderId } }, { idempotencyKey }),
      );
    } catch (error) {
      // Another one was quicker.
      if (isBeyondPayment(error)) throw refundTooLarge(null);
      throw isRefused(error) ? refundRefused((error as Error).message) : error;
    }
  }

  async voidInvoice(id: string, idempotencyKey: string): Promise<void> {
    const invoice = await this.stripe.ask((stripe) => stripe.invoices.retrieve(id));
    if (invoice.status !== 'open') return;
    await this.stripe.ask((stripe) => stripe.invoices.voidInvoice(id, {}, { idempotencyKey }));
  }

  /** The plan, and with it what bills usage: Stripe takes no prices of two intervals on one subscription. */
  private async changedItems(
    { subscription, item }: Present,
    { plan, quantity }: Wanted,
    price: string,
  ): Promise<{ id: string; price: string; quantity?: number }[]> {
    const plans = { id: item.id, price, quantity };
    const outOfStep = subscription.items.data.filter((one) => isOutOfStep(one, plan));
    if (outOfStep.length === 0) return [plans];
    const usagePrice = await this.meters.usagePrice(plan);
    return [plans, ...outOfStep.map(({ id }) => ({ id, price: usagePrice }))];
  }

  /** A subscription from before taxes were asked for is taxed from its next change on. */
  private taxes({ automatic_tax }: Stripe.Subscription): { automatic_tax?: { enabled: true } } {
    return this.stripe.access().isTaxed && !automatic_tax.enabled ? { automatic_tax: { enabled: true } } : {};
  }

  /** Takes a subscription off its schedule; without one there is nothing to do. */
  private async release(id: string, idempotencyKey: string): Promise<void> {
    const scheduleId = idOf((await this.present(id)).subscription.schedule);
    if (!scheduleId) return;
    await this.stripe.ask((stripe) =>
      stripe.subscriptionSchedules.release(scheduleId, {}, { idempotencyKey: `${idempotencyKey}:release` }),
    );
  }

  /** What runs now, and the item of it that sells the plan. */
  private async present(id: string): Promise<Present> {
    const subscription = await this.stripe.ask((stripe) => stripe.subscriptions.retrieve(id));
    const item = planItemOf(subscription);
    if (!item) throw new AppError('CONFLICT', 'This subscription sells nothing that could be changed.');
    return { subscription, item };
  }
}

function intervalOf({ interval }: Wanted['plan']): 'month' | 'year' {
  return interval === 'YEAR' ? 'year' : 'month';
}

/** Bills usage, and at another interval than the plan is due at. */
function isOutOfStep(item: Stripe.SubscriptionItem, plan: Wanted['plan']): boolean {
  return isUsage(item) && item.price.recurring?.interval !== intervalOf(plan);
}

function previewFrom(invoice: Stripe.Invoice): InvoicePreview {
  return {
    currency: invoice.currency.toUpperCase(),
    taxMinor: taxOf(invoice),
    totalMinor: String(invoice.total),
    amountDueMinor: String(invoice.amount_due),
    lineItems: invoice.lines.data.map(lineItemFrom),
  };
}

function has({ item }: { item: Stripe.SubscriptionItem }, plan: Wanted['plan'], quantity: number): boolean {
  return item.price.lookup_key === planKeyOf(plan) && item.quantity === quantity;
}

/** Lifts an end that is planned, with the period or for a day. */
function goingOn({ cancel_at_period_end: withPeriod }: Stripe.Subscription): Stripe.SubscriptionUpdateParams {
  return withPeriod ? { cancel_at_period_end: false } : { cancel_at: '' };
}
