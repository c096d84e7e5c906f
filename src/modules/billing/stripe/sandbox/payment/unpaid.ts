/** What a payment that did not succeed is refused with. */
import { declined, Refusal } from '../request/refusal';

/** The refusal of `error_if_incomplete`: nothing of the request remains. */
/** As `unpaid`, where the failed try itself stays on record. */
export function triedInVain(intent: { last_payment_error?: unknown }): Refusal {
  const { status, message, details } = unpaid(intent);
  return new Refusal(status, message, { ...details, keepsEffect: true });
}

export function unpaid(intent: { last_payment_error?: unknown }): Refusal {
  const error = intent.last_payment_error as {
    code?: string;
    decline_code?: string;
    message?: string;
  } | null;
  if (error)
    return declined(
      error.message ?? 'Your card was declined.',
      error.code ?? 'card_declined',
      error.decline_code ?? 'generic_decline',
      intent,
    );
  return declined(
    'Payment for this subscription requires additional user action before it can be completed successfully.',
    'subscription_payment_intent_requires_action',
    'authentication_required',
    intent,
  );
}
