/** The plans of a fresh house. Amounts are minor units (US cents); a change of terms is a new line with a new version. */
import { type PriceBookEntry, UsageUnit } from '../usage/price';
import { type EntitlementTerms, OveragePolicy } from './entitlement-terms';
import { PlanInterval, type Plan } from './plan.entity';

export const FREE_PLAN = 'FREE';

type PlanSeed = Omit<Plan, 'id' | 'createdAt'>;

function plan(
  seed: Pick<PlanSeed, 'code' | 'name' | 'sellable' | 'trialDays' | 'graceDays'> & {
    priceMinor: string;
    perRequest: string;
    perCachedRequest: string;
    perEconomyRequest: string;
    perPromptToken: string;
    perCompletionToken: string;
    terms: EntitlementTerms;
  },
): PlanSeed {
  const { code, name, sellable, trialDays, graceDays, priceMinor, terms } = seed;
  const general = (unit: UsageUnit, unitAmount: string): PriceBookEntry => ({
    unit,
    modelId: null,
    unitAmount,
  });
  return {
    code,
    version: 1,
    name,
    priceMinor,
    currency: 'USD',
    interval: PlanInterval.MONTH,
    sellable,
    trialDays,
    graceDays,
    entitlementTerms: terms,
    priceBook: [
      general(UsageUnit.REQUEST, seed.perRequest),
      general(UsageUnit.CACHED_REQUEST, seed.perCachedRequest),
      general(UsageUnit.ECONOMY_REQUEST, seed.perEconomyRequest),
      general(UsageUnit.PROMPT_TOKEN, seed.perPromptToken),
      general(UsageUnit.COMPLETION_TOKEN, seed.perCompletionToken),
    ],
  };
}

export const PLAN_SEEDS: readonly PlanSeed[] = [
  plan({
    code: FREE_PLAN,
    name: 'Free',
    sellable: false,
    trialDays: 0,
    graceDays: 0,
    priceMinor: '0',
    perRequest: '0',
    perCachedRequest: '0',
    perEconomyRequest: '0',
    perPromptToken: '0',
    perCompletionToken: '0',
    terms: { requests: 1_000, overage: OveragePolicy.REFUSE, weight: 1, models: null },
  }),
  plan({
    code: 'PRO',
    name: 'Pro',
    sellable: true,
    trialDays: 14,
    graceDays: 7,
    priceMinor: '4900',
    perRequest: '0.4',
    perCachedRequest: '0.1',
    perEconomyRequest: '0.2',
    perPromptToken: '0.0001',
    perCompletionToken: '0.0004',
    terms: { requests: 100_000, overage: OveragePolicy.CHARGE, weight: 4, models: null },
  }),
  plan({
    code: 'SCALE',
    name: 'Scale',
    sellable: true,
    trialDays: 14,
    graceDays: 14,
    priceMinor: '49900',
    perRequest: '0.25',
    perCachedRequest: '0.06',
    perEconomyRequest: '0.125',
    perPromptToken: '0.00006',
    perCompletionToken: '0.00025',
    terms: { requests: 2_000_000, overage: OveragePolicy.CHARGE, weight: 16, models: null },
  }),
  plan({
    code: 'ENTERPRISE',
    name: 'Enterprise',
    sellable: false,
    trialDays: 0,
    graceDays: 30,
    priceMinor: '0',
    perRequest: '0.2',
    perCachedRequest: '0.05',
    perEconomyRequest: '0.1',
    perPromptToken: '0.00005',
    perCompletionToken: '0.0002',
    terms: { requests: null, overage: OveragePolicy.CHARGE, weight: 64, models: null },
  }),
];
