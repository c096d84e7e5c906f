/** A dispute as Stripe writes it: the bank of the payer takes the money of a charge back until it is settled whose it is. */
import { idFor, newSandboxId } from '../store/kinds';
import { type Charge, type Dispute, idOf } from '../store/wire';
import type { CardDispute } from './test-card';

type Movement = Dispute['balance_transactions'][number];

const FEE = 1500;
const ANSWERED_WITHIN_SECONDS = 9 * 86_400;
const TEXTS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const;
const FILES = [
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
] as const;

/** Evidence that can be given in words. */
export const EVIDENCE_IN_WORDS = TEXTS;

export function disputeOf(charge: Charge, { reason, isInquiry }: CardDispute, at: number): Dispute {
  const nothing = Object.fromEntries([...TEXTS, ...FILES].map((name) => [name, null]));
  return {
    id: idFor('dispute'),
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: at,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...(nothing as Omit<Dispute['evidence'], 'enhanced_evidence'>), enhanced_evidence: {} },
    evidence_details: {
      due_by: at + ANSWERED_WITHIN_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: idOf(charge.payment_intent),
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  };
}

/** The money leaves the account, and the fee with it. */
export function withdrawnBy(dispute: Dispute, at: number): Dispute {
  const { amount, charge, currency } = dispute;
  const fee = { amount: FEE, application: null, currency, description: 'Dispute fee', type: 'stripe_fee' };
  const movement = movementOf(dispute, at, {
    amount: -amount,
    description: `Chargeback withdrawal for ${idOf(charge)}`,
    fee: FEE,
    fee_details: [fee],
    net: -amount - FEE,
    reporting_category: 'dispute',
  });
  return { ...dispute, is_charge_refundable: false, balance_transactions: [movement] };
}

/** The money comes again; the fee does not. */
export function reinstatedBy(dispute: Dispute, at: number): Dispute {
  const { amount, charge, balance_transactions: earlier } = dispute;
  const movement = movementOf(dispute, at, {
    amount,
    description: `Chargeback reversal for ${idOf(charge)}`,
    fee: 0,
    fee_details: [],
    net: amount,
    reporting_category: 'dispute_reversal',
  });
  return { ...dispute, balance_transactions: [...earlier, movement] };
}

function movementOf(
  { id, currency }: Dispute,
  at: number,
  moved: Pick<Movement, 'amount' | 'description' | 'fee' | 'fee_details' | 'net' | 'reporting_category'>,
): Movement {
  return {
    id: newSandboxId('txn'),
    object: 'balance_transaction',
    available_on: at,
    balance_type: 'payments',
    created: at,
    currency,
    exchange_rate: null,
    source: id,
    status: 'available',
    type: 'adjustment',
    ...moved,
  };
}
