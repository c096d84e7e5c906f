/** Takes payments: charges a card and keeps the payment intent, whatever comes of it. */
import type { EventLog } from '../event/event-log';
import { newSandboxId, idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { PaymentIntent, PaymentMethod } from '../store/wire';
import { chargeOf } from './charge';
import type { CardOutcome } from './test-card';
import type { Disputes } from './dispute.service';
import { cardOf } from './test-cards.service';

export interface Charge {
  /** null for a guest. */
  readonly customer: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  /** Where the person answers when the card asks for more. */
  readonly page: string;
  /** null when there is no card to charge. */
  readonly paymentMethod: PaymentMethod | null;
  readonly metadata?: Record<string, string>;
  /** Whether the card is kept for later; default: for payments in which nobody takes part. */
  readonly setupFutureUsage?: 'off_session' | 'on_session' | null;
}

export class Till {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly disputes: Pick<Disputes, 'raise'>,
  ) {}

  /** A first try, or another one at `earlier`. */
  async charge(charge: Charge, at: number, earlier?: PaymentIntent): Promise<PaymentIntent> {
    const { paymentMethod } = charge;
    const outcome = paymentMethod ? cardOf(paymentMethod).onCharge : undefined;
    const base = earlier ?? blankIntent(charge, at);
    const intent = await this.store.save(afterTry(base, charge, outcome));
    if (!earlier) await this.events.record('payment_intent.created', intent, at);
    await this.keepCharge(base, intent, paymentMethod, at);
    const heard = outcome && EVENTS[outcome.kind];
    if (heard) await this.events.record(heard, intent, at);
    return intent;
  }

  /** The person has answered the challenge of the card: passed, or not. */
  async authenticate(intent: PaymentIntent, passed: boolean, at: number): Promise<PaymentIntent> {
    const answered = await this.store.save<'payment_intent'>(
      passed
        ? { ...intent, status: 'succeeded', next_action: null, ...received(intent.amount) }
        : {
            ...intent,
            status: 'requires_payment_method',
            next_action: null,
            last_payment_error: NOT_AUTHENTICATED,
          },
    );
    await this.keepCharge(intent, answered, null, at);
    await this.events.record(passed ? EVENTS.SUCCEEDS : EVENTS.DECLINED, answered, at);
    return answered;
  }

  /** A try that reached the card is an object of its own. */
  private async keepCharge(
    before: PaymentIntent,
    after: PaymentIntent,
    card: PaymentMethod | null,
    at: number,
  ): Promise<void> {
    if (after.latest_charge === null || after.latest_charge === before.latest_charge) return;
    const charge = await this.store.save(chargeOf(after, card, at));
    await this.events.record(charge.paid ? 'charge.succeeded' : 'charge.failed', charge, at);
    const dispute = charge.paid && card ? cardOf(card).dispute : undefined;
    if (dispute) await this.disputes.raise(charge, dispute, at);
  }

  async cancel(intent: PaymentIntent, at: number): Promise<void> {
    const canceled = await this.store.save({
      ...intent,
      status: 'canceled',
      canceled_at: at,
      next_action: null,
    });
    await this.events.record('payment_intent.canceled', canceled, at);
  }
}

const EVENTS: Record<CardOutcome['kind'], string> = {
  SUCCEEDS: 'payment_intent.succeeded',
  DECLINED: 'payment_intent.payment_failed',
  NEEDS_AUTHENTICATION: 'payment_intent.requires_action',
};

const NOT_AUTHENTICATED: PaymentIntent['last_payment_error'] = {
  code: 'payment_intent_authentication_failure',
  message:
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
  type: 'card_error',
};

function received(amount: number): Pick<PaymentIntent, 'amount_received' | 'latest_charge'> {
  return { amount_received: amount, latest_charge: newSandboxId('ch') };
}

function afterTry(
  intent: PaymentIntent,
  { paymentMethod, page }: Charge,
  outcome: CardOutcome | undefined,
): PaymentIntent {
  const clean = { ...intent, last_payment_error: null, next_action: null };
  if (!paymentMethod || !outcome) return { ...clean, status: 'requires_payment_method' };
  switch (outcome.kind) {
    case 'SUCCEEDS':
      return {
        ...clean,
        status: 'succeeded',
        payment_method: paymentMethod.id,
        ...received(intent.amount),
      };
    case 'NEEDS_AUTHENTICATION':
      return {
        ...clean,
        status: 'requires_action',
        payment_method: paymentMethod.id,
        next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: null, url: page } },
      };
    case 'DECLINED':
      return {
        ...clean,
        status: 'requires_payment_method',
        payment_method: null,
        latest_charge: newSandboxId('ch'),
        last_payment_error: {
          code: outcome.code,
          decline_code: outcome.declineCode,
          message: outcome.message,
          payment_method: paymentMethod,
          type: 'card_error',
        },
      };
  }
}

function blankIntent(charge: Charge, at: number): PaymentIntent {
  const { customer, amount, currency, description, metadata = {}, setupFutureUsage = 'off_session' } = charge;
  const id = idFor('payment_intent');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: `${id}_secret_${newSandboxId('').slice(1)}`,
    confirmation_method: 'automatic',
    created: at,
    currency,
    customer,
    customer_account: null,
    description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: setupFutureUsage,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_group: null,
  };
}
