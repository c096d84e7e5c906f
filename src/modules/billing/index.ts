export { BILLING_CHANGED, type SubscriptionEventData } from './billing.events';
export { billingEntities, type BillingModule, createBillingModule } from './billing.module';
export { OveragePolicy, PlanFeature } from './plan/entitlement-terms';
export { UnitPrice } from './plan/entitlement.type';
export { UnitPriceInput } from './plan/plan.input';
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
export { COST_CURRENCY, UsageUnit } from './usage/price';
export { costType, CostType, UsageLine } from './usage/usage.type';
export type { PriceChange } from './what-if/price-change';
export { marginRatio, movedBy, type PricingSide } from './what-if/pricing-what-if';
export { type Bill, billed, type Comparison } from './what-if/repricing';
