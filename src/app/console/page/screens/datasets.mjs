/** Data to learn from: what there is, one data set with its versions, and the ways for more to come in. */
import { facts, h, pages, panel, pill, table } from '../dom.mjs';
import { day, number, words } from '../format.mjs';
import { gather, upload } from './dataset-upload.mjs';

export const consentOf = (scope) => scope.map(words).join(', ') || 'not of people';

export async function datasets({ api, viewer }) {
  const mayUpload = viewer.permissions.includes('dataset:upload');
  const list = await pages(
    async (after) => (await api.ask('Datasets', { after })).datasets,
    (nodes) =>
      table(
        [
          ['Data', ({ id, name }) => h('a', { href: `#/data/${id}` }, name)],
          ['Of', ({ owner }) => owner?.name ?? 'the operator'],
          ['Versions', ({ versions }) => number(versions.totalCount), 'number'],
          ['Latest', ({ versions: { nodes: latest } }) => (latest[0] ? linkTo(latest[0]) : '–')],
          ['Rows', ({ versions: { nodes: latest } }) => number(latest[0]?.rows), 'number'],
          ['To learn', ({ versions: { nodes: latest } }) => latest[0]?.label.column ?? '–'],
          ['Since', ({ createdAt }) => day(createdAt)],
        ],
        nodes,
        'Nothing was uploaded yet. A CSV file with a header line is enough to begin.',
      ),
  );
  return h(
    'div',
    null,
    h('h1', null, 'Data'),
    panel(null, list),
    mayUpload && [upload(api), await gather(api)],
  );
}

const linkTo = ({ id, number: no }) => h('a', { href: `#/data/versions/${id}` }, `version ${no}`);

export async function dataset({ api, params, viewer }) {
  const ask = async (after) => (await api.ask('Dataset', { id: params.id, after })).node;
  const found = await ask(null);
  if (!found?.versions) return panel('There is no such data.', h('a', { href: '#/data' }, 'To the data'));
  const list = await pages(
    async (after) => (after ? await ask(after) : found).versions,
    (nodes) =>
      table(
        [
          ['Version', linkTo],
          ['', ({ source }) => pill(source)],
          ['Rows', ({ rows }) => number(rows), 'number'],
          ['From feedback', ({ curatedRows }) => number(curatedRows), 'number'],
          ['Refused', ({ badRowCount }) => number(badRowCount), 'number'],
          ['To learn', ({ label }) => `${label.column}, ${words(label.kind)}`],
          ['Consent', ({ consentScope }) => consentOf(consentScope)],
          ['Came in', ({ createdAt }) => day(createdAt)],
        ],
        nodes,
      ),
  );
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/data' }, 'Data')),
    h('h1', null, found.name),
    panel(null, facts(['Of', found.owner?.name ?? 'the operator'], ['Since', day(found.createdAt)])),
    panel('Versions', list),
    viewer.permissions.includes('dataset:upload') && upload(api, found.name),
  );
}
