export { BILLING_CHANGED, type InvoiceEventData, type SubscriptionEventData } from './billing.events';
export type { BillingLoaders } from './billing.loader';
export { billingEntities, type BillingModule, createBillingModule } from './billing.module';
export { UnitPrice } from './plan/entitlement.type';
export { Plan } from './plan/plan.entity';
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
