/** What the sandbox knows of each kind: the prefix of its ids, its name in messages, and its address. */
import { randomInt } from 'node:crypto';
import type { Kind } from './wire';

interface KindFacts {
  readonly prefix: string;
  readonly noun: string;
  readonly address: string;
}

export const KINDS: Record<Kind, KindFacts> = {
  customer: { prefix: 'cus', noun: 'customer', address: '/v1/customers' },
  product: { prefix: 'prod', noun: 'product', address: '/v1/products' },
  price: { prefix: 'price', noun: 'price', address: '/v1/prices' },
  coupon: { prefix: 'coupon', noun: 'coupon', address: '/v1/coupons' },
  discount: { prefix: 'di', noun: 'discount', address: '/v1/discounts' },
  promotion_code: { prefix: 'promo', noun: 'promotion code', address: '/v1/promotion_codes' },
  customer_balance_transaction: {
    prefix: 'cbtxn',
    noun: 'customer_balance_transaction',
    address: '/v1/customer_balance_transactions',
  },
  credit_note: { prefix: 'cn', noun: 'credit note', address: '/v1/credit_notes' },
  refund: { prefix: 're', noun: 'refund', address: '/v1/refunds' },
  tax_id: { prefix: 'txi', noun: 'tax_id', address: '/v1/tax_ids' },
  'billing.credit_grant': { prefix: 'credgr', noun: 'credit grant', address: '/v1/billing/credit_grants' },
  'billing.credit_balance_transaction': {
    prefix: 'cbtr',
    noun: 'credit balance transaction',
    address: '/v1/billing/credit_balance_transactions',
  },
  subscription_schedule: {
    prefix: 'sub_sched',
    noun: 'subscription schedule',
    address: '/v1/subscription_schedules',
  },
  payment_method: { prefix: 'pm', noun: 'PaymentMethod', address: '/v1/payment_methods' },
  payment_intent: { prefix: 'pi', noun: 'payment_intent', address: '/v1/payment_intents' },
  setup_intent: { prefix: 'seti', noun: 'setupintent', address: '/v1/setup_intents' },
  charge: { prefix: 'ch', noun: 'charge', address: '/v1/charges' },
  dispute: { prefix: 'dp', noun: 'dispute', address: '/v1/disputes' },
  subscription: { prefix: 'sub', noun: 'subscription', address: '/v1/subscriptions' },
  invoice: { prefix: 'in', noun: 'invoice', address: '/v1/invoices' },
  invoiceitem: { prefix: 'ii', noun: 'invoiceitem', address: '/v1/invoiceitems' },
  invoice_payment: { prefix: 'inpay', noun: 'invoice_payment', address: '/v1/invoice_payments' },
  'checkout.session': { prefix: 'cs', noun: 'checkout.session', address: '/v1/checkout/sessions' },
  'billing_portal.session': { prefix: 'bps', noun: 'portal session', address: '/v1/billing_portal/sessions' },
  'test_helpers.test_clock': { prefix: 'clock', noun: 'test_clock', address: '/v1/test_helpers/test_clocks' },
  'billing.meter': { prefix: 'mtr', noun: 'meter', address: '/v1/billing/meters' },
  'sandbox.trial_reminder': { prefix: 'remind', noun: 'reminder', address: '/v1/reminders' },
  'sandbox.renewal_reminder': { prefix: 'renew', noun: 'reminder', address: '/v1/reminders' },
  event: { prefix: 'evt', noun: 'event', address: '/v1/events' },
};

const BY_PREFIX = new Map(Object.entries(KINDS).map(([kind, { prefix }]) => [prefix, kind as Kind]));
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 24;

/** A new id, of which nobody can guess another: `sub_…`, `si_…`, `il_…`. */
export function newSandboxId(prefix: string): string {
  let id = `${prefix}_`;
  for (let i = 0; i < LENGTH; i++) id += ALPHABET[randomInt(ALPHABET.length)];
  return id;
}

export function idFor(kind: Kind): string {
  const { prefix } = KINDS[kind];
  return newSandboxId(kind === 'checkout.session' ? `${prefix}_test` : prefix);
}

/** The kind whose ids look like this one. */
export function kindOf(id: string): Kind | undefined {
  return BY_PREFIX.get(id.slice(0, id.lastIndexOf('_'))) ?? BY_PREFIX.get(id.slice(0, id.indexOf('_')));
}
