/** What bounds a customer's requests in a period, by its terms, and in which words one beyond it is refused. */
import type { AppError } from '../../../kernel/errors';
import { compareDecimals, subtractDecimals } from '../../../kernel/money';
import { quotaExceeded, spendCapReached } from '../billing.errors';
import { hardLimit } from '../plan/entitlement-terms';
import { SpendCapKind } from '../spend/spend-cap';
import type { Terms } from './customer-terms.service';
import type { SettledPeriod } from './metering';
import { highestPerRequest, isFree } from './price';

export interface QuotaBounds {
  /** Requests allowed in the period; null = without limit. */
  readonly limit: number | null;
  /** The most the customer will owe for the period, in which currency, and the price of one request; null = no cap. */
  readonly cap: {
    readonly capMinor: string;
    readonly currency: string;
    readonly pricePerRequest: string;
  } | null;
}

export function boundsOf(terms: Terms): QuotaBounds {
  const { plan, entitlements, priceBook } = terms;
  const capMinor = hardCap(terms);
  return {
    limit: hardLimit(entitlements),
    cap:
      capMinor === null
        ? null
        : { capMinor, currency: plan.currency, pricePerRequest: highestPerRequest(priceBook) },
  };
}

/** @param capped whether the cap held back, and not the limit. @param granted requests of the period. */
export function quotaRefusal(
  { plan, period }: Terms,
  { limit, cap }: QuotaBounds,
  { capped, granted }: { readonly capped: boolean; readonly granted: number },
): AppError {
  return capped
    ? spendCapReached(cap!.capMinor, plan.currency, granted, period.to)
    : quotaExceeded(plan.code, limit ?? granted, granted, period.to);
}

/** Texts cost more than their request: a period may be over its cap while a lease still has requests. */
export function isOverCap({ charged, credited }: SettledPeriod, terms: Terms): boolean {
  const cap = hardCap(terms);
  return cap !== null && compareDecimals(subtractDecimals(charged, credited), cap) >= 0;
}

/** A soft cap holds nobody back, and none what costs nothing. */
function hardCap({ spendCapMinor, spendCapKind, priceBook }: Terms): string | null {
  return spendCapKind === SpendCapKind.HARD && !isFree(priceBook) ? spendCapMinor : null;
}
