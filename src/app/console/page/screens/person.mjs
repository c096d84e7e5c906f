/** One person of a customer, by the id that the customer knows: what they agreed to, when and how, and what they asked for. */
import { facts, field, form, h, pages, panel, pill, table } from '../dom.mjs';
import { day, instant, personName, words } from '../format.mjs';
import { namesOf, who } from '../names.mjs';
import { customerChoice } from './customer-choice.mjs';

export const personAt = (customerId, externalId) =>
  `#/compliance/people/${customerId}/${encodeURIComponent(externalId)}`;

export const personSearch = (api) =>
  panel(
    'What one person agreed to',
    form({
      action: 'Show it',
      loses: 'nothing',
      attributes: { class: 'row' },
      fields: [
        customerChoice(api),
        field('The customer’s id of the person', { name: 'externalId', required: true, maxlength: 200 }),
      ],
      submit: ({ customerId, externalId }) => void (location.hash = personAt(customerId, externalId)),
    }),
  );

export async function person({ api, params }) {
  const { customerId, externalId } = params;
  const ask = async (after) => (await api.ask('Person', { customerId, externalId, after })).customer;
  const customer = await ask(null);
  const one = customer?.endUser;
  if (!one)
    return panel(
      'This customer has no such person, or it was forgotten.',
      h('a', { href: '#/compliance' }, 'To compliance'),
    );
  const records = await pages(
    async (after) => (after ? (await ask(after)).endUser : one).consentHistory,
    async (nodes) => {
      const names = await namesOf(
        api,
        nodes.map(({ by }) => by),
      );
      names.set(one.id, 'the person');
      return recordTable(names, nodes);
    },
  );
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/compliance' }, 'Compliance')),
    h('h1', null, personName(one)),
    panel(
      null,
      facts(
        ['Person of', h('a', { href: `#/customers/${customer.id}` }, customer.name)],
        ['Known since', instant(one.createdAt)],
        ['Nothing of theirs is used', one.restrictedAt && `since ${instant(one.restrictedAt)}`],
        [
          'In the audit log',
          h('a', { href: `#/compliance/audit?${new URLSearchParams({ object: one.id })}` }, 'what was done'),
        ],
      ),
    ),
    panel('As it stands now', standTable(one.consents)),
    panel('Each yes and no', records),
    panel('What they asked about their data', requestTable(one.dataRequests)),
  );
}

const shown = (text) => (text ? `version ${text.version}, ${text.language}` : '–');
const answer = (granted) => pill(granted ? 'yes' : 'no', granted ? 'good' : 'bad');

const standTable = (consents) =>
  table(
    [
      ['Purpose', ({ purpose }) => words(purpose)],
      [
        'Agreed',
        ({ granted, since, restricted }) => [
          since || granted ? answer(granted) : pill('never asked'),
          restricted && ' not used all the same, as they asked',
        ],
      ],
      ['Since', ({ since }) => instant(since)],
      [
        'Words that were shown',
        ({ text, outdated }) => [shown(text), outdated && h('p', { class: 'soft' }, 'there are newer ones')],
      ],
    ],
    consents,
  );

const recordTable = (names, nodes) =>
  table(
    [
      ['When', ({ at }) => instant(at)],
      ['Purpose', ({ purpose }) => words(purpose)],
      ['Said', ({ granted }) => answer(granted)],
      ['How', ({ method, evidence }) => [words(method), evidence && h('p', { class: 'soft' }, evidence)]],
      ['Words that were shown', ({ text }) => shown(text)],
      ['Recorded by', ({ by }) => who(names, by)],
      [
        '',
        ({ receipt }) => receipt && h('a', { href: receipt, target: '_blank', rel: 'noopener' }, 'Receipt'),
      ],
    ],
    nodes,
    'They were never asked.',
  );

const requestTable = (requests) =>
  table(
    [
      ['Asked for', ({ kind }) => words(kind)],
      ['State', ({ status, isOverdue }) => pill(isOverdue ? 'overdue' : status, isOverdue ? 'bad' : '')],
      ['Came', ({ createdAt }) => day(createdAt)],
      ['Due', ({ dueAt }) => day(dueAt)],
      ['Closed', ({ closedAt }) => day(closedAt)],
    ],
    requests,
    'Nothing.',
  );
