export { BILLING_CHANGED, type SubscriptionEventData } from './billing.events';
export { billingEntities, type BillingModule, createBillingModule } from './billing.module';
export { PlanFeature } from './plan/entitlement-terms';
export { UnitPrice } from './plan/entitlement.type';
export { stripeReport } from './stripe/stripe-report';
export { LossReason } from './subscription/loss-reason';
export { PlanSubscription } from './subscription/plan-subscription.entity';
export type {
  CustomerTerms,
  MeteringService,
  Price,
  PricingService,
  Reservation,
  SettlementEntry,
  UsageUnits,
} from './usage/metering';
export { UsageUnit } from './usage/price';
export { costType, CostType, UsageLine } from './usage/usage.type';
