/**
 * Subscribing, changing and ending. What Stripe must do goes out as an order; what stands afterwards is read back
 * from Stripe by the sync, never assumed. One live paid subscription a customer, whatever is clicked in two tabs.
 */
import type { Clock } from '../../../kernel/clock';
import type { Crypto } from '../../../platform/crypto';
import { type Database, type Scope, type Selection, SERVICE, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import {
  alreadySubscribed,
  currencyMismatch,
  invoiceOpen,
  noTrial,
  nothingChanges,
  nothingPaid,
  notSellable,
  stalePreview,
  unknownPromotionCode,
} from '../billing.errors';
import type { Invoice } from '../invoice/invoice.entity';
import type { Meter } from '../meter/meter.module';
import type { Plan } from '../plan/plan.entity';
import type { PlanService } from '../plan/plan.service';
import type { InvoicePreview, StripeGateway } from '../stripe/stripe-gateway';
import type { BillingAccountService } from './billing-account.service';
import type { CustomerSyncService } from './customer-sync.service';
import { orderHandlers } from './order-handlers';
import type { LossReason } from './loss-reason';
import { endAfter, momentOf, SubscriptionMoment, yearlyMinor } from './plan-choice';
import type { OrderRequests } from './plan-order.entity';
import type { Asked, Wish } from './plan-order';
import type { PlanOrderService } from './plan-order.service';
import { PlanSubscription } from './plan-subscription.entity';
import { SubscriptionStatus } from './standing';

/** For how long the amounts of a preview are held to. */
const PREVIEW_MS = 10 * 60_000;

const OPEN = `select stripe_invoice_id as "stripeInvoiceId", number, hosted_url as "hostedUrl" from invoices
  where customer_id = $1 and status = 'OPEN' order by created_at desc`;

const RETURN_MAC = 'billing-return';

export interface CheckoutChoice {
  readonly plan: string;
  readonly quantity?: number | null;
  readonly trial?: boolean | null;
  readonly promotionCode?: string | null;
  readonly idempotencyKey?: string | null;
}

export interface PlanChoice {
  readonly plan: string;
  readonly quantity?: number | null;
  readonly when?: SubscriptionMoment | null;
  readonly prorationDate?: Date | null;
  readonly resume?: boolean | null;
  readonly idempotencyKey?: string | null;
}

interface ChangeTimes {
  readonly prorationDate: Date;
  readonly validUntil: Date;
  readonly startsAt: Date;
  /** An end that stays planned. */
  readonly cancelAt: Date | null;
}

interface PaidSubscription extends PlanSubscription {
  readonly stripeCustomerId: string;
  readonly stripeSubscriptionId: string;
}

type OpenInvoice = Pick<Invoice, 'stripeInvoiceId' | 'number' | 'hostedUrl'>;

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
    private readonly handOver: Meter['handOver'],
    private readonly publicUrl: () => string,
  ) {
    const refreshed = (customerId: string) => this.refreshed(customerId);
    orders.handle(orderHandlers({ clock, plans, accounts, sync, gateway, handOver, publicUrl, refreshed }));
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
  async checkout(customerId: string, choice: CheckoutChoice): Promise<{ url: string; expiresAt: Date }> {
    const { url, expiresAt } = await this.orders.order('checkout', wish(customerId, choice), async () => {
      const plan = await this.sellable(choice.plan);
      const paid = await this.paid(customerId);
      if (paid) throw alreadySubscribed(paid.id);
      const { promotionCode } = choice;
      const promotionCodeId = promotionCode ? await this.promotionCodeOf(customerId, promotionCode) : null;
      if (promotionCode && !promotionCodeId) throw unknownPromotionCode();
      const trialDays = choice.trial ? await this.trialDays(customerId, plan) : 0;
      const request = { planId: plan.id, quantity: choice.quantity ?? 1, trialDays, promotionCodeId };
      return { kind: 'CHECKOUT', request } as const;
    });
    return { url, expiresAt: new Date(expiresAt) };
  }

  /** What a change would cost now, and when it would begin; confirmed with `prorationDate`. */
  async preview(customerId: string, choice: PlanChoice): Promise<InvoicePreview & ChangeTimes> {
    const { paid, before, plan, quantity, moment } = await this.changeable(customerId, choice);
    const prorationDate = this.prorationNow(paid);
    const validUntil = new Date(prorationDate.getTime() + PREVIEW_MS);
    if (moment === SubscriptionMoment.PERIOD_END) {
      const { currency } = plan;
      const nothing = { currency, taxMinor: '0', totalMinor: '0', amountDueMinor: '0', lineItems: [] };
      return {
        ...nothing,
        prorationDate,
        validUntil,
        startsAt: new Date(paid.currentPeriodEnd),
        cancelAt: null,
      };
    }
    const { stripeCustomerId, stripeSubscriptionId } = paid;
    const change = { stripeCustomerId, stripeSubscriptionId, plan, quantity, prorationDate };
    // A change of the interval is charged with what was used until then.
    if (before.interval !== plan.interval) await this.handOver(customerId);
    const preview = await this.gateway.previewChange(change);
    const cancelAt = choice.resume ? null : endAfter(paid, before, plan, prorationDate);
    return { ...preview, prorationDate, validUntil, startsAt: prorationDate, cancelAt };
  }

  /** A higher plan is paid at once and granted only then; a lower one begins with the next period. */
  async change(customerId: string, choice: PlanChoice): Promise<void> {
    await this.orders.order('change', wish(customerId, choice), async () => {
      const { paid, plan, quantity, moment } = await this.changeable(customerId, choice);
      const now = this.prorationNow(paid);
      const prorationDate = choice.prorationDate ?? now;
      const age = now.getTime() - prorationDate.getTime();
      if (age > PREVIEW_MS || age < 0 || prorationDate < new Date(paid.currentPeriodStart))
        throw stalePreview();
      const { stripeSubscriptionId } = paid;
      const request = { planId: plan.id, quantity, stripeSubscriptionId };
      const asked: Asked<'CHANGE'> | Asked<'PLAN_CHANGE'> =
        moment === SubscriptionMoment.NOW
          ? {
              kind: 'CHANGE',
              request: {
                ...request,
                prorationDate: prorationDate.toISOString(),
                ...(choice.resume && { resumes: true }),
              },
            }
          : { kind: 'PLAN_CHANGE', request };
      return asked;
    });
  }

  /** Ends the paid plan, with the period that is paid for or at once; a second time changes nothing. */
  async cancel(
    customerId: string,
    choice: {
      readonly when?: SubscriptionMoment | null;
      readonly reason?: LossReason | null;
      readonly idempotencyKey?: string | null;
    },
  ): Promise<void> {
    await this.orders.order('cancel', wish(customerId, choice), async () => {
      const now = choice.when === SubscriptionMoment.NOW;
      const { stripeSubscriptionId } = await this.ofPaid(customerId);
      const request = { stripeSubscriptionId, now, ...(choice.reason && { reason: choice.reason }) };
      return { kind: 'CANCEL', request } as const;
    });
  }

  /** Takes back an end or a change that is planned. */
  async resume(customerId: string, choice: { readonly idempotencyKey?: string | null }): Promise<void> {
    await this.orders.order(
      'resume',
      wish(customerId, choice),
      async () => ({ kind: 'RESUME', request: await this.ofPaid(customerId) }) as const,
    );
  }

  /** A page at Stripe for card, invoices and the subscription. */
  async portal(customerId: string, idempotencyKey: string): Promise<string> {
    const stripeCustomerId = await this.accounts.buyerOf(customerId);
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

  private async promotionCodeOf(customerId: string, code: string): Promise<string | null> {
    const account = await this.accounts.accountOf(customerId);
    return this.gateway.promotionCode(code, account?.stripeCustomerId ?? null);
  }

  private async sellable(code: string): Promise<Plan> {
    const plan = await this.plans.byCode(code);
    if (!plan.sellable) throw notSellable(code);
    return plan;
  }

  /** One trial a customer; one a card is seen to when the card is known. */
  private async trialDays(customerId: string, { code, trialDays }: Plan): Promise<number> {
    const before = await this.database.read.list(PlanSubscription, {
      scope: SERVICE,
      where: { customerId },
    });
    if (trialDays === 0 || before.some(({ trialEndsAt }) => trialEndsAt !== null)) throw noTrial(code);
    return trialDays;
  }

  private async changeable(customerId: string, choice: PlanChoice) {
    const plan = await this.sellable(choice.plan);
    const paid = await this.paid(customerId);
    if (!paid) throw nothingPaid();
    const quantity = choice.quantity ?? paid.quantity;
    if (plan.id === paid.planId && quantity === paid.quantity) throw nothingChanges();
    if (plan.currency !== paid.currency) throw currencyMismatch(plan.currency, paid.currency);
    const open = await this.openInvoice(customerId, paid.stripeCustomerId);
    if (open) throw invoiceOpen(open.number, open.hostedUrl);
    const before = await this.plans.byIdOf(paid.planId);
    const present = yearlyMinor(before, paid.quantity);
    const trialing = paid.status === SubscriptionStatus.TRIALING;
    const moment = choice.when ?? momentOf(present, yearlyMinor(plan, quantity), trialing);
    return { paid, before, plan, quantity, moment };
  }

  /** Those of a customer who was deleted at Stripe are heard of no more, and nobody can pay them: they stand in nobody's way. */
  private async openInvoice(customerId: string, stripeCustomerId: string): Promise<OpenInvoice | undefined> {
    const all = await this.database.read.sql<OpenInvoice>(SERVICE, 'billing.open-invoices', OPEN, [
      customerId,
    ]);
    for (const open of all)
      if (await this.gateway.isOwedBy(stripeCustomerId, open.stripeInvoiceId)) return open;
    return undefined;
  }

  private async ofPaid(customerId: string): Promise<OrderRequests['RESUME']> {
    const paid = await this.paid(customerId);
    if (!paid) throw nothingPaid();
    return { stripeSubscriptionId: paid.stripeSubscriptionId };
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

  /** In whole seconds, as Stripe counts. Its clock and ours are not one: a date outside of its period is refused there. */
  private prorationNow({ currentPeriodStart, currentPeriodEnd }: PaidSubscription): Date {
    const now = Math.floor(this.clock.millis() / 1000) * 1000;
    const [start, end] = [new Date(currentPeriodStart).getTime(), new Date(currentPeriodEnd).getTime()];
    return new Date(Math.min(Math.max(now, start), end));
  }
}

function wish(
  customerId: string,
  { idempotencyKey, ...input }: { readonly idempotencyKey?: string | null },
): Wish {
  return { customerId, input, idempotencyKey };
}
