/** Builds the billing module: plans, the mirror of Stripe, and the meter of usage. */
import { type IdPrefix } from '../../kernel/id';
import type { JobDefinition } from '../../platform/jobs';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import { type IdentityModule, may, type Permission } from '../identity';
import { type BillingLoaders, createBillingLoaders } from './billing.loader';
import { CustomerBillingResolver } from './customer-billing.resolver';
import { Invoice } from './invoice/invoice.entity';
import { InvoiceResolver } from './invoice/invoice.resolver';
import { createLedger, ledgerEntities } from './ledger/ledger.module';
import { Plan } from './plan/plan.entity';
import { PlanResolver } from './plan/plan.resolver';
import { FREE_PLAN } from './plan/plan-seeds';
import { PlanService } from './plan/plan.service';
import { createMeter, type Meter } from './meter/meter.module';
import { StripeClient } from './stripe/stripe-client';
import { StripeMeters } from './stripe/stripe-meters';
import { StripeConnection } from './stripe/stripe-connection.service';
import { StripeGatewayService } from './stripe/stripe-gateway.service';
import type { StripeSandbox } from './stripe/sandbox';
import { StripeWebhookService } from './stripe/stripe-webhook.service';
import { BillingAccount } from './subscription/billing-account.entity';
import { BillingAccountService } from './subscription/billing-account.service';
import { billingPages } from './subscription/billing-pages';
import { CustomerSyncService } from './subscription/customer-sync.service';
import { PlanOrder } from './subscription/plan-order.entity';
import { PlanOrderService } from './subscription/plan-order.service';
import { PlanSubscription } from './subscription/plan-subscription.entity';
import { PlanSubscriptionResolver } from './subscription/plan-subscription.resolver';
import { SubscriptionResolver } from './subscription/subscription.resolver';
import { SubscriptionService } from './subscription/subscription.service';
import { CustomerTermsService } from './usage/customer-terms.service';
import type { MeteringService, PricingService } from './usage/metering';
import { LeasedMeteringService } from './usage/metering.service';
import { BookPricingService } from './usage/pricing.service';
import { QuotaRepository } from './usage/quota.repository';
import { SettlementRepository } from './usage/settlement.repository';
import { createUsageLoaders } from './usage/usage.loader';
import { UsageReportService } from './usage/usage-report.service';

export const billingEntities = [
  Plan,
  BillingAccount,
  PlanSubscription,
  Invoice,
  PlanOrder,
  ...ledgerEntities,
];

export interface BillingModule {
  readonly metering: MeteringService;
  readonly pricing: PricingService;
  /** Brings the mirror up to date, and puts customers on plans that are agreed by contract. */
  readonly sync: Pick<CustomerSyncService, 'syncCustomer' | 'placeOn'>;
  readonly loaders: BillingLoaders;
  /** Hands usage over to Stripe by itself; `flush` does it at once. */
  readonly meter: Pick<Meter, 'flush'>;
  /** Stands in for Stripe where no key is configured. */
  readonly sandbox: StripeSandbox | undefined;
  readonly manifest: ModuleManifest;
}

export interface BillingDoors {
  readonly identity: IdentityModule;
  /** Known once the server listens. */
  readonly publicUrl: () => string;
}

export function createBillingModule(
  platform: Platform,
  { identity, publicUrl }: BillingDoors,
): BillingModule {
  const { config, clock, log, database, events, signals, jobs, crypto, metrics } = platform;
  const connection = new StripeConnection(platform, publicUrl);
  const gateway = new StripeGatewayService(() => connection.access(), clock);
  const plans = new PlanService(database, clock);
  const sync = new CustomerSyncService(database, events, signals, clock, log, plans, gateway);
  const accounts = new BillingAccountService(database, events, signals, clock, gateway);
  const orders = new PlanOrderService(database, events, jobs, clock, log);
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
  const terms = new CustomerTermsService(database, clock, plans, signals);
  const quota = new QuotaRepository(database);
  const metering = new LeasedMeteringService(
    database.unitOfWork,
    quota,
    new SettlementRepository(database.unitOfWork),
    terms,
    clock,
    log,
    signals,
  );
  const pricing = new BookPricingService(terms, config.devicePricePerSecond);
  const reports = new UsageReportService(createUsageLoaders(database), clock, terms, plans);
  const webhooks = new StripeWebhookService(
    database,
    events,
    jobs,
    clock,
    log,
    metrics,
    gateway,
    (stripeCustomerId) => sync.syncCustomer(stripeCustomerId),
  );
  const ledger = createLedger(platform, terms);
  const meter = createMeter(platform, terms, new StripeMeters(new StripeClient(() => connection.access())));
  const pages = billingPages(subscriptions, plans);
  const loaders = createBillingLoaders(database);
  // In the transaction of the sign-up: no customer is ever without a plan.
  identity.identity.addSignUpHook({ onSignUp: (customerId) => sync.placeOn(customerId, FREE_PLAN) });
  return {
    metering,
    pricing,
    sync,
    loaders,
    meter,
    sandbox: connection.sandbox,
    manifest: {
      name: 'billing',
      resolvers: [
        new PlanResolver(plans),
        new PlanSubscriptionResolver(clock, plans),
        new InvoiceResolver(),
        new SubscriptionResolver(subscriptions, accounts, terms),
        new CustomerBillingResolver(database, loaders, terms, reports),
        ...ledger.resolvers,
        ...meter.resolvers,
      ],
      nodes: [
        node('pln', loaders.planById),
        node('sub', loaders.subscriptionById, 'billing:read'),
        node('inv', loaders.invoiceById, 'billing:read'),
        ...ledger.nodes,
      ],
      personalData: [
        { table: 'usage_records', holds: 'How often a person used a model, when, and what it cost.' },
      ],
      jobs: [orders.job as JobDefinition<never>, webhooks.job as JobDefinition<never>, ...ledger.jobs, ...meter.jobs],
      routes: async (http) => {
        await connection.route(http);
        pages(http);
        await webhooks.route(http);
      },
      seed: () => plans.seed(),
      start: async () => {
        metering.start();
        await connection.start();
      },
      stop: async () => {
        await metering.stop();
        await connection.stop();
      },
    },
  };
}

/** Without a permission: open to everyone. */
function node(
  prefix: IdPrefix,
  loader: BillingLoaders[keyof BillingLoaders],
  permission?: Permission,
): NodeSource {
  return {
    prefix,
    allows: ({ principal }) => permission === undefined || may(principal, permission),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  };
}
