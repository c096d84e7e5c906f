/** One version of data: what each column holds, what was refused, how it differs from another, and what learned from it. */
import { funnel, spark } from '../charts.mjs';
import { everyPage, facts, h, panel, pill, table } from '../dom.mjs';
import { day, digits, number, share, words } from '../format.mjs';
import { consentOf } from './datasets.mjs';
import { besideAnother } from './other-version.mjs';

/** From here on a population is held to be another one, and before it to be stable. */
const STABLE = 0.1;
const ANOTHER = 0.25;
/** So many classes are drawn. */
const SHOWN = 20;

export async function datasetVersion({ api, params, viewer }) {
  const { node: version } = await api.ask('DatasetVersion', { id: params.id });
  if (!version?.dataset)
    return panel('There is no such version of data.', h('a', { href: '#/data' }, 'To the data'));
  const { dataset, label, base } = version;
  const others = (
    await everyPage(async (after) => (await api.ask('Dataset', { id: dataset.id, after })).node.versions)
  ).filter(({ id }) => id !== version.id);
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/data' }, 'Data'), ' › ', link(`data/${dataset.id}`, dataset.name)),
    h('h1', null, `${dataset.name}, version ${version.number}`),
    viewer.permissions.includes('training:run') &&
      h('p', null, link(`trainings/on/${version.id}`, 'Train a model on it')),
    panel(
      'Where it came from',
      facts(
        ['Source', pill(version.source)],
        ['Came in', day(version.createdAt)],
        ['Rows', number(version.rows)],
        ['Of these from feedback', version.curatedRows > 0 && number(version.curatedRows)],
        [
          'Behind the rows of',
          base && link(`data/versions/${base.id}`, `${base.dataset.name} ${base.number}`),
        ],
        ['Equal rows in the file', version.duplicateRows],
        ['People agreed to', consentOf(version.consentScope)],
        ['Fairness is judged by', version.protectedAttributes.join(', ')],
        [
          'To learn',
          `${label.column}, ${words(label.kind)}${label.threshold === null ? '' : ` (${number(label.threshold)})`}`,
        ],
        ['Hash', h('code', null, version.contentHash)],
      ),
      version.notes.length > 0 && [
        h('h3', null, 'To know before training on it'),
        h(
          'ul',
          null,
          version.notes.map((note) => h('li', null, note)),
        ),
      ],
    ),
    panel(null, classes(label)),
    panel('Columns', columns(version)),
    version.badRowCount > 0 && panel('Rows that were left out', refused(version)),
    others.length > 0 && differences({ api, version, others }),
    panel('What learned from it', learned(version.modelVersions.nodes)),
  );
}

const link = (place, text) => h('a', { href: `#/${place}` }, text);

const classes = ({ labels, classes: counts }) =>
  funnel({
    title: 'Rows of each class',
    note: labels.length > SHOWN && `The first ${SHOWN} of ${labels.length} classes.`,
    steps: labels.slice(0, SHOWN).map((label, i) => ({ label, value: counts[i] })),
  });

const columns = ({ columns: list, rows, protectedAttributes, label }) =>
  table(
    [
      [
        'Column',
        ({ name }) => [
          name,
          name === label.column && [' ', pill('to learn', 'good')],
          protectedAttributes.includes(name) && [' ', pill('protected')],
        ],
      ],
      ['Holds', ({ kind, unit }) => [words(kind), unit && h('small', null, ` ${unit}`)]],
      ['Spread', spread],
      ['Mean ± deviation', meanOf, 'number'],
      ['Range', ({ min, max }) => (min === null ? '–' : `${number(min)} … ${number(max)}`), 'number'],
      ['Different', ({ distinct }) => (distinct > 200 ? 'over 200' : number(distinct)), 'number'],
      ['Missing', ({ missing }) => (missing > 0 ? share(missing / rows) : '–'), 'number'],
      ['Out of range', ({ outOfRange }) => (outOfRange > 0 ? number(outOfRange) : '–'), 'number'],
    ],
    list,
  );

const meanOf = ({ mean, standardDeviation: deviation }) =>
  mean === null ? '–' : `${number(mean)} ± ${number(deviation)}`;

function spread({ name, histogram, topValues }) {
  const bins = histogram.map(({ from, to, count }) => ({
    value: count,
    says: `${number(from)} to ${number(to)}: ${number(count)}`,
  }));
  const values = topValues.map(({ value, count }) => ({ value: count, says: `${value}: ${number(count)}` }));
  const drawn = bins.length > 0 ? bins : values;
  return drawn.length > 0 ? spark(`How ${name} is spread`, drawn) : '–';
}

const refused = ({ badRows, badRowCount }) => [
  badRowCount > badRows.length &&
    h('p', { class: 'soft' }, `The first ${badRows.length} of ${number(badRowCount)}.`),
  table(
    [
      ['Line', ({ line }) => line, 'number'],
      ['Why it could not be read', ({ reason }) => reason],
    ],
    badRows,
  ),
];

const differences = ({ api, version, others }) =>
  besideAnother('How it differs from another version', others, async (other) => {
    const [before, after] = other.number < version.number ? [other, version] : [version, other];
    const asked = { before: before.id, after: after.id };
    return difference((await api.ask('DatasetVersionDiff', asked)).datasetVersionDiff);
  });

const difference = ({ rows, columns: list }) =>
  h(
    'div',
    null,
    h(
      'p',
      null,
      rows
        ? `Rows: ${number(rows.added)} came, ${number(rows.removed)} went, ${number(rows.kept)} stayed.`
        : 'Their columns differ, so rows cannot be held against each other.',
    ),
    table(
      [
        ['Column', ({ name }) => name],
        ['', ({ change }) => pill(change, change === 'KEPT' ? '' : 'warn')],
        ['Missing before', ({ missingBefore }) => share(missingBefore), 'number'],
        ['Missing after', ({ missingAfter }) => share(missingAfter), 'number'],
        ['Stability index', ({ stabilityIndex }) => digits(stabilityIndex), 'number'],
        ['', ({ stabilityIndex: psi }) => (psi === null ? '' : stability(psi))],
        ['Distance', ({ distance }) => digits(distance), 'number'],
        ['By chance', ({ distanceP, stabilityP }) => share(distanceP ?? stabilityP), 'number'],
      ],
      list,
    ),
  );

const stability = (psi) => {
  if (psi < STABLE) return pill('stable', 'good');
  return psi < ANOTHER ? pill('moved', 'warn') : pill('another population', 'bad');
};

const learned = (versions) =>
  table(
    [
      ['Version', ({ id, number: no, model }) => link(`models/${id}`, `${model.name}, version ${no}`)],
      ['Made', ({ createdAt }) => day(createdAt)],
    ],
    versions,
    'Nothing yet.',
  );
