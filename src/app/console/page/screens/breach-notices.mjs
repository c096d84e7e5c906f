/** What customers are told of a breach of their people's data (GDPR Art. 33(2)): sent by staff, and read by the customer. */
import { act, checkboxes, choice, facts, field, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { editedList, lookedAt } from '../edits.mjs';
import { instant } from '../format.mjs';
import { namesOf, who } from '../names.mjs';
import { customerChoice } from './customer-choice.mjs';

/** `[name, how it is asked for, how it is told, the shortest, the longest]` */
const FACTS = [
  ['nature', 'What happened, and to which kind of data', 'What happened', 10, 4000],
  ['affectedPeople', 'Which people, and about how many', 'Who is concerned', 3, 1000],
  ['affectedRecords', 'Which records, and about how many', 'What is concerned', 3, 1000],
  ['consequences', 'What is likely to come of it for the people', 'What may come of it', 10, 4000],
  ['measures', 'What was done, what is going to be, and what they can do', 'What was done', 10, 4000],
  ['contact', 'Who can be asked for more, and where', 'Who can be asked', 3, 300],
];
/** In paragraphs, as they were written. */
const told = (notice) =>
  h(
    'dl',
    { class: 'stack' },
    FACTS.map(([name, , title]) =>
      h(
        'div',
        null,
        h('dt', null, title),
        notice[name].split(/\n+/).map((line) => h('dd', null, line)),
      ),
    ),
  );

/** The first of one incident, and what asks for more. */
export async function noticesOf(api, id) {
  const ask = async (after) => (await api.ask('IncidentNotices', { id, after })).node.notices;
  return { ask, first: await ask(null) };
}

/** @param notices of `noticesOf`. */
export async function noticesPanel({ api, viewer, found, notices: { ask, first }, reload }) {
  const { isPersonalDataBreach } = found;
  const maySend = isPersonalDataBreach && viewer.permissions.includes('breach-notice:send');
  if (first.totalCount === 0 && !isPersonalDataBreach) return null;
  const list = await pages(
    async (after) => (after ? ask(after) : first),
    async (nodes) => {
      const names = await namesOf(
        api,
        nodes.map(({ sentBy }) => sentBy),
      );
      return table(
        [
          ['Customer', ({ customer }) => h('a', { href: `#/customers/${customer.id}` }, customer.name)],
          ['Told', ({ createdAt }) => instant(createdAt)],
          ['By mail', mailed],
          ['Took note', ({ acknowledgedAt: at }) => (at ? instant(at) : pill('not yet', 'warn'))],
          ['What', (notice) => unfold('In full', told(notice))],
          ['By', ({ sentBy }) => who(names, sentBy)],
        ],
        nodes,
        'No customer was told. They are to be, without undue delay, when data of their people are concerned.',
      );
    },
  );
  return panel(
    'What customers were told',
    list,
    maySend && unfold('Tell customers', telling({ api, found, before: first.nodes[0], reload })),
  );
}

function mailed({ mailedTo }) {
  if (mailedTo === null) return pill('on its way', 'warn');
  return mailedTo === 0 ? pill('nobody to write to', 'bad') : `to ${mailedTo}`;
}

/** @param before what was told last: what is known by now is often a little more of the same. */
function telling({ api, found, before, reload }) {
  const { id, reach } = found;
  const reached = reach?.mostReached.map(({ customer }) => [customer.id, customer.name]) ?? [];
  const ticks =
    reached.length > 0 &&
    checkboxes(
      'Whom its deployment answered',
      'reached',
      reached,
      reached.map(([one]) => one),
    );
  const others = editedList({
    label: 'Customers',
    add: 'Another customer',
    most: 100,
    make: () => {
      const fields = customerChoice(api);
      const select = fields[1].querySelector('select');
      return {
        fields,
        read: () => ({ id: select.value, name: select.selectedOptions[0]?.textContent }),
      };
    },
  });
  const named = () => {
    const ticked = [...(ticks ? ticks.querySelectorAll('input:checked') : [])].map(({ value }) => value);
    const chosen = others.read().filter((one) => one.id);
    const all = new Map([
      ...reached.filter(([one]) => ticked.includes(one)),
      ...chosen.map((one) => [one.id, one.name]),
    ]);
    if (all.size === 0) throw new Error('Choose the customers whose people are concerned.');
    return all;
  };
  return lookedAt({
    look: 'Look at the notice',
    action: 'Send it',
    fields: [
      field(
        'Whose people are concerned',
        null,
        choice('whom', [
          ['some', 'those of these customers'],
          ['all', 'those of every customer'],
        ]),
      ),
      ticks,
      others.element,
      h(
        'div',
        { class: 'fields' },
        FACTS.map(([name, asked, , minlength, maxlength]) =>
          field(
            asked,
            null,
            h(
              'textarea',
              { name, class: 'prose', required: true, minlength, maxlength },
              before?.[name] ?? '',
            ),
          ),
        ),
      ),
    ],
    read: ({ whom, ...values }) => {
      const customers = whom === 'some' && named();
      const words = Object.fromEntries(FACTS.map(([name]) => [name, values[name].trim()]));
      const order = {
        id,
        ...words,
        ...(customers ? { customerIds: [...customers.keys()] } : { allCustomers: true }),
      };
      const whose = customers ? [...customers.values()].join('; ') : 'every customer';
      return { order, told: h('div', null, h('p', null, h('b', null, `To ${whose}`)), told(words)) };
    },
    send: async (order) => {
      await api.act('IncidentNotifyCustomers', order);
      await reload();
    },
  });
}

/** All that a customer was told. */
export async function breaches({ api, viewer, reload }) {
  const mayNote = viewer.permissions.includes('breach-notice:acknowledge');
  const noted = async (id) => {
    await api.act('BreachNoticeAcknowledge', { id });
    await reload();
  };
  const list = await pages(
    async (after) => (await api.ask('BreachNotices', { after })).breachNotices,
    async (nodes, after) => {
      const names = await namesOf(
        api,
        nodes.map(({ acknowledgedBy }) => acknowledgedBy),
      );
      if (nodes.length === 0 && !after)
        return panel(null, h('p', { class: 'soft' }, 'There was no breach of which you had to be told.'));
      return h(
        'div',
        null,
        nodes.map((notice) =>
          panel(
            `Told on ${instant(notice.createdAt)}`,
            facts(['We became aware of it', instant(notice.becameAwareAt)]),
            told(notice),
            notice.acknowledgedAt
              ? h(
                  'p',
                  { class: 'soft' },
                  `Noted on ${instant(notice.acknowledgedAt)} by `,
                  who(names, notice.acknowledgedBy),
                )
              : mayNote && act('We took note of it', () => noted(notice.id), { class: 'main' }),
          ),
        ),
      );
    },
  );
  return h(
    'div',
    null,
    h('h1', null, 'Data breaches'),
    h(
      'p',
      { class: 'soft' },
      'What you have to know to judge whether your supervisory authority is to be notified, within 72 hours after you learn of it, and the people themselves (GDPR Art. 33 and 34).',
    ),
    list,
  );
}

/** On the first page, while somebody has yet to take note. */
export async function unnoted({ api, viewer }) {
  if (!viewer.permissions.includes('breach-notice:read')) return null;
  const { breachNotices } = await api.ask('BreachNotices', { filter: { onlyUnacknowledged: true } });
  return (
    breachNotices.totalCount > 0 &&
    panel(
      'There was a breach of your people’s data',
      h('p', null, h('a', { href: '#/breaches' }, 'Read what happened'), ', and say that you took note.'),
    )
  );
}
