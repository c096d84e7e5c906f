/**
 * Subscribing, changing and cancelling. What Stripe must do goes out as an order; what stands afterwards is read back
 * from Stripe by the sync, never assumed. One live paid subscription a customer, whatever is clicked in two tabs.
 */
import type { Clock } from '../../../kernel/clock';
import type { Crypto } from '../../../platform/crypto';
import { type Database, type Scope, type Selection, SERVICE, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import {
  alreadySubscribed,
  invoiceOpen,
  notAnUpgrade,
  nothingPaid,
  notSellable,
  stalePreview,
} from '../billing.errors';
import { Invoice, InvoiceStatus } from '../invoice/invoice.entity';
import type { Plan } from '../plan/plan.entity';
import type { PlanService } from '../plan/plan.service';
import { type ChangePreview, planKeyOf, type StripeGateway } from '../stripe/stripe-gateway';
import type { BillingAccountService } from './billing-account.service';
import type { CustomerSyncService } from './customer-sync.service';
import type { OrderHandlers, PlanOrderService, Wish } from './plan-order.service';
import { PlanSubscription } from './plan-subscription.entity';

/** For how long the amounts of a preview are held to. */
const PREVIEW_MS = 10 * 60_000;
/** An open checkout session is offered again only when enough of its life is left to fill it in. */
const REUSE_MS = 15 * 60_000;

const RETURN_MAC = 'billing-return';

export interface PlanChoice {
  readonly plan: string;
  readonly quantity?: number | null;
  readonly prorationDate?: Date | null;
  readonly idempotencyKey?: string | null;
}

interface PaidSubscription extends PlanSubscription {
  readonly stripeCustomerId: string;
  readonly stripeSubscriptionId: string;
}

export class SubscriptionService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly crypto: Crypto,
    private readonly plans: PlanService,
    private readonly accounts: BillingAccountService,
    private readonly sync: CustomerSyncService,
    private readonly orders: PlanOrderService,
    private readonly gateway: StripeGateway,
    private readonly publicUrl: () => string,
  ) {
    orders.handle(this.handlers());
  }

  /** The subscription in force. */
  async present(scope: Scope, customerId: string, selection?: Selection): Promise<PlanSubscription | null> {
    return this.database.read.one(PlanSubscription, {
      scope,
      where: { customerId, endedAt: null },
      selection,
    });
  }

  /** A page at Stripe on which the customer subscribes. */
  async checkout(customerId: string, choice: PlanChoice): Promise<{ url: string; expiresAt: Date }> {
    const { url, expiresAt } = await this.orders.order('CHECKOUT', wish(customerId, choice), async () => {
      const plan = await this.sellable(choice.plan);
      const paid = await this.paid(customerId);
      if (paid) throw alreadySubscribed(paid.id);
      return { planId: plan.id, quantity: choice.quantity ?? 1 };
    });
    return { url, expiresAt: new Date(expiresAt) };
  }

  /** What a change would cost now; confirmed with `prorationDate`. */
  async preview(
    customerId: string,
    choice: PlanChoice,
  ): Promise<ChangePreview & { prorationDate: Date; validUntil: Date }> {
    const { paid, plan, quantity } = await this.changeable(customerId, choice);
    const prorationDate = new Date(Math.floor(this.clock.millis() / 1000) * 1000);
    const { stripeCustomerId, stripeSubscriptionId } = paid;
    const change = { stripeCustomerId, stripeSubscriptionId, plan, quantity, prorationDate };
    const preview = await this.gateway.previewChange(change);
    return { ...preview, prorationDate, validUntil: new Date(prorationDate.getTime() + PREVIEW_MS) };
  }

  /** A higher plan, paid at once; granted only when the payment came through. */
  async change(customerId: string, choice: PlanChoice): Promise<void> {
    await this.orders.order('CHANGE', wish(customerId, choice), async () => {
      const { paid, plan, quantity } = await this.changeable(customerId, choice);
      const now = this.clock.millis();
      const prorationDate = choice.prorationDate ?? new Date(Math.floor(now / 1000) * 1000);
      const age = now - prorationDate.getTime();
      if (age > PREVIEW_MS || age < 0) throw stalePreview();
      const { stripeSubscriptionId } = paid;
      return { planId: plan.id, quantity, stripeSubscriptionId, prorationDate: prorationDate.toISOString() };
    });
  }

  /** Ends the paid plan with the period that is paid for; a second time changes nothing. */
  async cancel(customerId: string, idempotencyKey?: string | null): Promise<void> {
    await this.orders.order('CANCEL', { customerId, input: {}, idempotencyKey }, async () => {
      const paid = await this.paid(customerId);
      if (!paid) throw nothingPaid();
      return { stripeSubscriptionId: paid.stripeSubscriptionId };
    });
  }

  /** A page at Stripe for card, invoices and the subscription. */
  async portal(customerId: string, idempotencyKey: string): Promise<string> {
    const stripeCustomerId = await this.accounts.stripeCustomerOf(customerId);
    const proof = this.crypto.mac(RETURN_MAC, customerId);
    const returnUrl = `${this.publicUrl()}/billing/return?customer=${customerId}&proof=${proof}`;
    const url = await this.gateway.createPortal(stripeCustomerId, returnUrl, idempotencyKey);
    await this.database.unitOfWork.run(tenant(customerId), () =>
      this.events.emit({ type: 'billing-portal.opened', customerId, subject: customerId }),
    );
    return url;
  }

  /** The customer came back from the portal: look by ourselves, whether or not a webhook came. */
  async returnedFromPortal(customerId: string, proof: string): Promise<PlanSubscription | null> {
    if (!this.crypto.verifyMac(RETURN_MAC, customerId, proof)) return null;
    return this.refreshed(customerId);
  }

  /** The customer came back from checkout: look by ourselves, whether or not a webhook came. */
  async returnedFromCheckout(sessionId: string): Promise<PlanSubscription | null> {
    const session = await this.gateway.checkout(sessionId);
    if (!session?.stripeCustomerId) return null;
    const customerId = await this.sync.syncCustomer(session.stripeCustomerId);
    return customerId ? this.present(SERVICE, customerId) : null;
  }

  private handlers(): OrderHandlers {
    return {
      CHECKOUT: async (customerId, request, orderId) => {
        const plan = await this.plans.byIdOf(request.planId);
        const stripeCustomerId = await this.accounts.stripeCustomerOf(customerId);
        // Looked at again under the order: another tab may have paid since.
        const paid = await this.paid(customerId);
        if (paid) throw alreadySubscribed(paid.id);
        const session =
          (await this.openSession(stripeCustomerId, plan, request.quantity)) ??
          (await this.gateway.createCheckout(
            {
              stripeCustomerId,
              customerId,
              plan,
              quantity: request.quantity,
              successUrl: `${this.publicUrl()}/billing/success?session_id={CHECKOUT_SESSION_ID}`,
              cancelUrl: `${this.publicUrl()}/billing/cancel`,
            },
            orderId,
          ));
        if (!session.url) throw new Error('Stripe answered a checkout session without a page');
        return { sessionId: session.sessionId, url: session.url, expiresAt: session.expiresAt.toISOString() };
      },
      CHANGE: async (customerId, request, orderId) => {
        const { quantity, stripeSubscriptionId } = request;
        const plan = await this.plans.byIdOf(request.planId);
        const stripeCustomerId = await this.accounts.stripeCustomerOf(customerId);
        const prorationDate = new Date(request.prorationDate);
        const change = { stripeCustomerId, stripeSubscriptionId, plan, quantity, prorationDate };
        await this.gateway.change(change, orderId);
        await this.sync.syncCustomer(stripeCustomerId);
        return { stripeSubscriptionId };
      },
      CANCEL: async (customerId, { stripeSubscriptionId }, orderId) => {
        await this.gateway.cancelAtPeriodEnd(stripeSubscriptionId, orderId);
        await this.refreshed(customerId);
        return { stripeSubscriptionId };
      },
    };
  }

  /** An open session for the same choice is offered again; open ones for another choice are closed. */
  private async openSession(stripeCustomerId: string, plan: Plan, quantity: number) {
    const sessions = await this.gateway.openCheckouts(stripeCustomerId);
    const latest = this.clock.millis() + REUSE_MS;
    const reusable = sessions.find(
      (session) =>
        session.planKey === planKeyOf(plan) &&
        session.quantity === quantity &&
        session.url !== null &&
        session.expiresAt.getTime() > latest,
    );
    for (const { sessionId } of sessions) {
      if (sessionId !== reusable?.sessionId)
        await this.gateway.expireCheckout(sessionId, `expire:${sessionId}`);
    }
    return reusable;
  }

  private async sellable(code: string): Promise<Plan> {
    const plan = await this.plans.byCode(code);
    if (!plan.sellable) throw notSellable(code);
    return plan;
  }

  private async changeable(customerId: string, choice: PlanChoice) {
    const plan = await this.sellable(choice.plan);
    const paid = await this.paid(customerId);
    if (!paid) throw nothingPaid();
    const quantity = choice.quantity ?? paid.quantity;
    const present = await this.plans.byIdOf(paid.planId);
    const total = (price: string, seats: number): bigint => BigInt(price) * BigInt(seats);
    if (total(plan.priceMinor, quantity) <= total(present.priceMinor, paid.quantity)) throw notAnUpgrade();
    const [open] = await this.database.read.list(Invoice, {
      scope: SERVICE,
      where: { customerId, status: InvoiceStatus.OPEN },
      limit: 1,
    });
    if (open) throw invoiceOpen(open.number, open.hostedUrl);
    return { paid, plan, quantity };
  }

  /** The paid subscription as it stands at Stripe now. */
  private async paid(customerId: string): Promise<PaidSubscription | undefined> {
    const present = await this.refreshed(customerId);
    return present?.stripeSubscriptionId ? (present as PaidSubscription) : undefined;
  }

  private async refreshed(customerId: string): Promise<PlanSubscription | null> {
    const account = await this.accounts.accountOf(customerId);
    if (account?.stripeCustomerId) await this.sync.syncCustomer(account.stripeCustomerId);
    return this.present(SERVICE, customerId);
  }
}

function wish(customerId: string, { idempotencyKey, ...input }: PlanChoice): Wish {
  return { customerId, input, idempotencyKey };
}
