/** What functional tests and loads have shown of a version, and the ways to hold it against them. */
import { choice, field, form, h, panel, pill, table, unfold, everyPage } from '../dom.mjs';
import { digits, number, share, words } from '../format.mjs';
import { followed } from '../job.mjs';
import { parsed } from '../json.mjs';
import { exampleText } from './example-row.mjs';

export const VERDICTS = { PASS: 'good', FAIL: 'bad', NOT_ENOUGH_DATA: 'warn' };
export const OUTCOMES = { GOT_WORSE: 'bad', FAILED: 'warn', GOT_BETTER: 'good' };
const SCENARIOS = [
  ['SERVER', 'queries arrive by chance at a rate'],
  ['SINGLE_STREAM', 'one after the other'],
  ['MULTI_STREAM', 'several rows, one after the other'],
  ['OFFLINE', 'all rows at once'],
];

export async function shownByTests({ api, version, shown, others, mayRun, reload }) {
  const { testRuns, performanceTests } = shown;
  const suites = mayRun
    ? await everyPage(
        async (after) =>
          (await api.ask('TestSuites', { filter: { modelId: version.model.id }, after })).testSuites,
      )
    : [];
  return panel(
    'What tests have shown',
    table(
      [
        [
          'Suite',
          ({ id, suite, suiteNumber }) =>
            h('a', { href: `#/suites/runs/${id}` }, `${suite?.name ?? 'a suite'} ${suiteNumber}`),
        ],
        ['', ({ verdict }) => pill(verdict, VERDICTS[verdict])],
        ['Passed', ({ summary }) => `${summary.passed} of ${summary.cases}`, 'number'],
        ['Got worse', ({ summary }) => number(summary.baseline?.worse), 'number'],
        ['Why', ({ summary }) => summary.reason],
      ],
      testRuns.nodes,
      'No functional test was run.',
    ),
    suites.length > 0 && run({ api, version, suites, others, reload }),
    loads(performanceTests.nodes),
    mayRun && load({ api, version, reload }),
  );
}

export const loads = (nodes, more = []) =>
  table(
    [
      ...more,
      ['Load', ({ scenario }) => words(scenario)],
      ['', ({ verdict }) => pill(verdict, VERDICTS[verdict])],
      ['Queries', ({ queries }) => number(queries), 'number'],
      ['Rows a second', ({ throughput }) => number(throughput), 'number'],
      [
        'p99, ms',
        ({ quantiles }) => digits(quantiles.find(({ quantile }) => quantile === 0.99)?.totalMs),
        'number',
      ],
      ['On', ({ engineDevice }) => engineDevice],
      ['Why', ({ reason }) => reason],
    ],
    nodes,
    'No load was put on it.',
  );

function run({ api, version, suites, others, reload }) {
  const progress = h('div');
  return unfold(
    'Hold it against a suite',
    form({
      action: 'Run it',
      fields: [
        h(
          'div',
          { class: 'fields' },
          field(
            'Suite',
            null,
            choice(
              'suiteId',
              suites.map(({ id, name }) => [id, name]),
            ),
          ),
          field(
            'Beside, case by case',
            null,
            choice(
              'baselineId',
              [['', 'no other'], ...others.map(({ id, number: no }) => [id, `version ${no}`])],
              '',
            ),
          ),
        ),
        progress,
      ],
      submit: async ({ suiteId, baselineId }) => {
        const input = { suiteId, versionId: version.id, ...(baselineId && { baselineId }) };
        const { job } = await api.act('TestRun', input);
        if (await followed(api, job.id, progress)) await reload();
      },
    }),
  );
}

function load({ api, version, reload }) {
  const progress = h('div');
  const rows = h('textarea', { name: 'rows', required: true, spellcheck: 'false' });
  rows.value = exampleText(version.signature.inputs);
  return unfold(
    'Put a load on it; a deployment must serve it, if only with weight 0',
    form({
      action: 'Put the load on',
      fields: [
        h(
          'div',
          { class: 'fields' },
          field('Queries', null, choice('scenario', SCENARIOS, 'SERVER')),
          field('A second', { name: 'targetRate', value: '50' }),
          field('Answered within ms', { name: 'latencyBoundMs', value: '100' }),
          field('For seconds', { name: 'duration', value: '60' }),
        ),
        h('label', { class: 'broad' }, h('span', null, 'Rows from which queries are drawn, as JSON'), rows),
        progress,
      ],
      submit: async ({ scenario, targetRate, latencyBoundMs, duration, rows: text }) => {
        const hasRate = scenario === 'SERVER' || scenario === 'OFFLINE';
        const input = {
          versionId: version.id,
          scenario,
          rows: parsed(text),
          minDurationMs: Math.round(Number(duration) * 1000),
          ...(hasRate && { targetRate: Number(targetRate) }),
          ...(scenario !== 'OFFLINE' && { latencyBoundMs: Number(latencyBoundMs) }),
        };
        const { job } = await api.act('PerformanceTestCreate', input);
        if (await followed(api, job.id, progress)) await reload();
      },
    }),
  );
}

/** The cases of a run that say something: those that fail, and those that came or went beside the other version. */
export const cases = (results) =>
  table(
    [
      ['Case', ({ key }) => key],
      ['', ({ outcome }) => pill(outcome, OUTCOMES[outcome])],
      ['Why', ({ failures }) => failures.join(' ')],
    ],
    results,
    'Every case passed.',
  );

export const passed = ({ cases: all, passed: some }) =>
  `${number(some)} of ${number(all)} (${share(all === 0 ? null : some / all)})`;
