/** Builds what buys, changes, mirrors and ends subscriptions, out of the platform and the gateway to Stripe. */
import type { JobDefinition } from '../../../platform/jobs';
import type { ModuleManifest, Platform } from '../../../platform/module';
import type { IdentityModule } from '../../identity';
import type { PlanService } from '../plan/plan.service';
import type { StripeGateway } from '../stripe/stripe-gateway';
import { StripeEventResolver } from '../stripe/stripe-event.resolver';
import { StripeWebhookService } from '../stripe/stripe-webhook.service';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { BillingAccountService } from './billing-account.service';
import { billingPages } from './billing-pages';
import { CustomerSyncService } from './customer-sync.service';
import { MirrorService } from './mirror.service';
import { PlanOrderService } from './plan-order.service';
import { PlanSubscriptionResolver } from './plan-subscription.resolver';
import { SubscriptionResolver } from './subscription.resolver';
import { SubscriptionService } from './subscription.service';

export interface SubscriptionDoors {
  readonly identity: IdentityModule;
  readonly plans: PlanService;
  readonly terms: CustomerTermsService;
  readonly gateway: StripeGateway;
  readonly publicUrl: () => string;
}

export interface Subscriptions extends Required<Pick<ModuleManifest, 'resolvers' | 'jobs' | 'routes'>> {
  readonly sync: Pick<CustomerSyncService, 'syncCustomer'> & Pick<MirrorService, 'placeOn'>;
}

export function createSubscriptions(
  { clock, log, database, events, signals, jobs, crypto, metrics }: Platform,
  { plans, terms, gateway, publicUrl }: SubscriptionDoors,
): Subscriptions {
  const orders = new PlanOrderService(database, events, jobs, clock, log);
  const mirror = new MirrorService(database, events, signals, clock, log, crypto, plans, orders);
  const sync = new CustomerSyncService(database, clock, mirror, gateway);
  const accounts = new BillingAccountService(database, events, signals, clock, gateway);
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
    publicUrl,
  );
  const syncCustomer = (stripeCustomerId: string): Promise<string | null> =>
    sync.syncCustomer(stripeCustomerId);
  const webhooks = new StripeWebhookService(
    database,
    events,
    jobs,
    clock,
    log,
    metrics,
    gateway,
    syncCustomer,
  );
  const pages = billingPages(subscriptions, plans);
  return {
    sync: { syncCustomer, placeOn: (customerId, planCode) => mirror.placeOn(customerId, planCode) },
    resolvers: [
      new PlanSubscriptionResolver(clock, plans),
      new SubscriptionResolver(subscriptions, accounts, terms),
      new StripeEventResolver(database, webhooks),
    ],
    jobs: [orders.job as JobDefinition<never>, webhooks.job as JobDefinition<never>],
    routes: async (http) => {
      pages(http);
      await webhooks.route(http);
    },
  };
}
