/**
 * What a prediction was charged and what it cost: the price for those who pay, cost and margin for staff alone. What the
 * customer pays is not told to a browser: an end user's token sees no money.
 */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { money, roundToMinor, subtractDecimals } from '../../../kernel/money';
import type { Principal } from '../../../kernel/principal';
import { Decimal, moneyOf, MoneyType, Needs, type RequestContext } from '../../../platform/graphql';
import { COST_CURRENCY, costType, CostType, UsageLine, UsageUnit } from '../../billing';
import { may } from '../../identity';
import { Inference } from './inference.entity';
import { requestsFor } from '../prediction/model-work';
import { ServiceClass } from '../service-class';

@Resolver(() => Inference)
export class InferenceMoneyResolver {
  @FieldResolver(() => [UsageLine], {
    description: 'What was counted, and what it is charged, one line a unit; empty for an end user’s token.',
  })
  @Needs(
    'rows',
    'deviceMs',
    'promptTokens',
    'completionTokens',
    'sourceInferenceId',
    'serviceClass',
    'priceExact',
    'currency',
    'modelId',
  )
  usage(@Root() inference: Inference, @Ctx() { principal }: RequestContext): UsageLine[] {
    if (!pays(principal)) return [];
    const { rows, deviceMs, promptTokens, completionTokens, priceExact, currency, modelId } = inference;
    // The price is of the request as a whole; rows and device time are counted beside it.
    const line = (unit: UsageUnit, quantity: string, amount: string): UsageLine => ({
      unit,
      quantity,
      amount,
      currency,
      modelId,
    });
    if (inference.sourceInferenceId !== null)
      return [line(UsageUnit.CACHED_REQUEST, String(requestsFor(rows)), priceExact)];
    const unit =
      inference.serviceClass === ServiceClass.ECONOMY ? UsageUnit.ECONOMY_REQUEST : UsageUnit.REQUEST;
    return [
      line(unit, String(requestsFor(rows)), priceExact),
      line(UsageUnit.ROW, String(rows), '0'),
      line(UsageUnit.DEVICE_MILLISECOND, deviceMs.toFixed(6), '0'),
      ...(promptTokens > 0
        ? [
            line(UsageUnit.PROMPT_TOKEN, String(promptTokens), '0'),
            line(UsageUnit.COMPLETION_TOKEN, String(completionTokens), '0'),
          ]
        : []),
    ];
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description:
      'The price, rounded to whole minor units; `priceExact` is not. Null for an end user’s token.',
  })
  @Needs('priceExact', 'currency')
  price(@Root() { priceExact, currency }: Inference, @Ctx() { principal }: RequestContext): MoneyType | null {
    return pays(principal) ? rounded(priceExact, currency) : null;
  }

  @FieldResolver(() => Decimal, {
    nullable: true,
    description: 'The price in minor units, unrounded; null for an end user’s token.',
  })
  @Needs('priceExact')
  priceExact(@Root() { priceExact }: Inference, @Ctx() { principal }: RequestContext): string | null {
    return pays(principal) ? priceExact : null;
  }

  @FieldResolver(() => CostType, {
    nullable: true,
    description: 'What it cost the operator, in USD; null unless staff with margin:read.',
  })
  @Needs('costExact', 'deviceMs')
  cost(@Root() { costExact, deviceMs }: Inference, @Ctx() context: RequestContext): CostType | null {
    return may(context.principal, 'margin:read')
      ? costType({ ...costsOf(costExact, deviceMs), deviceMs, currency: COST_CURRENCY })
      : null;
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description:
      'Price less cost, rounded once; null unless staff with margin:read, and where the price is in another currency than the cost.',
  })
  @Needs('priceExact', 'costExact', 'currency')
  margin(@Root() inference: Inference, @Ctx() { principal }: RequestContext): MoneyType | null {
    const exact = marginOf(inference, principal);
    return exact === null ? null : rounded(exact, inference.currency);
  }

  @FieldResolver(() => Decimal, {
    nullable: true,
    description: 'Price less cost in minor units, unrounded; null as `margin` is.',
  })
  @Needs('priceExact', 'costExact', 'currency')
  marginExact(@Root() inference: Inference, @Ctx() { principal }: RequestContext): string | null {
    return marginOf(inference, principal);
  }
}

function marginOf({ priceExact, costExact, currency }: Inference, principal: Principal): string | null {
  const known = may(principal, 'margin:read') && currency === COST_CURRENCY;
  return known ? subtractDecimals(priceExact, costExact) : null;
}

/** What took no time of our devices was done by somebody else's. */
function costsOf(exact: string, deviceMs: number): { readonly device: string; readonly upstream?: string } {
  return deviceMs > 0 ? { device: exact } : { device: '0', upstream: exact };
}

function pays({ kind }: Principal): boolean {
  return kind !== 'END_USER';
}

function rounded(decimal: string, currency: string): MoneyType {
  return moneyOf(money(roundToMinor(decimal), currency));
}
