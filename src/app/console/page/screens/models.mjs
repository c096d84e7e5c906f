/** The registry: models with their latest versions, and the way for one that was trained elsewhere to come in. */
import { act, everyPage, h, pages, panel, pill, table } from '../dom.mjs';
import { bytes, day, engineName, number } from '../format.mjs';
import { remoteModel } from './model-remote.mjs';
import { modelImport } from './model-import.mjs';

export async function models({ api, viewer }) {
  const known = await pages(
    async (after) => (await api.ask('ModelRegistry', { after })).models,
    (nodes) =>
      h(
        'div',
        null,
        nodes.length === 0
          ? panel(
              'There is no model yet.',
              h(
                'p',
                { class: 'soft' },
                'One comes of a training, or of files from elsewhere. ',
                h('a', { href: '#/data' }, 'To the data'),
              ),
            )
          : nodes.map((one) => model(api, one)),
      ),
  );
  return h(
    'div',
    null,
    h('h1', null, 'Models'),
    known,
    viewer.permissions.includes('model:manage') &&
      panel('One from elsewhere', modelImport(api), remoteModel(api)),
  );
}

const link = ({ id, number: no }) => h('a', { href: `#/models/${id}` }, `version ${no}`);

const model = (api, { id, name, task, owner, alias, versions }) =>
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
        ['Engine', ({ engine }) => engineName(engine)],
        ['Size', ({ sizeBytes }) => bytes(sizeBytes), 'number'],
      ],
      versions.nodes,
      'No version yet.',
    ),
    versions.pageInfo.hasNextPage && earlier(api, id, versions.nodes),
  );

/** What the registry lists no more: by number and day, each with its own page. */
function earlier(api, id, shown) {
  const place = h('div');
  const known = new Set(shown.map((version) => version.id));
  const show = async () => {
    const all = await everyPage(
      async (after) => (await api.ask('ModelChoices', { id, after })).node.versions,
    );
    place.replaceChildren(
      table(
        [
          ['Version', link],
          ['Made', ({ createdAt }) => day(createdAt)],
          ['', ({ retirement }) => retirement && pill('retired', 'bad')],
        ],
        all.filter((version) => !known.has(version.id)),
      ),
    );
  };
  place.append(act('Earlier versions', show));
  return place;
}
