/** Stripe's failures in our words: what the payer can mend, what goes away by itself, and what is our own fault. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../kernel/errors';

interface StripeFailure {
  /** The name of its class: only errors of the client have it. */
  readonly type?: string;
  readonly statusCode?: number;
  readonly rawType?: string;
  readonly code?: string;
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const TOO_MANY = 429;
const BUSY = 409;
const UNAUTHORISED = 401;
const FORBIDDEN = 403;
/** As Stripe's words hold it: 'rak_invoice_read', or 'webhook_read'. */
const PERMISSION = /'(?:rak_)?([a-z_]+_(?:read|write))'/;
const ATTEMPTS = 4;
/** Whom Stripe sends away for longer is not made to wait here. */
const LONGEST_PAUSE_MS = 5000;

function failureOf(error: unknown): StripeFailure {
  return error instanceof Error ? (error as StripeFailure) : {};
}

/** Stripe said that no object has this id. */
export function isMissing(error: unknown): boolean {
  return failureOf(error).code === 'resource_missing';
}

/** Stripe said that no renewal will write an invoice. */
export function isNothingUpcoming(error: unknown): boolean {
  return failureOf(error).code === 'invoice_upcoming_none';
}

/** Whether Stripe, or its silence, is what failed; what fails on our side says nothing of what Stripe did. */
function isOfStripe(error: unknown): boolean {
  return failureOf(error).type?.startsWith('Stripe') ?? false;
}

/** No answer, an answer of a broken Stripe, too many requests, or two at once: asking again may help. */
export function isPassing(error: unknown): boolean {
  const { statusCode, rawType } = failureOf(error);
  if (!isOfStripe(error)) return false;
  if (statusCode === undefined) return rawType === undefined;
  return statusCode >= 500 || statusCode === TOO_MANY || statusCode === BUSY;
}

/** A no that stands, Stripe's or our own: asking again would not help. */
export function isFinal(error: unknown): boolean {
  return error instanceof AppError || (isOfStripe(error) && !isPassing(error));
}

/** It is our key that Stripe does not take, or not for this: what was asked is as good as ever once the operator has mended that. */
export function isOfKey(error: unknown): boolean {
  const { statusCode } = failureOf(error);
  return isOfStripe(error) && (statusCode === UNAUTHORISED || statusCode === FORBIDDEN);
}

/** What a restricted key may not do, as Stripe names it; undefined for any other failure. */
export function missingPermission(error: unknown): string | undefined {
  if (!isOfKey(error) || failureOf(error).statusCode !== FORBIDDEN) return undefined;
  const { message } = error as Error;
  return PERMISSION.exec(message)?.[1] ?? message;
}

/** Stripe said that it broke: whether it acted before is not known, and it says the same again under the same key. */
export function isBroken(error: unknown): boolean {
  return (failureOf(error).statusCode ?? 0) >= 500;
}

/** Stripe will not do it as things stand, whoever asks. */
export function isRefused(error: unknown): boolean {
  const { statusCode } = failureOf(error);
  return statusCode === 400 || statusCode === 404;
}

/** Stripe has less left of a payment than is asked back. */
export function isBeyondPayment(error: unknown): boolean {
  const { code, param } = failureOf(error);
  const asksTooMuch = param === 'amount' || param === 'refund_amount' || param === 'credit_amount';
  return isRefused(error) && (asksTooMuch || code === 'charge_already_refunded');
}

/** Stripe does not take the discount that was asked for: it is over, or not for this customer. */
export function isDiscountRefused(error: unknown): boolean {
  return isRefused(error) && /^(discounts|promotion)/.test(failureOf(error).param ?? '');
}

/** Taxes are asked for, and nobody can say where the customer is. */
export function isTaxLocationUnknown(error: unknown): boolean {
  return failureOf(error).code === 'customer_tax_location_invalid';
}

/** The period turned meanwhile, or Stripe's clock stands where ours does not: the amounts of then hold no more. */
export function isOutsidePeriod(error: unknown): boolean {
  return isRefused(error) && (failureOf(error).param?.endsWith('proration_date') ?? false);
}

export function isDeclined(error: unknown): boolean {
  const { statusCode, rawType } = failureOf(error);
  return rawType === 'card_error' || statusCode === 402;
}

export function declined(): AppError {
  return new AppError(
    'PAYMENT_REQUIRED',
    'The payment was declined, and nothing has changed. Choose another card with billingPortalCreate and try again.',
  );
}

export function upstreamFailed(): AppError {
  return new AppError(
    'UPSTREAM_FAILED',
    'Stripe did not answer as expected. Try again: an order that already reached Stripe is not carried out twice.',
  );
}

/** For somebody who waits: Stripe's silence is told as such, and not as a failure on our side. */
export async function orUpstreamFailed<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw isPassing(error) ? upstreamFailed() : error;
  }
}

export function upstreamUnknown(kind: string, word: string | null): AppError {
  return new AppError(
    'UPSTREAM_FAILED',
    `Stripe answered a ${kind} that this version does not know: ${word}. Upgrade, or pin the API version of the account.`,
  );
}

/**
 * The client retries broken connections and 5xx by itself, but not 429: that is done here, with jitter, and not before
 * the time that `Retry-After` names. `pauseMs`: the shortest pause; the longest doubles with every try.
 */
export async function withPatience<T>(call: () => Promise<T>, pauseMs: number): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const { statusCode, headers } = failureOf(error);
      const asked = Number(headers?.['retry-after'] ?? 0) * 1000;
      if (statusCode !== TOO_MANY || attempt === ATTEMPTS || asked > LONGEST_PAUSE_MS) throw error;
      await pause(asked + randomInt(pauseMs, pauseMs * 2 ** attempt));
    }
  }
}
