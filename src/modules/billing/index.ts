export type {
  CustomerTerms,
  MeteringService,
  Price,
  PricingService,
  Reservation,
  SettlementEntry,
  UsageUnits,
} from './usage/metering';
