/** Stripe's failures in our words: what the payer can mend, what goes away by itself, and what is our own fault. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../kernel/errors';

interface StripeFailure {
  readonly statusCode?: number;
  readonly rawType?: string;
  readonly code?: string;
}

const TOO_MANY = 429;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;

function failureOf(error: unknown): StripeFailure {
  return error instanceof Error ? (error as StripeFailure) : {};
}

/** Stripe said that no object has this id. */
export function isMissing(error: unknown): boolean {
  return failureOf(error).code === 'resource_missing';
}

/** No answer, an answer of a broken Stripe, or too many requests: asking again may help. */
export function isPassing(error: unknown): boolean {
  const { statusCode, rawType } = failureOf(error);
  if (error instanceof AppError) return false;
  return statusCode === undefined ? rawType === undefined : statusCode >= 500 || statusCode === TOO_MANY;
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

/** The client retries broken connections and 5xx by itself, but not 429: that is done here, with jitter. */
export async function withPatience<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (failureOf(error).statusCode !== TOO_MANY || attempt === ATTEMPTS) throw error;
      await pause(randomInt(FIRST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
    }
  }
}
