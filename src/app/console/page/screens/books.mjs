/** Our books beside Stripe's: what came in and was put aside, what was compared and mended, and whether the ledger adds up. */
import { act, choice, field, form, h, pages, panel, pill, table } from '../dom.mjs';
import { instant, number } from '../format.mjs';
import { namesOf } from '../names.mjs';
import { customerChoice } from './customer-choice.mjs';
import { moneyRequests } from './money-requests.mjs';

const STATES = [
  ['', 'all'],
  ['PARKED', 'put aside'],
  ['WAITING', 'being dealt with'],
  ['HANDLED', 'dealt with'],
];

export async function books({ api, viewer, reload }) {
  const [waiting, events, runs] = await Promise.all([
    moneyRequests({ api, viewer, reload }),
    stripeEvents(api),
    reconciliations({ api, reload }),
  ]);
  return h('div', null, h('h1', null, 'Books'), waiting, runs, ledger(api), events);
}

const customerLink = (names, id) => (id ? h('a', { href: `#/customers/${id}` }, names.get(id) ?? id) : '–');

async function reconciliations({ api, reload }) {
  const list = await pages(
    async (after) => (await api.ask('BillingReconciliations', { after })).billingReconciliations,
    async (nodes) => {
      const names = await namesOf(
        api,
        nodes.flatMap(({ customerId, findings }) => [customerId, ...findings.map((one) => one.customerId)]),
      );
      return table(
        [
          ['Began', ({ createdAt }) => instant(createdAt)],
          ['', ({ state }) => pill(state, state === 'DONE' ? 'good' : 'warn')],
          ['Of', ({ customerId }) => (customerId ? customerLink(names, customerId) : 'all')],
          ['Compared', ({ checked }) => number(checked), 'number'],
          [
            'Found',
            ({ state, findings }) =>
              state === 'DONE' ? found(names, findings) : ['it runs ', act('Look again', reload)],
          ],
        ],
        nodes,
        'Nothing was compared yet.',
      );
    },
  );
  return panel(
    'Compared with Stripe',
    h(
      'p',
      { class: 'soft' },
      'Once a day by itself, and when it is asked for. What differs is put right where Stripe is known to be right.',
    ),
    form({
      action: 'Compare now',
      attributes: { class: 'row' },
      fields: customerChoice(api, { label: 'One customer', none: 'all of them' }),
      submit: async ({ customerId }) => {
        await api.act('BillingReconcile', customerId ? { customerId } : {});
        await reload();
      },
    }),
    list,
  );
}

const found = (names, findings) =>
  findings.length === 0
    ? 'nothing'
    : findings.map(({ what, repaired, customerId }) =>
        h(
          'p',
          null,
          pill(repaired ? 'put right' : 'to decide', repaired ? 'good' : 'bad'),
          ' ',
          what,
          ' ',
          customerId && customerLink(names, customerId),
        ),
      );

function ledger(api) {
  const result = h('div', { 'aria-live': 'polite' });
  const verify = async () => {
    const { balanced, checkedAt, customers, transfers, faults } = (await api.ask('LedgerVerify'))
      .ledgerVerify;
    const names = await namesOf(
      api,
      faults.map(({ customerId }) => customerId),
    );
    result.replaceChildren(
      h(
        'p',
        null,
        pill(balanced ? 'every sum is right' : 'it does not add up', balanced ? 'good' : 'bad'),
        ` transfers: ${number(transfers)}, customers: ${number(customers)}, ${instant(checkedAt)}`,
      ),
      ...(faults.length > 0
        ? [
            table(
              [
                ['Customer', ({ customerId }) => customerLink(names, customerId)],
                ['Rule', ({ rule }) => rule],
                ['About', ({ subject }) => subject],
                ['The ledger says', (one) => one.ledger, 'number'],
                ['Elsewhere stands', (one) => one.found, 'number'],
              ],
              faults,
            ),
          ]
        : []),
    );
  };
  return panel('Ledger', h('p', null, act('Add it all up', verify)), result);
}

async function stripeEvents(api) {
  const place = h('div', { 'aria-live': 'polite' });
  const which = choice('state', STATES, '', { change: () => show() });
  const replay = async (id) => {
    await api.act('StripeEventReplay', { id });
    await show();
  };
  const show = async () =>
    place.replaceChildren(
      await pages(
        async (after) => (await api.ask('StripeEvents', { state: which.value || null, after })).stripeEvents,
        (nodes) => eventTable(nodes, replay),
      ),
    );
  await show();
  return panel('What Stripe told', h('div', { class: 'row' }, field('Show', null, which)), place);
}

const eventTable = (nodes, replay) =>
  table(
    [
      ['Came', ({ receivedAt }) => instant(receivedAt)],
      ['What', ({ type }) => h('code', null, type)],
      ['Customer at Stripe', ({ stripeCustomerId }) => stripeCustomerId ?? '–'],
      ['', state],
      ['', ({ id, handledAt }) => !handledAt && act('Deal with it again', () => replay(id))],
    ],
    nodes,
    'None.',
  );

function state({ handledAt, parkedAt, failure }) {
  if (parkedAt) return [pill('put aside', 'bad'), h('p', { class: 'soft' }, failure)];
  return handledAt ? pill('dealt with', 'good') : pill('waits', 'warn');
}
