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
    const period = lastMonths(Number(span.value));
    const ask = async (dimensions) =>
      (await api.ask('Margins', { by: dimensions, period, first: MOST_SHOWN })).margins;
    const [lines, sums] = await Promise.all([ask([by.value]), ask([])]);
    place.replaceChildren(...(await shown(api, by.value, lines, sums)));
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

async function shown(api, dimension, lines, sums) {
  const names = await namesOf(
    api,
    lines.map((line) => line[idOf[dimension]]),
  );
  const nameOf = (line) => names.get(line[idOf[dimension]]) ?? line[idOf[dimension]] ?? 'none';
  const name = (line) => {
    // One a currency.
    if (sums.includes(line)) return h('b', null, 'all together');
    return dimension === 'CUSTOMER'
      ? h('a', { href: `#/customers/${line.customerId}` }, nameOf(line))
      : nameOf(line);
  };
  return [
    lines.length >= FEWEST_BARS &&
      lines.length <= MOST_BARS &&
      bars({
        title: 'Margin',
        note: 'What devices and other engines left of revenue, as a part of it.',
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
      lines.length > 0 ? [...lines, ...sums] : [],
      'Nothing was asked in that time.',
    ),
    lines.length === MOST_SHOWN &&
      h('p', { class: 'soft' }, `The ${MOST_SHOWN} with the lowest margins; all of them are in the sum.`),
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
