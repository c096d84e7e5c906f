/**
 * How each kind of order is done at Stripe. A handler may run any number of times, also at the same time: it looks what
 * stands, does what is missing under the order's key, and lets the mirror read what became of it.
 */
import type { Clock } from '../../../kernel/clock';
import { alreadySubscribed, stalePreview } from '../billing.errors';
import { InvoiceStatus } from '../invoice/invoice.entity';
import { withdrawnOf } from '../invoice/invoice-dispute';
import type { Meter } from '../meter/meter.module';
import type { PlanService } from '../plan/plan.service';
import { type CheckoutOffer, offerKeyOf, type StripeGateway } from '../stripe/stripe-gateway';
import type { BillingAccountService } from './billing-account.service';
import type { CustomerSyncService } from './customer-sync.service';
import type { OrderHandlers } from './plan-order';
import type { PlanSubscription } from './plan-subscription.entity';
import { SubscriptionStatus } from './standing';

/** An open checkout session is offered again only when enough of its life is left to fill it in. */
const REUSE_MS = 15 * 60_000;
/** A change that Stripe has not made by then is not made any more: nobody expects to be charged for it now. */
const CHANGE_LIFE_MS = 3_600_000;
/** By how much Stripe's clock may be behind ours. */
const CLOCK_SKEW_SECONDS = 300;
const DONE = {};

export interface OrderDesk {
  readonly clock: Clock;
  readonly plans: PlanService;
  readonly accounts: BillingAccountService;
  readonly sync: CustomerSyncService;
  readonly gateway: StripeGateway;
  readonly handOver: Meter['handOver'];
  readonly publicUrl: () => string;
  /** The subscription in force, as it stands at Stripe now. */
  readonly refreshed: (customerId: string) => Promise<PlanSubscription | null>;
}

export function orderHandlers(desk: OrderDesk): OrderHandlers {
  const { clock, plans, accounts, sync, gateway, handOver, publicUrl, refreshed } = desk;

  /** An open session for the same offer is offered again; open ones for another offer are closed. */
  const openSession = async (stripeCustomerId: string, offer: CheckoutOffer) => {
    const sessions = await gateway.openCheckouts(stripeCustomerId, 'PLANS');
    const latest = clock.millis() + REUSE_MS;
    const reusable = sessions.find(
      (session) =>
        session.offer === offerKeyOf(offer) && session.url !== null && session.expiresAt.getTime() > latest,
    );
    for (const { sessionId } of sessions) {
      if (sessionId !== reusable?.sessionId) await gateway.expireCheckout(sessionId, `expire:${sessionId}`);
    }
    return reusable;
  };

  /** Ends it with an invoice of all that was used. */
  const endBilled = async (customerId: string, stripeSubscriptionId: string): Promise<void> => {
    await handOver(customerId);
    await gateway.cancelNow(stripeSubscriptionId, { billsUsage: true });
  };

  return {
    CHECKOUT: async ({ customerId, key }, { planId, ...terms }) => {
      const offer = { ...terms, plan: await plans.byIdOf(planId) };
      const stripeCustomerId = await accounts.buyerOf(customerId);
      // Looked at again under the order: another tab may have paid since.
      const present = await refreshed(customerId);
      if (present?.stripeSubscriptionId) throw alreadySubscribed(present.id);
      const session =
        (await openSession(stripeCustomerId, offer)) ??
        (await gateway.createCheckout(
          {
            ...offer,
            stripeCustomerId,
            customerId,
            successUrl: `${publicUrl()}/billing/success?session_id={CHECKOUT_SESSION_ID}`,
            cancelUrl: `${publicUrl()}/billing/cancel`,
          },
          key,
        ));
      if (!session.url) throw new Error('Stripe answered a checkout session without a page');
      return { sessionId: session.sessionId, url: session.url, expiresAt: session.expiresAt.toISOString() };
    },

    CREDIT_CHECKOUT: async ({ customerId, orderId, key, createdAt }, credits) => {
      const landing = `${publicUrl()}/billing/credits?session_id=`;
      const session = await gateway.createCreditCheckout(
        {
          ...credits,
          orderId,
          customerId,
          stripeCustomerId: await accounts.buyerOf(customerId),
          since: Math.floor(createdAt.getTime() / 1000) - CLOCK_SKEW_SECONDS,
          successUrl: `${landing}{CHECKOUT_SESSION_ID}`,
          cancelUrl: `${publicUrl()}/billing/cancel`,
        },
        key,
      );
      const { sessionId, expiresAt } = session;
      // Without a page it is paid, or out of time: ours says which.
      const url = session.url ?? `${landing}${sessionId}`;
      return { sessionId, url, expiresAt: expiresAt.toISOString() };
    },

    CLOSE_CHECKOUTS: async ({ customerId }) => {
      const stripeCustomerId = await accounts.stripeCustomerOf(customerId);
      for (const { sessionId } of await gateway.openCheckouts(stripeCustomerId, 'ANYTHING'))
        await gateway.expireCheckout(sessionId, `expire:${sessionId}`);
      return DONE;
    },

    CHANGE: async ({ customerId, key, createdAt }, { planId, prorationDate, ...wanted }) => {
      const stripeCustomerId = await accounts.stripeCustomerOf(customerId);
      const plan = await plans.byIdOf(planId);
      const change = { ...wanted, plan, stripeCustomerId, prorationDate: new Date(prorationDate) };
      const late = clock.millis() - createdAt.getTime() > CHANGE_LIFE_MS;
      if (late && !(await gateway.isChanged(change))) throw stalePreview();
      // Another interval ends the period, and Stripe bills what it has of its usage at once.
      await handOver(customerId);
      await gateway.change(change, key);
      await sync.syncCustomer(stripeCustomerId);
      return DONE;
    },

    PLAN_CHANGE: async ({ customerId, key }, { planId, ...wanted }) => {
      await gateway.changeAtPeriodEnd({ ...wanted, plan: await plans.byIdOf(planId) }, key);
      await refreshed(customerId);
      return DONE;
    },

    CANCEL: async ({ customerId, key }, { stripeSubscriptionId, now }) => {
      if (now) await endBilled(customerId, stripeSubscriptionId);
      else await gateway.cancelAtPeriodEnd(stripeSubscriptionId, key);
      await refreshed(customerId);
      return DONE;
    },

    RESUME: async ({ customerId, key }, { stripeSubscriptionId }) => {
      await gateway.resume(stripeSubscriptionId, key);
      await refreshed(customerId);
      return DONE;
    },

    REFUND: async ({ customerId, orderId, key }, refund) => {
      await gateway.refund({ ...refund, orderId }, key);
      await refreshed(customerId);
      return DONE;
    },

    // Its usage is the customer's, and is billed by the subscription that goes on.
    END_SURPLUS: async ({ customerId, orderId, key }, { stripeSubscriptionId }) => {
      await gateway.cancelNow(stripeSubscriptionId, { billsUsage: false });
      const stripeCustomerId = await accounts.stripeCustomerOf(customerId);
      const { invoices } = await gateway.read(stripeCustomerId);
      for (const invoice of invoices) {
        if (invoice.stripeSubscriptionId !== stripeSubscriptionId) continue;
        const { stripeInvoiceId, status } = invoice;
        const left = BigInt(invoice.amountPaidMinor) - BigInt(invoice.refundedMinor) - withdrawnOf(invoice);
        const own = `${key}:${stripeInvoiceId}`;
        if (status === InvoiceStatus.OPEN) await gateway.voidInvoice(stripeInvoiceId, own);
        if (status !== InvoiceStatus.PAID || left <= 0n) continue;
        const reason = 'A second subscription, bought twice.';
        await gateway.refund({ stripeInvoiceId, amountMinor: left.toString(), reason, orderId }, own);
      }
      await sync.syncCustomer(stripeCustomerId);
      return DONE;
    },

    END_TRIAL: async ({ customerId }, { stripeSubscriptionId }) => {
      await gateway.cancelNow(stripeSubscriptionId, { billsUsage: false });
      await refreshed(customerId);
      return DONE;
    },

    END_UNPAID: async ({ customerId }, { stripeSubscriptionId }) => {
      const present = await refreshed(customerId);
      const late =
        present?.status === SubscriptionStatus.PAST_DUE || present?.status === SubscriptionStatus.UNPAID;
      // It may have been paid since.
      if (!late || present.stripeSubscriptionId !== stripeSubscriptionId) return DONE;
      await endBilled(customerId, stripeSubscriptionId);
      await refreshed(customerId);
      return DONE;
    },
  };
}
