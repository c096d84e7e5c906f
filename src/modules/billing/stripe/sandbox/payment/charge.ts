/** A charge as Stripe writes it: one try to take the money of a payment intent, and what of it went back. */
import { newSandboxId } from '../store/kinds';
import { type Charge, idOf, type PaymentIntent, type PaymentMethod } from '../store/wire';

/** The last try of an intent that has had one. */
export function chargeOf(intent: PaymentIntent, card: PaymentMethod | null, at: number): Charge {
  const isPaid = intent.status === 'succeeded';
  const error = intent.last_payment_error;
  const { amount } = intent;
  return {
    id: idOf(intent.latest_charge) ?? '',
    object: 'charge',
    amount,
    amount_captured: isPaid ? amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: isPaid ? newSandboxId('txn') : null,
    billing_details: card?.billing_details ?? {
      address: null,
      email: null,
      name: null,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: isPaid ? 'SANDBOX' : null,
    captured: isPaid,
    created: at,
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: isPaid ? null : (error?.code ?? null),
    failure_message: isPaid ? null : (error?.message ?? null),
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: null,
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: card?.id ?? idOf(intent.payment_method),
    payment_method_details: null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: isPaid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  };
}

export function refundedBy(charge: Charge, amount: number): Charge {
  const amount_refunded = charge.amount_refunded + amount;
  return { ...charge, amount_refunded, refunded: amount_refunded >= charge.amount };
}
