/** Builds what buys, changes, mirrors and ends subscriptions, out of the platform and the gateway to Stripe. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, Platform } from '../../../platform/module';
import type { IdentityModule } from '../../identity';
import { InvoiceMirrorService } from '../invoice/invoice-mirror.service';
import { InvoiceRefundResolver } from '../invoice/invoice-refund.resolver';
import { InvoiceRefundService } from '../invoice/invoice-refund.service';
import type { CreditService } from '../ledger/credit.service';
import type { Meter } from '../meter/meter.module';
import type { PlanService } from '../plan/plan.service';
import { CreditCheckoutResolver } from '../purchase/credit-checkout.resolver';
import { CreditCheckoutService } from '../purchase/credit-checkout.service';
import { PurchasedCreditsService } from '../purchase/purchased-credits.service';
import { BillingReconciliationResolver } from '../reconciliation/billing-reconciliation.resolver';
import { BillingReconciliationService } from '../reconciliation/billing-reconciliation.service';
import type { MoneyReview } from '../review/money-review.service';
import type { StripeGateway } from '../stripe/stripe-gateway';
import { StripeEventResolver } from '../stripe/stripe-event.resolver';
import { StripeWebhookService } from '../stripe/stripe-webhook.service';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { AccountEndService } from './account-end.service';
import { BillingAccountService } from './billing-account.service';
import { BillingNoticeService } from './billing-notice.service';
import { billingPages } from './billing-pages';
import { CustomerSyncService } from './customer-sync.service';
import { DunningService } from './dunning.service';
import { MirrorService } from './mirror.service';
import { PlanOrderService } from './plan-order.service';
import { PlanSubscriptionResolver } from './plan-subscription.resolver';
import { RenewalNoticeService } from './renewal-notice.service';
import { SubscriptionResolver } from './subscription.resolver';
import { SubscriptionService } from './subscription.service';

export interface SubscriptionDoors {
  readonly identity: IdentityModule;
  readonly plans: PlanService;
  readonly terms: CustomerTermsService;
  readonly credits: CreditService;
  readonly review: MoneyReview;
  readonly gateway: StripeGateway;
  readonly meter: Pick<Meter, 'handOver' | 'takenBack' | 'returned'>;
  readonly publicUrl: () => string;
}

export interface Subscriptions extends Required<Pick<ModuleManifest, 'resolvers' | 'jobs' | 'routes'>> {
  /** Takes the step that is due for late payers; it does so by itself once an hour. */
  readonly dun: () => Promise<void>;
  /** For customers that close their account. */
  readonly ends: AccountEndService;
  readonly refunds: InvoiceRefundService;
  readonly sync: Pick<CustomerSyncService, 'syncCustomer'> & Pick<MirrorService, 'placeOn'>;
}

export function createSubscriptions(
  platform: Platform,
  { identity, plans, terms, credits, review, gateway, meter, publicUrl }: SubscriptionDoors,
): Subscriptions {
  const { clock, log, database, events, signals, jobs, crypto, metrics } = platform;
  const orders = new PlanOrderService(database, events, jobs, clock, log);
  const notices = new BillingNoticeService(jobs, platform.mail, (customerId) =>
    identity.identity.billingContacts(customerId),
  );
  const dunning = new DunningService(database, events, signals, clock, log, orders, notices);
  const purchased = new PurchasedCreditsService(database, credits);
  const mirror = new MirrorService(
    database,
    events,
    signals,
    clock,
    log,
    crypto,
    plans,
    orders,
    dunning,
    notices,
    new InvoiceMirrorService(database, events, log),
    purchased,
    meter.returned,
  );
  const sync = new CustomerSyncService(database, clock, mirror, gateway);
  const accounts = new BillingAccountService(database, events, gateway);
  const subscriptions = new SubscriptionService(
    database,
    events,
    clock,
    crypto,
    plans,
    accounts,
    sync,
    orders,
    gateway,
    meter.handOver,
    publicUrl,
  );
  const creditCheckouts = new CreditCheckoutService(terms, orders, sync, gateway, purchased);
  const refunds = new InvoiceRefundService(database, accounts, sync, orders, review);
  const reconciliations = new BillingReconciliationService({
    database,
    events,
    jobs,
    clock,
    log,
    plans,
    accounts,
    mirror,
    sync,
    gateway,
    takenBack: meter.takenBack,
  });
  const syncCustomer = (stripeCustomerId: string): Promise<string | null> =>
    sync.syncCustomer(stripeCustomerId);
  const renewals = new RenewalNoticeService(database, events, jobs, clock, syncCustomer, gateway, notices);
  const webhooks = new StripeWebhookService(
    database,
    events,
    jobs,
    clock,
    log,
    metrics,
    gateway,
    syncCustomer,
    renewals,
  );
  const pages = billingPages(subscriptions, plans, creditCheckouts, platform.config.accountUrl);
  return {
    dun: () => dunning.run(),
    ends: new AccountEndService(database, clock, orders),
    refunds,
    sync: { syncCustomer, placeOn: (customerId, planCode) => mirror.placeOn(customerId, planCode) },
    resolvers: [
      new PlanSubscriptionResolver(clock, plans),
      new SubscriptionResolver(subscriptions),
      new StripeEventResolver(database, webhooks),
      new CreditCheckoutResolver(creditCheckouts),
      new InvoiceRefundResolver(refunds),
      new BillingReconciliationResolver(database, reconciliations, accounts),
    ],
    jobs: [
      orders.job,
      webhooks.job,
      renewals.job,
      renewals.lookout,
      notices.job,
      dunning.job,
      reconciliations.job,
    ] as JobDefinition<never>[],
    routes: async (http) => {
      pages(http);
      await webhooks.route(http);
    },
  };
}
