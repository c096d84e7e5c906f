/** What time on the device cost the operator, as money. */
import { money, roundToMinor } from '../../../kernel/money';
import { moneyOf, type MoneyType } from '../../../platform/graphql';
import { COST_CURRENCY, type PricingService } from '../../billing';

export function deviceCost(pricing: Pick<PricingService, 'costOf'>, deviceMs: number): MoneyType {
  return moneyOf(money(roundToMinor(pricing.costOf(deviceMs)), COST_CURRENCY));
}
