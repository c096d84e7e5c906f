/** Which events are on a timeline, and whose: of the customer that they name, or of those whom a deployment served. */
import { TimelineKind } from './timeline-entry.entity';

const { ACCOUNT, PLAN, PAYMENT, USAGE, INCIDENT, DEPLOYMENT, TEST, CONTACT } = TimelineKind;

/** One entry an event, of the customer that it names. */
export const OF_CUSTOMER: Readonly<Record<string, TimelineKind>> = {
  'customer.created': ACCOUNT,
  'customer.closed': ACCOUNT,
  'customer.reopened': ACCOUNT,
  'customer.erased': ACCOUNT,
  'lead.converted': ACCOUNT,
  'subscription.started': PLAN,
  'subscription.changed': PLAN,
  'subscription.canceled': PLAN,
  'plan-order.placed': PLAN,
  'subscription.payment-late': PAYMENT,
  'subscription.read-only': PAYMENT,
  'subscription.given-up': PAYMENT,
  'invoice.paid': PAYMENT,
  'invoice.refunded': PAYMENT,
  'invoice.disputed': PAYMENT,
  'invoice.dispute-changed': PAYMENT,
  'invoice.uncollectible': PAYMENT,
  'invoice.void': PAYMENT,
  'credit.granted': PAYMENT,
  'usage.alerted': USAGE,
  'incident.opened': INCIDENT,
  'incident.closed': INCIDENT,
  'deployment.rolled-back': DEPLOYMENT,
  'contact.noted': CONTACT,
};

/** A payment that is late, until one is paid. */
export const LATE_PAYMENTS = [
  'subscription.payment-late',
  'subscription.read-only',
  'subscription.given-up',
] as const;

/** Of orders only the wish to end a plan says something that nothing else does. */
export const TOLD = `type <> 'plan-order.placed' or data->>'kind' = 'CANCEL'`;

/** Of nobody in particular: they concern every customer whom their deployment served in the days before. */
export const OF_SERVED: Readonly<Record<string, TimelineKind>> = {
  'incident.opened': INCIDENT,
  'deployment.rolled-back': DEPLOYMENT,
  'feature-test.started': TEST,
  'feature-test.decided': TEST,
};

export const SERVED_DAYS = 30;

/** Requests at which a customer has come a long way. */
export const MILESTONES: readonly bigint[] = [
  1n,
  ...Array.from({ length: 10 }, (_, i) => 10n ** BigInt(i + 3)),
];
