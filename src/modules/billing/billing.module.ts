/** Builds the billing module: plans, the mirror of Stripe, and the meter of usage. */
import { type IdPrefix } from '../../kernel/id';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import { type IdentityModule, may, type Permission } from '../identity';
import { BILLING_CUSTOMER_DATA } from './customer-data';
import { type BillingLoaders, createBillingLoaders } from './billing.loader';
import { SpendCapPayloadResolver, SubscriptionPayloadResolver } from './changed-customer.resolver';
import { CustomerBillingResolver } from './customer-billing.resolver';
import { Invoice } from './invoice/invoice.entity';
import { InvoiceResolver } from './invoice/invoice.resolver';
import { createLedger, ledgerEntities } from './ledger/ledger.module';
import { MarginResolver } from './margin/margin.resolver';
import { MarginService } from './margin/margin.service';
import { Plan } from './plan/plan.entity';
import { PlanPublishingService } from './plan/plan-publishing.service';
import { PlanResolver } from './plan/plan.resolver';
import { FREE_PLAN } from './plan/plan-seeds';
import { PlanService } from './plan/plan.service';
import { createMeter, type Meter } from './meter/meter.module';
import { StripeConnection } from './stripe/stripe-connection.service';
import { BillingReconciliation } from './reconciliation/billing-reconciliation.entity';
import { MoneyApproval } from './review/money-approval.service';
import { MoneyRequest } from './review/money-request.entity';
import { MoneyReview } from './review/money-review.service';
import { MoneyReviewResolver } from './review/money-review.resolver';
import { StripeEvent } from './stripe/stripe-event.entity';
import { StripeGatewayService } from './stripe/stripe-gateway.service';
import type { StripeSandbox } from './stripe/sandbox';
import { BillingAccount } from './subscription/billing-account.entity';
import { PlanOrder } from './subscription/plan-order.entity';
import { PlanSubscription } from './subscription/plan-subscription.entity';
import { createSubscriptions, type Subscriptions } from './subscription/subscriptions';
import { createSpend, spendEntities } from './spend/spend.module';
import { CustomerTermsService } from './usage/customer-terms.service';
import { DAILY_SUMS } from './usage/daily-sums';
import type { MeteringService, PricingService } from './usage/metering';
import { LeasedMeteringService } from './usage/metering.service';
import { USAGE_PERSONAL_DATA } from './usage/personal-data';
import { BookPricingService } from './usage/pricing.service';
import { QuotaRepository } from './usage/quota.repository';
import { SettlementService } from './usage/settlement.service';
import { createUsageLoaders } from './usage/usage.loader';
import {
  CustomerWhatIfResolver,
  UsageByEndUserResolver,
  UsageReportResolver,
} from './usage/usage-breakdown.resolver';
import { UsageBreakdownService } from './usage/usage-breakdown.service';
import { UsageReportService } from './usage/usage-report.service';
import { PricingWhatIfService } from './what-if/pricing-what-if.service';
import { UsedLinesRepository } from './what-if/used-lines.repository';

export const billingEntities = [
  Plan,
  BillingAccount,
  PlanSubscription,
  Invoice,
  PlanOrder,
  StripeEvent,
  BillingReconciliation,
  MoneyRequest,
  ...ledgerEntities,
  ...spendEntities,
];

export interface BillingModule {
  readonly metering: MeteringService;
  readonly pricing: PricingService;
  /** Brings the mirror up to date, and puts customers on plans that are agreed by contract. */
  readonly sync: Subscriptions['sync'];
  readonly dun: Subscriptions['dun'];
  /** What ends when a customer closes its account. */
  readonly ends: Subscriptions['ends'];
  readonly loaders: BillingLoaders;
  /** What revenue and margin would have been under other prices. */
  readonly whatIfs: PricingWhatIfService;
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
  const { config, clock, log, metrics, database, events, signals, tracer } = platform;
  const connection = new StripeConnection(platform, publicUrl);
  const gateway = new StripeGatewayService(() => connection.access(), clock, tracer);
  const plans = new PlanService(database, clock, signals);
  const terms = new CustomerTermsService(database, clock, plans, signals);
  const review = new MoneyReview(database, events, clock, config.moneyReviewAbove);
  const ledger = createLedger(platform, terms, review);
  const { credits } = ledger;
  const meter = createMeter(platform, terms, gateway.meters);
  const subscriptions = createSubscriptions(platform, {
    identity,
    plans,
    terms,
    credits,
    review,
    gateway,
    meter,
    publicUrl,
  });
  const { sync, refunds } = subscriptions;
  const approval = new MoneyApproval(database, events, platform.jobs, clock, credits, refunds);
  const spend = createSpend(platform, terms, (id) => identity.identity.billingContacts(id));
  const quota = new QuotaRepository(database);
  const metering = new LeasedMeteringService(
    quota,
    new SettlementService(database.unitOfWork, clock, log, metrics),
    terms,
    spend.alerts,
    clock,
    log,
    signals,
  );
  const pricing = new BookPricingService(terms, config.devicePricePerSecond);
  const usage = createUsageLoaders(database);
  const reports = new UsageReportService(usage, clock, terms, plans);
  const margins = new MarginService(database, events, clock, log);
  const loaders = createBillingLoaders(database);
  const breakdown = new UsageBreakdownService(
    usage,
    terms,
    plans,
    async (customerId, context) =>
      (await loaders.subscriptionInForce(context).load(customerId))?.quantity ?? 1,
  );
  // In the transaction of the sign-up: no customer is ever without a plan.
  identity.identity.addSignUpHook({ onSignUp: (customerId) => sync.placeOn(customerId, FREE_PLAN) });
  return {
    metering,
    pricing,
    sync,
    dun: subscriptions.dun,
    ends: subscriptions.ends,
    loaders,
    whatIfs: new PricingWhatIfService(plans, new UsedLinesRepository(database)),
    meter,
    sandbox: connection.sandbox,
    manifest: {
      name: 'billing',
      resolvers: [
        new PlanResolver(plans, new PlanPublishingService(database, events, signals, clock)),
        new InvoiceResolver(),
        ...subscriptions.resolvers,
        new SubscriptionPayloadResolver(identity.loaders),
        new SpendCapPayloadResolver(identity.loaders),
        new CustomerBillingResolver(database, loaders, terms, reports),
        new UsageReportResolver(breakdown),
        new UsageByEndUserResolver(identity),
        new CustomerWhatIfResolver(breakdown),
        new MarginResolver(margins, clock),
        new MoneyReviewResolver(database, approval, {
          invoiceById: loaders.invoiceById,
          customerById: identity.loaders.customerById,
        }),
        ...ledger.resolvers,
        ...spend.resolvers,
        ...meter.resolvers,
      ],
      nodes: [
        node('pln', loaders.planById),
        node('sub', loaders.subscriptionById, 'billing:read'),
        node('inv', loaders.invoiceById, 'billing:read'),
        node('sev', loaders.stripeEventById, 'billing:reconcile'),
        node('rcl', loaders.reconciliationById, 'billing:reconcile'),
        node('mrq', loaders.moneyRequestById, 'credit:grant'),
        ...ledger.nodes,
      ],
      customerData: BILLING_CUSTOMER_DATA,
      personalData: USAGE_PERSONAL_DATA,
      projections: [DAILY_SUMS],
      jobs: [
        ...subscriptions.jobs,
        approval.job,
        margins.job(),
        ...ledger.jobs,
        ...spend.jobs,
        ...meter.jobs,
      ],
      routes: async (http) => {
        await connection.route(http);
        await subscriptions.routes(http);
      },
      seed: () => plans.seed(),
      start: async () => {
        await metering.start();
        await connection.start();
      },
      stop: async () => {
        await metering.stop();
        await spend.alerts.stop();
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
