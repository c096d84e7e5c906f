/** What is to be different about a plan, and the plan as it would then be. Pure; what is left out stays as each version has it. */
import type { EntitlementTerms, OveragePolicy } from '../plan/entitlement-terms';
import { type PlanFault, planFaults } from '../plan/plan-rules';
import type { Plan } from '../plan/plan.entity';
import type { PriceBookEntry } from '../usage/price';

export interface PriceChange {
  /** Code of the plan: all its versions are changed. */
  readonly plan: string;
  readonly priceMinor?: bigint;
  /** Requests in a billing period; null = without limit. */
  readonly requests?: number | null;
  readonly overage?: OveragePolicy;
  /** Each in place of the entry of the same unit and model, or beside the others. */
  readonly prices?: readonly PriceBookEntry[];
}

/** What of a plan is priced. */
export type PricedPlan = Pick<Plan, 'priceMinor' | 'interval' | 'priceBook'> & {
  readonly entitlementTerms: EntitlementTerms;
};

export function changed<P extends PricedPlan>(plan: P, change: PriceChange): P {
  const { priceMinor, requests, overage, prices = [] } = change;
  const terms = plan.entitlementTerms;
  return {
    ...plan,
    priceMinor: priceMinor?.toString() ?? plan.priceMinor,
    entitlementTerms: {
      ...terms,
      requests: requests === undefined ? terms.requests : requests,
      overage: overage ?? terms.overage,
    },
    priceBook: [...keptOf(plan, prices), ...prices],
  };
}

/** What could not be sold like this, with its place in the change. */
export function changeFaults(plan: Plan, change: PriceChange, currency: string): PlanFault[] {
  const after = changed(plan, change);
  const kept = keptOf(plan, change.prices ?? []).length;
  const faults = planFaults({ ...after, priceMinor: BigInt(after.priceMinor) }, currency).map((fault) => {
    const [field, at, ...rest] = fault.path;
    return field === 'prices' && at !== undefined
      ? { ...fault, path: [field, String(Number(at) - kept), ...rest] }
      : fault;
  });
  const wasGiven = BigInt(plan.priceMinor) === 0n && (change.priceMinor ?? 0n) > 0n;
  const unknown: PlanFault = {
    path: ['priceMinor'],
    constraint: 'given',
    message: `${plan.code} has no price: who would pay one is in no usage. Leave it out.`,
  };
  return wasGiven ? [...faults, unknown] : faults;
}

function keptOf({ priceBook }: PricedPlan, prices: readonly PriceBookEntry[]): PriceBookEntry[] {
  return priceBook.filter(
    (old) => !prices.some(({ unit, modelId }) => unit === old.unit && modelId === old.modelId),
  );
}
