/** What an entry of a timeline says in one plain line, made of the figures of its event alone. */
import { format, money } from '../../../kernel/money';
import type { TimelineEntry } from './timeline-entry.entity';

/** Figures of an event: `data` as its module states it, or what was counted. */
export type EntryData = Readonly<Record<string, unknown>>;

type Words = (data: EntryData, count: number) => string;

const WORDS: Readonly<Record<string, Words>> = {
  'customer.created': () => 'Signed up',
  'customer.closed': (data) => `Closed its account (${text(data['reason']).toLowerCase().replace('_', ' ')})`,
  'customer.reopened': () => 'Opened its account again',
  'customer.erased': () => 'Its data were deleted',
  'lead.converted': () => 'Came of a lead',
  'subscription.started': (data) => `Began ${plan(data)}`,
  'subscription.changed': (data) => {
    const from = text(data['previousPlanCode']);
    const to = text(data['planCode']);
    return from === to || from === '' ? `Changed ${plan(data)}` : `Changed from ${from} to ${plan(data)}`;
  },
  'subscription.canceled': (data) => `Ended ${text(data['planCode'])}`,
  'plan-order.placed': (data) => {
    const reason = text(data['reason']);
    return `Asked to end its plan${reason ? ` (${reason.toLowerCase().replace('_', ' ')})` : ''}`;
  },
  'subscription.payment-late': () => 'A payment failed; the plan goes on for some days',
  'subscription.read-only': () => 'Still not paid; nothing new is answered',
  'subscription.given-up': () => 'Not paid; the plan ends',
  'invoice.paid': (data) => `Paid ${amount(data)}`,
  'invoice.refunded': (data) => `Money was given back of an invoice over ${amount(data)}`,
  'invoice.disputed': (data) => `Its bank disputes ${disputed(data)}: ${stateWords(data)}`,
  'invoice.dispute-changed': (data) => `The dispute over ${disputed(data)} went on: ${stateWords(data)}`,
  'invoice.uncollectible': (data) => `An invoice over ${amount(data)} was given up`,
  'invoice.void': (data) => `An invoice over ${amount(data)} was cancelled`,
  'credit.granted': (data) => `Got credits of ${amount({ ...data, totalMinor: data['amountMinor'] })}`,
  'usage.alerted': (data) =>
    `Reached ${text(data['percent'])} % of its ${data['subject'] === 'SPEND' ? 'spend cap' : 'quota'}`,
  'usage.milestone': (data) => {
    const requests = text(data['requests']);
    return requests === '1' ? 'First answered request' : `${grouped(requests)} requests answered`;
  },
  'feedback.submitted': (data, count) => {
    const bad = Number(data['bad'] ?? 0);
    return `${many(count, 'piece of feedback', 'pieces of feedback')}${bad > 0 ? `, ${bad} bad` : ''}`;
  },
  'incident.opened': (data) => `An incident began, of severity ${text(data['severity'])}`,
  'incident.closed': () => 'An incident was dealt with',
  'deployment.rolled-back': () => 'A deployment that served it was rolled back',
  'feature-test.started': () => 'A feature test began',
  'feature-test.decided': (data) => {
    const variant = text(data['variant']);
    return variant ? `A feature test was decided for ${variant}` : 'A feature test was decided';
  },
  'contact.noted': (data) => `Contact by ${CHANNELS[text(data['channel'])] ?? 'another way'}`,
  'data-request.created': (data, count) =>
    `${many(count, 'data request', 'data requests')} (${text(data['kind']).toLowerCase()})`,
};

const CHANNELS: Readonly<Record<string, string>> = {
  EMAIL: 'e-mail',
  CALL: 'telephone',
  MEETING: 'meeting',
  CHAT: 'chat',
};

const DISPUTES: Readonly<Record<string, string>> = {
  INQUIRY: 'the bank asks',
  INQUIRY_CLOSED: 'the bank asks no more',
  OPEN: 'the money is withdrawn',
  WON: 'it was won',
  LOST: 'it was lost',
  PREVENTED: 'it was settled before',
};

/** @throws RangeError for a type that is on no timeline. */
export function wordsOf({ type, data, count }: Pick<TimelineEntry, 'type' | 'data' | 'count'>): string {
  const words = WORDS[type];
  if (!words) throw new RangeError(`${type} is on no timeline`);
  return words(data, count);
}

function disputed(data: EntryData): string {
  return amount({ ...data, totalMinor: data['amountMinor'] });
}

function stateWords({ state }: EntryData): string {
  return DISPUTES[text(state)] ?? text(state).toLowerCase();
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function plan(data: EntryData): string {
  const monthly = text(data['monthlyMinor']);
  const currency = text(data['currency']);
  const price =
    monthly === '' || monthly === '0' ? '' : ` at ${format(money(BigInt(monthly), currency))} a month`;
  return `${text(data['planCode'])}${price}`;
}

function amount(data: EntryData): string {
  return format(money(BigInt(text(data['totalMinor']) || '0'), text(data['currency'])));
}

function many(count: number, one: string, several: string): string {
  return count === 1 ? `1 ${one}` : `${grouped(String(count))} ${several}`;
}

/** Thin spaces would not be found by who searches: plain ones. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ' ');
}
