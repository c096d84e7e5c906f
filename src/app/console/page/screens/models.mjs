/** The registry: models with their latest versions, and the way for one that was trained elsewhere to come in. */
import { h, pages, panel, pill, table } from '../dom.mjs';
import { bytes, day, number } from '../format.mjs';
import { modelImport } from './model-import.mjs';

export async function models({ api, viewer }) {
  const known = await pages(
    async (after) => (await api.ask('ModelRegistry', { after })).models,
    (nodes) => h('div', null, nodes.length === 0 ? panel('There is no model yet.') : nodes.map(model)),
  );
  return h(
    'div',
    null,
    h('h1', null, 'Models'),
    known,
    viewer.permissions.includes('model:manage') && modelImport(api),
  );
}

const link = ({ id, number: no }) => h('a', { href: `#/models/${id}` }, `version ${no}`);

const model = ({ name, task, owner, alias, versions }) =>
  panel(
    [name, ' ', pill(task), ' ', owner && pill(`of ${owner.name}`)],
    table(
      [
        [
          'Version',
          (version) => [link(version), alias?.id === version.id && [' ', pill('champion', 'good')]],
        ],
        ['Made', ({ createdAt }) => day(createdAt)],
        ['Data', ({ datasetVersion: data }) => (data ? `${data.dataset.name} ${data.number}` : '–')],
        [
          'How good',
          ({ metrics }) =>
            metrics
              .slice(0, 3)
              .map((metric) => `${metric.name} ${number(metric.value)}`)
              .join(', ') || '–',
        ],
        ['Engine', ({ engine }) => engine.toLowerCase()],
        ['Size', ({ sizeBytes }) => bytes(sizeBytes), 'number'],
      ],
      versions.nodes,
      'No version yet.',
    ),
  );
