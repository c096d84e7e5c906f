/** What an endpoint can ask to be told of, beside the predictions that name it; and the event of the house behind each. */
import { registerEnumType } from 'type-graphql';

export enum WebhookEvent {
  USAGE_ALERTED = 'USAGE_ALERTED',
  SUBSCRIPTION_PAYMENT_LATE = 'SUBSCRIPTION_PAYMENT_LATE',
  SUBSCRIPTION_READ_ONLY = 'SUBSCRIPTION_READ_ONLY',
  SUBSCRIPTION_GIVEN_UP = 'SUBSCRIPTION_GIVEN_UP',
  INVOICE_UPCOMING = 'INVOICE_UPCOMING',
  INVOICE_OPEN = 'INVOICE_OPEN',
  INVOICE_PAID = 'INVOICE_PAID',
  FEEDBACK_GIVER_TOLD = 'FEEDBACK_GIVER_TOLD',
  BREACH_NOTICE_SENT = 'BREACH_NOTICE_SENT',
  DATA_REQUEST_EXTENDED = 'DATA_REQUEST_EXTENDED',
}

registerEnumType(WebhookEvent, {
  name: 'WebhookEvent',
  description:
    'What an endpoint can ask to be told of: your own bill, and what concerns your people: their feedback, what they ask about their data, and breaches of it.',
  valuesConfig: {
    USAGE_ALERTED: {
      description:
        '`usage.alerted`: 50, 80 or 100 % of the plan’s requests or of the spend cap are reached, each once a period.',
    },
    SUBSCRIPTION_PAYMENT_LATE: {
      description: '`subscription.payment-late`: a payment failed; the days of grace have begun.',
    },
    SUBSCRIPTION_READ_ONLY: {
      description: '`subscription.read-only`: the grace is over; nothing new is run until it is paid.',
    },
    SUBSCRIPTION_GIVEN_UP: {
      description: '`subscription.given-up`: it was never paid, and the plan is ended.',
    },
    INVOICE_UPCOMING: {
      description:
        '`invoice.upcoming`: some days before a subscription is renewed, what will be charged and when; once each, and only where something is charged.',
    },
    INVOICE_OPEN: { description: '`invoice.open`: there is a new invoice to pay.' },
    INVOICE_PAID: { description: '`invoice.paid`: an invoice is paid.' },
    FEEDBACK_GIVER_TOLD: {
      description:
        '`feedback.giver-told`: feedback of one of your people, or of your server, was moved; tell them. `data`: subjectId (the feedback), endUserId, status, asksIfFixed (then ask them, and answer with `feedbackConfirm`). Of a person only while their consent to FEEDBACK_CONTACT stands.',
    },
    BREACH_NOTICE_SENT: {
      description:
        '`breach-notice.sent`: there was a personal data breach that concerns your people. `data`: subjectId (the notice; read it with `breachNotices`).',
    },
    DATA_REQUEST_EXTENDED: {
      description:
        '`data-request.extended`: a request of one of your people takes longer than a month; tell them before `firstDueAt`. `data`: subjectId (the request; `extensionReason` says why), endUserId, kind, firstDueAt, dueAt.',
    },
  },
});

const TYPES: Record<WebhookEvent, string> = {
  [WebhookEvent.USAGE_ALERTED]: 'usage.alerted',
  [WebhookEvent.SUBSCRIPTION_PAYMENT_LATE]: 'subscription.payment-late',
  [WebhookEvent.SUBSCRIPTION_READ_ONLY]: 'subscription.read-only',
  [WebhookEvent.SUBSCRIPTION_GIVEN_UP]: 'subscription.given-up',
  [WebhookEvent.INVOICE_UPCOMING]: 'invoice.upcoming',
  [WebhookEvent.INVOICE_OPEN]: 'invoice.open',
  [WebhookEvent.INVOICE_PAID]: 'invoice.paid',
  [WebhookEvent.FEEDBACK_GIVER_TOLD]: 'feedback.giver-told',
  [WebhookEvent.BREACH_NOTICE_SENT]: 'breach-notice.sent',
  [WebhookEvent.DATA_REQUEST_EXTENDED]: 'data-request.extended',
};

/** The name that a value has among the events of the house, by type. */
export const WEBHOOK_EVENTS: ReadonlyMap<string, WebhookEvent> = new Map(
  Object.values(WebhookEvent).map((event) => [TYPES[event], event]),
);
