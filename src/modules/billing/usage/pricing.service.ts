/** What work costs the customer, by the price book of its plan, and what it costs us, by the price of device time. */
import type { PlanRate } from '../plan/entitlement-terms';
import type { CustomerTerms, Price, PricingService, UsageUnits } from './metering';
import { costOfDeviceTime, priceByBook } from './price';
import type { CustomerTermsService } from './customer-terms.service';

export class BookPricingService implements PricingService {
  constructor(
    private readonly terms: CustomerTermsService,
    private readonly devicePricePerSecond: string,
  ) {}

  async termsOf(customerId: string): Promise<CustomerTerms> {
    const { plan } = await this.terms.of(customerId);
    const { weight, models, features = null } = plan.entitlementTerms;
    return {
      planId: plan.id,
      planCode: plan.code,
      planVersion: plan.version,
      currency: plan.currency,
      weight,
      models,
      features,
    };
  }

  rateOf(customerId: string): PlanRate | undefined {
    const terms = this.terms.known(customerId);
    // Not waited for: the first calls of a customer go by what everyone has.
    if (!terms) void this.terms.of(customerId).catch(() => undefined);
    return terms?.plan.entitlementTerms.rate ?? undefined;
  }

  async priceOf(customerId: string, modelId: string, units: UsageUnits): Promise<Price> {
    const { plan, priceBook } = await this.terms.of(customerId);
    return {
      price: priceByBook(priceBook, modelId, units),
      currency: plan.currency,
      planId: plan.id,
      planCode: plan.code,
      planVersion: plan.version,
      weight: plan.entitlementTerms.weight,
    };
  }

  costOf(deviceMs: number): string {
    return costOfDeviceTime(this.devicePricePerSecond, deviceMs);
  }
}
