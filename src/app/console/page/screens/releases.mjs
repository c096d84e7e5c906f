/** Numbers about people that may leave the house: each with noise that hides every one of them, out of a budget that ends. */
import { choice, facts, field, h, pages, panel, pill, table } from '../dom.mjs';
import { lookedAt, orderKeys } from '../edits.mjs';
import { day, digits, instant, lastMonths, words } from '../format.mjs';

const UNITS = {
  PURE: [['epsilon', 'ε']],
  ZCDP: [
    ['rho', 'ρ'],
    ['epsilon', 'ε'],
  ],
};
const SIGNS = { PURE: 'ε', ZCDP: 'ρ' };

export async function releases({ api, viewer }) {
  const may = (permission) => viewer.permissions.includes(permission);
  if (!may('aggregate-release:read')) return null;
  const place = h('div', { 'aria-live': 'polite' });
  const [before] = [lastMonths(2).from.slice(0, 7)];
  const month = h('input', { type: 'month', name: 'month', value: before, max: before, required: true });
  const show = async () => {
    const period = monthOf(month.value);
    const ask = (after) => api.ask('AggregateReleases', { month: period, after });
    const first = await ask(null);
    const list = await pages(
      async (after) => (after ? await ask(after) : first).aggregateReleases,
      (nodes) => table(COLUMNS, nodes, 'Nothing was released about this month.'),
    );
    const datasets = first.releasableDatasets;
    place.replaceChildren(
      budgets(datasets),
      list,
      ...(may('aggregate-release:create') && datasets.length > 0
        ? [releasing({ api, period, datasets, show })]
        : []),
    );
  };
  month.addEventListener('change', () => void (month.value && show()));
  await show();
  return panel(
    'Numbers for others, with noise',
    h(
      'p',
      { class: 'soft' },
      'Differential privacy: whether somebody is in the data or not hardly changes what is released. What is spent of a month never comes back.',
    ),
    h('div', { class: 'row' }, field('About the month', null, month)),
    place,
  );
}

/** A whole UTC month out of what a field for months says. */
function monthOf(text) {
  const [year, number] = text.split('-').map(Number);
  const first = (at) => new Date(Date.UTC(year, at, 1)).toISOString();
  return { from: first(number - 1), to: first(number) };
}

const COLUMNS = [
  ['Released', ({ createdAt }) => instant(createdAt)],
  ['What', ({ dataset, measure, statistic }) => [`${dataset}: ${measure} `, pill(statistic)]],
  [
    'Values',
    ({ values }) =>
      values.map(({ name, value, noise }) =>
        h(
          'div',
          null,
          `${name} ${value}${noise ? `, 95 % of the noise within ± ${digits(reach(noise))}` : ''}`,
        ),
      ),
  ],
  ['Took', ({ charged, rho }) => `${rho === null ? 'ε' : 'ρ'} ${charged}`, 'number'],
];

const reach = ({ interval: [low, high] }) => Math.max(Math.abs(low), Math.abs(high));

const budgets = (datasets) =>
  table(
    [
      ['Data', ({ name, description }) => [h('b', null, name), h('div', { class: 'soft' }, description)]],
      [
        'Left of the month',
        ({ budget }) => `${SIGNS[budget.accounting]} ${budget.left} of ${budget.total}`,
        'number',
      ],
      ['What is promised to each person', ({ budget }) => budget.guarantee],
    ],
    datasets,
    'Nothing may be released.',
  );

/** What it takes is shown before it is spent: it is spent for good. */
function releasing({ api, period, datasets, show }) {
  const keyed = orderKeys();
  const measures = datasets.flatMap((dataset) => dataset.measures.map((measure) => ({ dataset, measure })));
  const place = h('div', { class: 'fields' });
  const which = choice(
    'measure',
    measures.map(({ dataset, measure }, at) => [String(at), `${dataset.name}: ${measure.name}`]),
    '0',
    { change: () => settle() },
  );
  const settle = () => {
    const { dataset, measure } = measures[Number(which.value)];
    place.replaceChildren(
      field(
        'What of it',
        null,
        choice(
          'statistic',
          measure.statistics.map((name) => [name, words(name)]),
        ),
      ),
      field('By which measure of loss', null, choice('unit', UNITS[dataset.budget.accounting])),
      field('How much of it may be spent', {
        name: 'loss',
        inputmode: 'decimal',
        required: true,
        pattern: '[0-9]+(\\.[0-9]{1,6})?',
        title: 'a number such as 0.5, with six decimals at most',
      }),
    );
  };
  settle();
  return lookedAt({
    look: 'Look at what it takes',
    loses: 'nothing',
    action: 'Release it, for good',
    fields: [field('Of what', null, which), place],
    read: ({ statistic, unit, loss }) => {
      const { dataset, measure } = measures[Number(which.value)];
      const { left, accounting } = dataset.budget;
      const told = facts(
        ['About', `${day(period.from)} – ${day(period.to)}`],
        ['It releases', `${words(statistic)} of ${measure.name}: ${measure.description}`],
        ['It spends', `${unit === 'rho' ? 'ρ' : 'ε'} ${loss}`],
        ['Left before', `${SIGNS[accounting]} ${left}`],
      );
      return {
        order: { dataset: dataset.name, measure: measure.name, statistic, period, loss: { [unit]: loss } },
        told,
      };
    },
    send: async (order) => {
      await api.act('AggregateReleaseCreate', keyed(order));
      await show();
    },
  });
}
