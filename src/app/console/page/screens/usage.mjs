/** What was used, by unit, model and day, and the invoices that came of it. */
import { h, panel, pages, pill, table, tile } from '../dom.mjs';
import { day, exactMoney, money, number, words } from '../format.mjs';
import { usageChart } from './customers.mjs';
import { spending } from './spending.mjs';

export async function usage({ api, viewer, reload }) {
  const [{ customer }, spent] = await Promise.all([api.ask('Usage', {}), spending({ api, viewer, reload })]);
  const { usage: used } = customer;
  const invoices = await pages(
    async (after) => (after ? (await api.ask('Usage', { after })).customer : customer).invoices,
    (nodes) =>
      table(
        [
          [
            'Invoice',
            ({ number: no, hostedUrl }) =>
              hostedUrl
                ? h('a', { href: hostedUrl, target: '_blank', rel: 'noopener' }, no ?? 'draft')
                : (no ?? 'draft'),
          ],
          ['Of', ({ period }) => `${day(period.from)} – ${day(period.to)}`],
          ['', ({ status }) => pill(status, status === 'PAID' ? 'good' : status === 'OPEN' ? 'warn' : '')],
          ['', ({ disputes }) => disputes.map(({ state }) => pill(`dispute ${state}`))],
          ['Total', ({ total }) => money(total), 'number'],
          ['To pay', ({ status, amountDue }) => (status === 'OPEN' ? money(amountDue) : '–'), 'number'],
        ],
        nodes,
        'No invoice yet.',
      ),
  );
  return h(
    'div',
    null,
    h('h1', null, 'Usage and invoices'),
    h(
      'div',
      { class: 'tiles' },
      tile(`${day(used.period.from)} – ${day(used.period.to)}`, money(used.charge)),
      tile('expected by its end', money(used.forecast?.charge)),
    ),
    spent,
    used.byDay.length > 0 && panel(null, usageChart(used.byDay)),
    panel(
      'By model',
      table(
        [
          ['Model', ({ model }) => model?.name ?? '–'],
          ['Unit', ({ unit }) => words(unit)],
          ['Quantity', ({ quantity }) => number(quantity), 'number'],
          ['Amount', ({ amount }) => exactMoney(amount, used.charge), 'number'],
        ],
        used.byModel,
        'Nothing was asked in this period.',
      ),
    ),
    panel('Invoices', invoices),
  );
}
