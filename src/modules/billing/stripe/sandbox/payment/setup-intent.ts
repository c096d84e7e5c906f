/** A setup intent as Stripe writes it: a card that is to be kept, and not charged yet. */
import { idFor, newSandboxId } from '../store/kinds';
import type { SetupIntent } from '../store/wire';

export function setupIntentShape(
  customer: string | null,
  description: string | null,
  metadata: Record<string, string>,
  at: number,
): SetupIntent {
  const id = idFor('setup_intent');
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${newSandboxId('').slice(1)}`,
    created: at,
    customer,
    customer_account: null,
    description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: 'off_session',
  };
}
