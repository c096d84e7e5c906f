/** What can go wrong with plans and quota, in words that say what to do next. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';
import { format, money } from '../../kernel/money';

export function quotaExceeded(planCode: string, limit: number, used: number, resetsAt: Date): AppError {
  return new AppError(
    'QUOTA_EXCEEDED',
    `The plan ${planCode} allows ${limit} requests in this period, and they are used. They start anew at ${resetsAt.toISOString()}; a higher plan lifts the limit at once: subscriptionChange, or subscriptionCheckoutCreate from FREE.`,
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

export function publishedMeanwhile(
  code: string,
  last: { readonly id: string; readonly version: number } | undefined,
): AppError {
  const state = last ? `is at version ${last.version}` : 'does not exist yet';
  return conflict(`${code} ${state}. Read it again and decide anew.`, ['input', 'expectedVersion'], last?.id);
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

export function nothingChanges(): AppError {
  return conflict(
    'The subscription already has this plan and this number of seats, so there is nothing to change.',
    ['input', 'plan'],
  );
}

export function currencyMismatch(planCurrency: string, currency: string): AppError {
  return conflict(
    `This plan is sold in ${planCurrency}, and the subscription is in ${currency}. End it with subscriptionCancel, and subscribe anew when it has ended.`,
    ['input', 'plan'],
  );
}

export function priceUnavailable(planCode: string, fault: string): AppError {
  return conflict(
    `${planCode} cannot be bought at the moment: of its price at Stripe, ${fault}. Choose another plan, or write to us.`,
    ['input', 'plan'],
  );
}

export function unknownPromotionCode(): AppError {
  return invalidInput(
    ['input', 'promotionCode'],
    'This code is unknown or over. Leave it out, or type another one on the page.',
    'promotionCode',
  );
}

export function noTrial(planCode: string): AppError {
  return conflict(
    `There is no trial of ${planCode} for this account: a plan may have none, and an account has one only. Ask again without trial.`,
    ['input', 'trial'],
  );
}

export function refundTooLarge(leftMinor: string | null): AppError {
  const words = 'More than what is left of the invoice cannot be given back.';
  return invalidInput(
    ['input', 'amountMinor'],
    leftMinor === null ? `${words} Read it again.` : `${words} ${leftMinor} minor units are left.`,
    'range',
  );
}

/** @param step in minor units. */
export function refundOutOfStep(step: bigint, currency: string): AppError {
  const words = `Cards get ${currency} back in multiples of ${step} minor units.`;
  return invalidInput(['input', 'amountMinor'], words, 'step');
}

export function notRefundable(): AppError {
  return conflict('Only an invoice that was paid can be given back.', ['input', 'invoiceId']);
}

/** @param why in Stripe's words: not paid by card, disputed, too long ago. */
export function refundRefused(why: string): AppError {
  return conflict(
    `Stripe does not give this back: ${why} Nothing was given back. Settle it outside of Stripe, and write the credit note in its dashboard.`,
    ['input', 'invoiceId'],
  );
}

export function paymentOverdue(): AppError {
  return new AppError(
    'PAYMENT_REQUIRED',
    'A payment is overdue and the days of grace are over: everything can be read, nothing can be run. Pay the open invoice, or choose another card with billingPortalCreate.',
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

/** @param step all in minor units. */
export function creditAmountRefused(least: bigint, most: bigint, step: bigint): AppError {
  const words = `Credits are sold from ${least} to ${most} minor units at a time`;
  return invalidInput(
    ['input', 'amountMinor'],
    step === 1n ? `${words}.` : `${words}, in multiples of ${step}.`,
    'range',
  );
}

export function taxLocationUnknown(): AppError {
  return conflict(
    'Taxes depend on where you are, and Stripe does not know that yet. Enter your address with billingPortalCreate, and ask again.',
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

export function moneyNotPending(id: string, state: string): AppError {
  return conflict(`The request must be PENDING; it is ${state}.`, ['input', 'id'], id);
}

export function ownMoney(): AppError {
  const message =
    'You asked for this yourself: somebody else with the role ADMIN must decide it. Invite one with staffInvite where there is none.';
  return invalidInput(['input', 'id'], message, 'four-eyes');
}

export function notOwnMoney(): AppError {
  return invalidInput(['input', 'id'], 'Only who asked for it takes it back. Reject it instead.', 'author');
}
