/** The accounts, and one of them: what it pays, costs, uses, and what happened with it. */
import { bars } from '../charts.mjs';
import { choice, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { orderKeys } from '../edits.mjs';
import { backTo, filtered } from '../filters.mjs';
import { day, exactMoney, instant, lastMonths, money, number, share, words } from '../format.mjs';
import { closedPill, closurePanel } from './closing.mjs';
import { customerMoney } from './customer-money.mjs';
import { saying } from './saying.mjs';

/** Of whom there is not. */
const NOTHING = { nodes: [], pageInfo: {} };
const CONTACTS = ['CALL', 'MEETING', 'EMAIL', 'CHAT', 'OTHER'];

export async function customers({ api, query }) {
  const list = await filtered({
    query,
    fields: [
      ['nameContains', 'Name'],
      ['segment', 'Segment'],
    ],
    load: async (filter, after) => (await api.ask('Customers', { filter, after })).customers,
    show: (nodes) =>
      table(
        [
          ['Customer', ({ id, name }) => h('a', { href: `#/customers/${id}` }, name)],
          ['Plan', ({ subscription }) => (subscription ? pill(subscription.plan.code) : '–')],
          ['Status', (one) => closedPill(one) ?? (one.subscription ? words(one.subscription.status) : '–')],
          ['Segment', ({ segment }) => segment ?? '–'],
          ['Since', ({ createdAt }) => day(createdAt)],
          ['Revenue', ({ margin }) => money(margin?.revenue), 'number'],
          ['Margin', ({ margin }) => share(margin?.ratio), 'number'],
        ],
        nodes,
        'There is no such customer.',
      ),
  });
  return h(
    'div',
    null,
    h('h1', null, 'Customers'),
    h(
      'p',
      { class: 'soft' },
      'Revenue and margin are of the usage in the present billing period, without the fee of the plan.',
    ),
    panel(null, list),
  );
}

export async function customer({ api, params, viewer, reload }) {
  const { id } = params;
  const [{ customer: found }, happened] = await Promise.all([
    api.ask('CustomerAdmin', { id, period: lastMonths(1) }),
    viewer.permissions.includes('market:read') ? timeline(api, id) : null,
  ]);
  if (!found) return panel('There is no such customer.', h('a', { href: '#/customers' }, 'To the customers'));
  const { subscription, usage, margin } = found;
  const accounts = await customerMoney({ api, id, viewer, reload });
  return h(
    'div',
    null,
    h('p', null, h('a', { href: backTo('customers') }, 'Customers')),
    h('h1', null, found.name),
    found.closure && closurePanel(found.closure),
    panel(
      'Plan and money',
      facts(
        ['Plan', subscription && pill(subscription.plan.code)],
        ['Status', subscription && words(subscription.status)],
        ['Price', subscription && money(subscription.plan.price)],
        ['Period until', subscription && day(subscription.currentPeriodEnd)],
        ['Usage this month', money(usage?.charge)],
        ['Revenue of usage this month', money(margin?.revenue)],
        ['Cost of it', money(margin?.cost)],
        ['Margin of usage', margin && `${money(margin.margin)} (${share(margin.ratio)})`],
        ['Members', found.members?.totalCount],
        ['End users', found.endUsers?.totalCount],
      ),
    ),
    accounts,
    found.health && healthPanel(found.health),
    h(
      'div',
      { class: 'columns' },
      panel(
        'Latest answers',
        table(
          [
            ['When', (one) => h('a', { href: `#/answers/${one.id}` }, instant(one.createdAt))],
            ['Price', ({ price, priceExact }) => exactMoney(priceExact, price), 'number'],
            ['Margin', ({ price, marginExact }) => exactMoney(marginExact, price), 'number'],
          ],
          found.inferences.nodes,
        ),
      ),
      panel(
        'Latest feedback',
        table(
          [
            ['What was said', (one) => h('a', { href: `#/feedback/${one.id}` }, saying(one))],
            ['Status', ({ status }) => pill(status)],
          ],
          found.feedback.nodes,
        ),
      ),
    ),
    happened &&
      panel(
        'What happened',
        happened,
        viewer.permissions.includes('market:manage') &&
          unfold('You spoke with them', spoke({ api, customerId: id })),
      ),
  );
}

const healthPanel = ({ score, risk, computedAt, terms }) =>
  panel(
    'How well they do',
    facts(
      ['Health', `${number(score)} of 100`],
      ['Risk that they leave', pill(risk)],
      ['Reckoned', instant(computedAt)],
    ),
    table(
      [
        ['Of what it is made', ({ term }) => words(term)],
        ['From 0 to 1', ({ value }) => number(value), 'number'],
        ['It weighs', ({ weight }) => share(weight), 'number'],
        ['Because', ({ basis }) => basis],
      ],
      terms,
    ),
  );

const timeline = (api, id) =>
  pages(
    async (after) => (await api.ask('CustomerTimeline', { id, after })).customer?.timeline ?? NOTHING,
    (nodes) =>
      table(
        [
          ['When', ({ at }) => instant(at)],
          ['What', ({ kind }) => pill(kind)],
          [
            '',
            ({ title, subject }) => [title, subject?.summary && h('p', { class: 'soft' }, subject.summary)],
          ],
        ],
        nodes,
      ),
  );

function spoke({ api, customerId }) {
  const keyed = orderKeys();
  const noted = h('p', { class: 'soft', role: 'status' });
  const note = form({
    action: 'Note it',
    fields: [
      field(
        'How',
        null,
        choice(
          'channel',
          CONTACTS.map((channel) => [channel, words(channel)]),
        ),
      ),
      field('In short about what', { name: 'summary', required: true, maxlength: 2000 }),
    ],
    submit: async (values) => {
      await api.act('ContactNote', keyed({ customerId, ...values }));
      note.reset();
      // What happened is told by events: it is there in a moment, and not yet.
      noted.textContent = `Noted: ${values.summary}`;
    },
  });
  return [note, noted];
}

/** Requests by day, as staff and customers see them. */
export const usageChart = (byDay) =>
  bars({
    title: 'Requests a day',
    names: ['requests'],
    say: number,
    columns: byDay.map(({ day: date, requests }) => ({
      label: date.slice(5, 10),
      values: [Number(requests)],
    })),
  });
