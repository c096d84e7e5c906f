/** Where an object is filed: whose it is, what it belongs to, on which clock, and when time will have to look at it. */
import type {
  CheckoutSession,
  Invoice,
  InvoiceItem,
  InvoicePayment,
  Kinds,
  Kind,
  Price,
  Subscription,
} from './wire';
import { idOf } from './wire';

export interface Placement {
  readonly customer: string | null;
  readonly parent: string | null;
  readonly clock: string | null;
  readonly dueAt: number | null;
}

/** An unpaid first invoice ends its subscription after 23 hours. */
const INCOMPLETE_SECONDS = 23 * 3600;

const NOWHERE: Placement = { customer: null, parent: null, clock: null, dueAt: null };

type Placer<K extends Kind> = (object: Kinds[K]) => Partial<Placement>;

const PLACERS: { [K in Kind]?: Placer<K> } = {
  customer: ({ test_clock }) => ({ clock: idOf(test_clock) }),
  price: ({ product }: Price) => ({ parent: idOf(product) }),
  customer_balance_transaction: ({ customer, invoice }) => ({
    customer: idOf(customer),
    parent: idOf(invoice),
  }),
  credit_note: ({ customer, invoice }) => ({ customer: idOf(customer), parent: idOf(invoice) }),
  refund: ({ payment_intent, customer }) => ({ customer: idOf(customer), parent: idOf(payment_intent) }),
  tax_id: ({ customer }) => ({ customer: idOf(customer) }),
  'billing.credit_grant': ({ customer }) => ({ customer: idOf(customer) }),
  'billing.credit_balance_transaction': ({ credit_grant }) => ({ parent: idOf(credit_grant) }),
  subscription_schedule: ({ customer, subscription, test_clock, status, phases, current_phase }) => ({
    customer: idOf(customer),
    parent: idOf(subscription),
    clock: idOf(test_clock),
    dueAt:
      status === 'active'
        ? (current_phase?.end_date ?? null)
        : status === 'not_started'
          ? (phases[0]?.start_date ?? null)
          : null,
  }),
  promotion_code: ({ customer, promotion }) => ({
    customer: idOf(customer),
    parent: idOf(promotion.coupon),
  }),
  payment_method: ({ customer }) => ({ customer: idOf(customer) }),
  payment_intent: ({ customer }) => ({ customer: idOf(customer) }),
  setup_intent: ({ customer }) => ({ customer: idOf(customer) }),
  dispute: ({ charge }) => ({ parent: idOf(charge) }),
  charge: ({ customer, payment_intent }) => ({ customer: idOf(customer), parent: idOf(payment_intent) }),
  subscription: (subscription) => ({
    customer: idOf(subscription.customer),
    clock: idOf(subscription.test_clock),
    dueAt: subscriptionDueAt(subscription),
  }),
  invoice: (invoice) => ({
    customer: idOf(invoice.customer),
    parent: idOf(invoice.parent?.subscription_details?.subscription),
    clock: idOf(invoice.test_clock),
    dueAt: invoiceDueAt(invoice),
  }),
  // Filed under its subscription only while it waits for an invoice.
  invoiceitem: ({ customer, invoice, parent }: InvoiceItem) => ({
    customer: idOf(customer),
    parent: invoice === null ? (parent?.subscription_details?.subscription ?? null) : idOf(invoice),
  }),
  invoice_payment: ({ invoice }: InvoicePayment) => ({ parent: idOf(invoice) }),
  'checkout.session': ({ customer, status, expires_at }: CheckoutSession) => ({
    customer: idOf(customer),
    dueAt: status === 'open' ? expires_at : null,
  }),
  'sandbox.trial_reminder': ({ subscription, test_clock, due_at }) => ({
    parent: subscription,
    clock: test_clock,
    dueAt: due_at,
  }),
  'sandbox.renewal_reminder': ({ subscription, test_clock, due_at }) => ({
    parent: subscription,
    clock: test_clock,
    dueAt: due_at,
  }),
  'billing_portal.session': ({ customer }) => ({ customer }),
};

export function placementOf(object: Kinds[Kind]): Placement {
  const placer = PLACERS[object.object as Kind] as Placer<Kind> | undefined;
  return { ...NOWHERE, ...placer?.(object) };
}

function subscriptionDueAt(subscription: Subscription): number | null {
  const { status, created, cancel_at, items, pending_update, pause_collection } = subscription;
  if (status === 'incomplete') return created + INCOMPLETE_SECONDS;
  if (status === 'canceled' || status === 'incomplete_expired') return null;
  const ends = status === 'paused' ? [] : items.data.map((item) => item.current_period_end);
  const due = Math.min(
    ...ends,
    cancel_at ?? Infinity,
    pending_update?.expires_at ?? Infinity,
    pause_collection?.resumes_at ?? Infinity,
  );
  return due === Infinity ? null : due;
}

function invoiceDueAt(invoice: Invoice): number | null {
  if (!invoice.auto_advance) return null;
  if (invoice.status === 'draft') return invoice.automatically_finalizes_at;
  return invoice.collection_method === 'send_invoice' ? invoice.due_date : invoice.next_payment_attempt;
}
