/** What a new version of a plan must keep to. Pure: every fault at once, with the place of the input that it is in. */
import { chargeStep, compareDecimals } from '../../../kernel/money';
import { type PriceBookEntry, unpricedUnits } from '../usage/price';
import type { EntitlementTerms } from './entitlement-terms';
import { FREE_PLAN } from './plan-seeds';

/** 10^12 minor units, and as many for one unit of usage: sums stay far from the edge of a bigint. */
export const MAX_PRICE = 10n ** 12n;
const CODE = /^[A-Z][A-Z0-9_]{1,30}$/;

export interface PlanTerms {
  readonly code: string;
  readonly priceMinor: bigint;
  readonly currency: string;
  readonly sellable: boolean;
  readonly entitlementTerms: EntitlementTerms;
  readonly priceBook: readonly PriceBookEntry[];
}

export interface PlanFault {
  readonly path: readonly string[];
  readonly message: string;
  readonly constraint: string;
}

/** `before`: the currency of the versions that there are. */
export function planFaults(plan: PlanTerms, before: string | undefined): PlanFault[] {
  const { code, priceMinor, currency, sellable, entitlementTerms, priceBook } = plan;
  const { models, rate } = entitlementTerms;
  const fault = (holds: boolean, path: string[], constraint: string, message: string): PlanFault[] =>
    holds ? [] : [{ path, constraint, message }];
  const unpriced = unpricedUnits(priceBook);
  return [
    ...fault(CODE.test(code), ['code'], 'code', 'A code has 2–31 letters: A–Z, 0–9 and _, a letter first.'),
    ...fault(
      priceMinor >= 0n && priceMinor <= MAX_PRICE,
      ['priceMinor'],
      'range',
      `A price lies between 0 and ${MAX_PRICE}.`,
    ),
    ...fault(
      priceMinor % chargeStep(currency) === 0n,
      ['priceMinor'],
      'step',
      `Prices in ${currency} are multiples of ${chargeStep(currency)} minor units: cards are charged in no smaller steps.`,
    ),
    ...fault(
      before === undefined || before === currency,
      ['currency'],
      'currency',
      `The versions before are in ${before}, and customers move between versions. Publish another code for another currency.`,
    ),
    ...fault(
      code !== FREE_PLAN || (priceMinor === 0n && !sellable),
      ['priceMinor'],
      'free',
      'FREE is given and not sold: its price is 0.',
    ),
    ...fault(
      !sellable || priceMinor > 0n,
      ['sellable'],
      'price',
      'What costs nothing is not sold by checkout. Set a price, or sellable: false.',
    ),
    ...fault(models === null || models.length > 0, ['models'], 'models', 'Name a model, or null for all.'),
    ...fault(
      !rate || rate.burst >= rate.perSecond,
      ['rate', 'burst'],
      'burst',
      'The burst is at least what comes back in a second.',
    ),
    ...fault(
      unpriced.length === 0,
      ['prices'],
      'complete',
      `Without a price for every model: ${unpriced.join(', ')}. Say 0 for what is free.`,
    ),
    ...priceBook.flatMap((entry, at) => priceFaults(entry, at, priceBook)),
  ];
}

function priceFaults(
  { unit, modelId, unitAmount }: PriceBookEntry,
  at: number,
  book: readonly PriceBookEntry[],
) {
  const path = ['prices', String(at)];
  const first = book.findIndex((other) => other.unit === unit && other.modelId === modelId);
  const faults: PlanFault[] = [];
  if (first !== at)
    faults.push({
      path,
      constraint: 'unique',
      message: 'This unit has a price already, for the same model.',
    });
  if (compareDecimals(unitAmount, '0') < 0 || compareDecimals(unitAmount, String(MAX_PRICE)) > 0)
    faults.push({
      path: [...path, 'unitAmount'],
      constraint: 'range',
      message: `A price lies between 0 and ${MAX_PRICE}.`,
    });
  return faults;
}
