/** What can go wrong with plans and quota, in words that say what to do next. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';
import { format, money } from '../../kernel/money';

export function quotaExceeded(planCode: string, limit: number, used: number, resetsAt: Date): AppError {
  return new AppError(
    'QUOTA_EXCEEDED',
    `The plan ${planCode} allows ${limit} requests in this period, and they are used. They start anew at ${resetsAt.toISOString()}; a higher plan lifts the limit at once: subscriptionCheckoutCreate.`,
    undefined,
    { limit: BigInt(limit), used: BigInt(used), resetsAt },
  );
}

export function spendCapReached(capMinor: string, currency: string, used: number, resetsAt: Date): AppError {
  return new AppError(
    'QUOTA_EXCEEDED',
    `Your spend cap of ${format(money(BigInt(capMinor), currency))} is reached. Raise or clear it with spendCapSet, or wait until ${resetsAt.toISOString()}.`,
    undefined,
    { limit: BigInt(used), used: BigInt(used), resetsAt },
  );
}

export function alreadySubscribed(subscriptionId: string): AppError {
  return conflict(
    'There is a paid subscription already, and one is all an account can have. Change it with subscriptionChange.',
    ['input', 'plan'],
    subscriptionId,
  );
}

export function notSellable(planCode: string): AppError {
  return invalidInput(
    ['input', 'plan'],
    `${planCode} is not sold by checkout. FREE comes back by subscriptionCancel; ENTERPRISE is agreed by contract.`,
    'sellable',
  );
}

export function nothingPaid(): AppError {
  return conflict('There is no paid subscription. Start one with subscriptionCheckoutCreate.');
}

export function notAnUpgrade(): AppError {
  return conflict(
    'Only a higher plan or more seats can start at once. For a lower one, let the present plan end with subscriptionCancel and subscribe then.',
    ['input', 'plan'],
  );
}

export function invoiceOpen(number: string | null, hostedUrl: string | null): AppError {
  return new AppError(
    'PAYMENT_REQUIRED',
    `The invoice ${number ?? ''} is still open. Pay it first; then the plan can be changed.`.replace(
      '  ',
      ' ',
    ),
    undefined,
    { checkoutUrl: hostedUrl ?? undefined },
  );
}

export function stalePreview(): AppError {
  return conflict(
    'This preview is too old for its amounts to hold. Ask subscriptionChangePreview again and confirm the new one.',
    ['input', 'prorationDate'],
  );
}

export function idempotencyKeyReused(): AppError {
  return new AppError(
    'IDEMPOTENCY_KEY_REUSED',
    'This key was used with another input. Use a new key for a new act.',
    ['input', 'idempotencyKey'],
  );
}
