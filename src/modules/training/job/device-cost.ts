/** What time on the device cost the operator, as money. */
import { money, roundToMinor } from '../../../kernel/money';
import { moneyOf, type MoneyType } from '../../../platform/graphql';
import type { PricingService } from '../../billing';

/** The currency in which the configuration prices the device. */
const DEVICE_CURRENCY = 'USD';

export function deviceCost(pricing: Pick<PricingService, 'costOf'>, deviceMs: number): MoneyType {
  return moneyOf(money(roundToMinor(pricing.costOf(deviceMs)), DEVICE_CURRENCY));
}
