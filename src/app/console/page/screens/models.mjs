/** The registry, what is being trained, and one version in depth: how good it is, for whom, and where it came from. */
import { lines } from '../charts.mjs';
import { facts, h, pages, panel, pill, table } from '../dom.mjs';
import { day, interval, number, share, words } from '../format.mjs';

const MOODS = {
  SUCCEEDED: 'good',
  FAILED: 'bad',
  RUNNING: 'warn',
  QUEUED: 'warn',
  PASS: 'good',
  FAIL: 'bad',
  NOT_ENOUGH_DATA: 'warn',
  HOLDS: 'good',
  UNCERTAIN: 'warn',
  VIOLATED: 'bad',
};

export async function models({ api }) {
  const [known, trainings] = await Promise.all([
    pages(
      async (after) => (await api.ask('ModelRegistry', { after })).models,
      (nodes) => h('div', null, nodes.map(model)),
    ),
    pages(async (after) => (await api.ask('Trainings', { after })).trainingJobs, trained),
  ]);
  return h('div', null, h('h1', null, 'Models'), known, panel('Trainings', trainings));
}

const trained = (nodes) =>
  table(
    [
      ['Model', ({ modelName }) => modelName],
      ['', ({ job }) => pill(job.status, MOODS[job.status])],
      ['Done', ({ job }) => share(job.progress), 'number'],
      [
        'Data',
        ({ datasetVersion: data }) => `${data.dataset.name} ${data.number}, ${number(data.rows)} rows`,
      ],
      ['Loss', ({ epochs }) => number(epochs.at(-1)?.valLoss ?? epochs.at(-1)?.loss), 'number'],
      ['Cost', ({ cost }) => cost?.formatted ?? '–', 'number'],
      ['Came to', ({ result, job }) => (result ? link(result) : (job.error?.message ?? '–'))],
    ],
    nodes,
    'Nothing was trained yet.',
  );

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
        ['Size', ({ sizeBytes }) => `${number(Number(sizeBytes) / 1024)} KiB`, 'number'],
      ],
      versions.nodes,
      'No version yet.',
    ),
  );

export async function modelVersion({ api, params, viewer }) {
  const { id } = params;
  const [{ node }, shown] = await Promise.all([
    api.ask('ModelVersion', { id }),
    viewer.permissions.includes('feature-test:read') ? api.ask('VersionTests', { versionId: id }) : null,
  ]);
  if (!node) return panel('There is no such version.', h('a', { href: '#/models' }, 'To the models'));
  const { datasetVersion: data, trainingJob, fairness, metrics } = node;
  const epochs = trainingJob?.epochs ?? [];
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/models' }, 'Models')),
    h('h1', null, `${node.model.name}, version ${node.number}`),
    panel(
      'Where it came from',
      facts(
        ['Made', day(node.createdAt)],
        ['Data', data && `${data.dataset.name} ${data.number}, ${number(data.rows)} rows`],
        ['Consent of that data', data && (data.consentScope.map(words).join(', ') || 'not of people')],
        ['Training', trainingJob?.cost?.formatted],
        ['Takes', node.signature.inputs.map(({ name }) => name).join(', ')],
        ['Hash', h('code', null, node.contentHash)],
      ),
      epochs.length > 1 &&
        lines({
          title: 'Loss by epoch',
          note: 'On what it learned from, and on what it did not.',
          series: [
            { name: 'learned from', values: epochs.map(({ loss }) => loss) },
            { name: 'held out', values: epochs.map(({ valLoss }) => valLoss) },
          ],
          say: number,
        }),
    ),
    panel(
      'How good it is',
      table(
        [
          ['Measure', ({ name }) => name],
          ['Value', ({ value }) => number(value), 'number'],
          ['Interval', (metric) => interval(metric.interval, number), 'number'],
          ['Rows', ({ n }) => number(n), 'number'],
        ],
        metrics,
        'Nothing was measured.',
      ),
    ),
    fairness &&
      panel(
        'For whom',
        fairness.attributes.map(({ attribute, measures }) => [
          h('h3', null, attribute),
          table(
            [
              ['Measure', ({ name }) => words(name)],
              ['Value', ({ value }) => number(value), 'number'],
              ['Difference of the rates', (measure) => interval(measure.interval, number), 'number'],
              ['Between', ({ lowest, highest }) => [lowest, highest].filter(Boolean).join(' and ') || '–'],
              ['', ({ verdict }) => verdict && pill(verdict, MOODS[verdict])],
            ],
            measures,
          ),
        ]),
      ),
    shown && tests(shown),
  );
}

const tests = ({ testRuns, performanceTests }) =>
  panel(
    'What tests have shown',
    table(
      [
        ['Suite', ({ suite, suiteNumber }) => `${suite?.name ?? 'a suite'} ${suiteNumber}`],
        ['', ({ verdict }) => pill(verdict, MOODS[verdict])],
        ['Passed', ({ summary }) => `${summary.passed} of ${summary.cases}`, 'number'],
        ['Why', ({ summary }) => summary.reason],
      ],
      testRuns.nodes,
      'No functional test was run.',
    ),
    table(
      [
        ['Load', ({ scenario }) => words(scenario)],
        ['', ({ verdict }) => pill(verdict, MOODS[verdict])],
        ['Queries', ({ queries }) => number(queries), 'number'],
        ['A second', ({ throughput }) => number(throughput), 'number'],
        ['Why', ({ reason }) => reason],
      ],
      performanceTests.nodes,
      'No load was put on it.',
    ),
  );
