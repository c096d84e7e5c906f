/** What is kept for a time only, and what went when its time was over. */
import { h, pages, panel, pill, table } from '../dom.mjs';
import { instant, number } from '../format.mjs';

export async function retention(api) {
  const ask = (after) => api.ask('Retention', { after });
  const first = await ask(null);
  const runs = await pages(
    async (after) => (after ? await ask(after) : first).retentionRuns,
    (nodes) =>
      table(
        [
          ['Night', ({ createdAt }) => instant(createdAt)],
          ['Went', ({ results }) => gone(results)],
          ['', ({ results }) => failed(results)],
        ],
        nodes,
        'No night has passed yet.',
      ),
  );
  return panel(
    'Kept for a time only',
    table(
      [
        ['Table', ({ table: name }) => h('code', null, name)],
        ['Days', ({ days }) => number(days), 'number'],
        ['What goes', ({ goes }) => goes],
        ['Over now', ({ due }) => number(due), 'number'],
      ],
      first.retentionRules,
    ),
    h('h3', null, 'What went'),
    runs,
  );
}

function gone(results) {
  const some = results.filter(({ rows }) => rows > 0);
  return some.map(({ table: name, rows }) => `${name}: ${number(rows)}`).join(', ') || 'nothing was over';
}

function failed(results) {
  const left = results.filter((one) => one.failed).map(({ table: name }) => name);
  return left.length > 0 && pill(`not all of ${left.join(', ')}`, 'bad');
}
