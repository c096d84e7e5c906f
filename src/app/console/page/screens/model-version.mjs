/** One version in depth: where it came from, how good it is and for whom, beside which other, and what tests have shown. */
import { lines } from '../charts.mjs';
import { everyPage, facts, h, panel, pill, table } from '../dom.mjs';
import { bytes, day, digits, engineName, interval, number, seconds, share } from '../format.mjs';
import { consentOf } from './datasets.mjs';
import { evaluated, forWhom, paired } from './evaluation.mjs';
import { modelStanding } from './model-standing.mjs';
import { versionActs } from './model-version-acts.mjs';
import { besideAnother } from './other-version.mjs';
import { shownByTests } from './test-runs.mjs';

export async function modelVersion({ api, params, viewer, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const { id } = params;
  const [{ node: version }, shown] = await Promise.all([
    api.ask('ModelVersion', { id }),
    may('feature-test:read') ? api.ask('VersionTests', { versionId: id }) : null,
  ]);
  if (!version?.model)
    return panel('There is no such version.', h('a', { href: '#/models' }, 'To the models'));
  const others = (
    await everyPage(
      async (after) => (await api.ask('ModelChoices', { id: version.model.id, after })).node.versions,
    )
  ).filter((other) => other.id !== id);
  const { fairness, retirement, derivation, trainingJob } = version;
  const comparison = trainingJob?.report?.comparison;
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/models' }, 'Models')),
    h('h1', null, `${version.model.name}, version ${version.number} `, retirement && pill('retired', 'bad')),
    retirement && h('p', { class: 'soft' }, `Out of use since ${day(retirement.at)}: ${retirement.reason}`),
    origin(version),
    evaluated(version),
    fairness && forWhom(fairness),
    derivation && derived(derivation, version.parents[0]),
    comparison && compared(comparison),
    others.length > 0 && beside({ api, version, others }),
    shown &&
      (await shownByTests({ api, version, shown, others, mayRun: may('feature-test:manage'), reload })),
    await modelStanding({ api, version, may, reload }),
    !retirement && (await versionActs({ api, version, may, reload })),
  );
}

const link = (place, text) => h('a', { href: `#/${place}` }, text);
const linkTo = ({ id, number: no }) => link(`models/${id}`, `version ${no}`);

function origin(version) {
  const { datasetVersion: data, trainingJob, parents, children } = version;
  const epochs = trainingJob?.epochs ?? [];
  return panel(
    'Where it came from',
    facts(
      ['Made', day(version.createdAt)],
      [
        'Data',
        data && [
          link(`data/versions/${data.id}`, `${data.dataset.name} ${data.number}`),
          `, ${number(data.rows)} rows`,
        ],
      ],
      ['Consent of that data', data && consentOf(data.consentScope)],
      [
        'Training',
        trainingJob && link(`trainings/${trainingJob.id}`, trainingJob.cost?.formatted ?? 'its curves'),
      ],
      ['On the device', trainingJob && seconds(trainingJob.deviceMs)],
      ['Made of', parents.length > 0 && parents.map((parent) => [linkTo(parent), ' '])],
      ['Of it were made', children.length > 0 && children.map((child) => [linkTo(child), ' '])],
      ['Engine', engineName(version.engine)],
      ['Size', bytes(version.sizeBytes)],
      [
        'Takes',
        version.signature.inputs.map(({ name, unit }) => (unit ? `${name} (${unit})` : name)).join(', '),
      ],
      ['Hash', h('code', null, version.contentHash)],
    ),
    epochs.length > 1 &&
      lines({
        title: 'Loss by epoch',
        note: 'On what it learned from, and on the part that was watched.',
        series: [
          { name: 'learned from', values: epochs.map(({ loss }) => loss) },
          { name: 'watched', values: epochs.map(({ valLoss }) => valLoss) },
        ],
        say: digits,
      }),
  );
}

const WAYS = {
  QUANTISED: 'Kept in fewer bits',
  PRUNED: 'Pruned',
  FINE_TUNED: 'Trained further',
  THRESHOLD: 'With another threshold',
};

const derived = ({ kind, bits, sparsity, threshold, size, speed, quality }, parent) =>
  panel(
    [WAYS[kind], parent && [', of ', linkTo(parent)]],
    facts(
      ['Bits of a weight', bits],
      ['Weights that are zero', sparsity === null ? null : `${number(sparsity * 100)} %`],
      [
        'Positive from a probability of',
        threshold && `${digits(threshold.parent)} → ${digits(threshold.value)}`,
      ],
      ['Size', !threshold && `${bytes(size.parentBytes)} → ${bytes(size.bytes)}`],
      [
        'Time of a batch',
        speed &&
          `${digits(speed.parentMs)} → ${digits(speed.ms)} ms (${number(speed.rows)} rows, ${speed.engine})`,
      ],
    ),
    threshold && h('p', { class: 'soft' }, chosenBy(threshold)),
    quality.length > 0 && paired(quality, 'Before'),
  );

const GOALS = {
  MAX_F1: () => 'the largest F1',
  AT_LEAST_RECALL: (atLeast) => `finding ${share(atLeast)} at least`,
  AT_LEAST_PRECISION: (atLeast) => `being right of ${share(atLeast)} at least of those called positive`,
};

/** What was reached where it was chosen: the figures of the version tell what is left of it on rows that had no say. */
const chosenBy = ({ goal, atLeast, rows, positives, precision, recall }) =>
  goal
    ? `Chosen for ${GOALS[goal](atLeast)}, by the ${number(rows)} rows that were watched in training, of which ${number(positives)} are positive: it finds ${share(recall)} of these, and is right of ${share(precision)} that it calls so. The table is of rows that had no say.`
    : 'Given by a person. If it was read off these very rows, the figures are a little flattered.';

const compared = ({ heldOutFromParent, parentVersionId, metrics }) =>
  panel(
    ['Beside ', link(`models/${parentVersionId}`, 'the version that it was compared with')],
    !heldOutFromParent &&
      h(
        'p',
        { class: 'soft' },
        'The other one may have seen these rows in its training, and look better than it is.',
      ),
    paired(metrics, 'The other'),
  );

/** Two versions side by side, each on its own held-out rows: where the intervals overlap the difference says little. */
const beside = ({ api, version, others }) =>
  besideAnother('Beside another version', others, async ({ id }) => {
    const { node: other } = await api.ask('ModelVersion', { id });
    const found = new Map(other.metrics.map((metric) => [metric.name, metric]));
    return table(
      [
        ['Measure', ({ name }) => name],
        [`Version ${version.number}`, ({ value }) => digits(value), 'number'],
        ['Interval', (metric) => interval(metric.interval, digits), 'number'],
        [`Version ${other.number}`, ({ name }) => digits(found.get(name)?.value), 'number'],
        ['Interval', ({ name }) => interval(found.get(name)?.interval, digits), 'number'],
        ['', (metric) => overlap(metric, found.get(metric.name))],
      ],
      version.metrics,
      'This version was not measured.',
    );
  });

function overlap(one, other) {
  if (!one.interval || !other?.interval) return '';
  const apart = one.interval[0] > other.interval[1] || one.interval[1] < other.interval[0];
  return apart ? pill('apart', 'warn') : pill('intervals overlap');
}
