/** What was earned and what it cost, by plan, model, deployment or customer, and who costs more than they are charged. */
import { bars } from '../charts.mjs';
import { choice, field, h, panel, table } from '../dom.mjs';
import { day, exactMoney, instant, lastMonths, money, number, share, words } from '../format.mjs';
import { namesOf } from '../names.mjs';

const BY = ['PLAN', 'MODEL', 'DEPLOYMENT', 'CUSTOMER'];
const SPANS = [
  ['1', 'this month'],
  ['3', 'three months'],
  ['12', 'twelve months'],
];
const MOST_SHOWN = 100;
const FEWEST_BARS = 2;
const MOST_BARS = 12;
/** What devices cost is known in these, and charges are held against it. */
const DOLLARS = { formatted: '0.00 USD' };

export async function margins({ api }) {
  const place = h('div', { 'aria-live': 'polite' });
  const by = choice(
    'by',
    BY.map((name) => [name, words(name)]),
    'PLAN',
    { change: () => show() },
  );
  const span = choice('span', SPANS, '1', { change: () => show() });
  const show = async () => {
    const asked = { by: [by.value], period: lastMonths(Number(span.value)), first: MOST_SHOWN };
    const { margins: lines } = await api.ask('Margins', asked);
    place.replaceChildren(...(await shown(api, by.value, lines)));
  };
  await show();
  const { marginAlerts } = await api.ask('MarginAlerts');
  return h(
    'div',
    null,
    h('h1', null, 'Margins'),
    h(
      'p',
      { class: 'soft' },
      'Revenue is usage by the price book; the fees of the plans are not in it. Months are UTC.',
    ),
    panel(null, h('div', { class: 'row' }, field('By', null, by), field('Of', null, span)), place),
    await alerts(api, marginAlerts),
  );
}

const idOf = { PLAN: 'planId', MODEL: 'modelId', DEPLOYMENT: 'deploymentId', CUSTOMER: 'customerId' };

async function shown(api, dimension, lines) {
  const names = await namesOf(
    api,
    lines.map((line) => line[idOf[dimension]]),
  );
  const nameOf = (line) => names.get(line[idOf[dimension]]) ?? line[idOf[dimension]] ?? 'none';
  const name = (line) =>
    dimension === 'CUSTOMER'
      ? h('a', { href: `#/customers/${line.customerId}` }, nameOf(line))
      : nameOf(line);
  return [
    lines.length >= FEWEST_BARS &&
      lines.length <= MOST_BARS &&
      bars({
        title: 'Margin',
        note: 'Revenue less what devices and other engines cost.',
        names: ['margin'],
        say: (ratio) => share(ratio),
        columns: lines.map((line) => ({ label: nameOf(line), values: [line.ratio ?? 0] })),
      }),
    table(
      [
        ['Of', name],
        ['Requests', ({ requests }) => number(requests), 'number'],
        ['Revenue', ({ revenue }) => money(revenue), 'number'],
        ['Cost', ({ cost }) => money(cost), 'number'],
        ['Margin', ({ margin }) => money(margin), 'number'],
        ['Of revenue', ({ ratio }) => share(ratio), 'number'],
      ],
      lines,
      'Nothing was asked in that time.',
    ),
  ].filter(Boolean);
}

async function alerts(api, list) {
  const names = await namesOf(
    api,
    list.map(({ customerId }) => customerId),
  );
  return panel(
    'Cost more than they were charged',
    table(
      [
        ['Seen', ({ createdAt }) => instant(createdAt)],
        [
          'Customer',
          ({ customerId }) =>
            h('a', { href: `#/customers/${customerId}` }, names.get(customerId) ?? customerId),
        ],
        ['Period from', ({ periodStart }) => day(periodStart)],
        ['Charged', ({ revenue }) => exactMoney(revenue, DOLLARS), 'number'],
        ['Cost', ({ cost }) => exactMoney(cost, DOLLARS), 'number'],
      ],
      list,
      'Nobody, so far.',
    ),
  );
}
