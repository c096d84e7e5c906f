/** Suites of cases that say what a model must do, what they and loads have shown of versions, and one run whole. */
import { choice, everyPage, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { day, digits, engineName, instant, interval, number, share } from '../format.mjs';
import { parsed } from '../json.mjs';
import { caseForm, signatureOf } from './case-form.mjs';
import { CASES_EXAMPLE, casesAsJson } from './cases-editor.mjs';
import { cases, loads, passed, VERDICTS } from './test-runs.mjs';

/** Whether the gate asks for a run of the suite. */
export const gateField = (isRequired) =>
  field(
    'The gate',
    null,
    choice(
      'isRequired',
      [
        ['yes', 'asks for a run that passed'],
        ['', 'does not ask for it'],
      ],
      isRequired ? 'yes' : '',
    ),
  );
const versionOf = ({ version }) =>
  h('a', { href: `#/models/${version.id}` }, `${version.model.name} ${version.number}`);

export async function testSuites({ api, viewer }) {
  const mayMake = viewer.permissions.includes('feature-test:manage');
  const [suites, runs, performance, models] = await Promise.all([
    pages(async (after) => (await api.ask('TestSuites', { after })).testSuites, listed),
    pages(async (after) => (await api.ask('TestRuns', { after })).testRuns, runsTable),
    pages(
      async (after) => (await api.ask('PerformanceTests', { after })).performanceTests,
      (nodes) =>
        loads(nodes, [
          ['Version', versionOf],
          ['When', ({ createdAt }) => instant(createdAt)],
        ]),
    ),
    mayMake ? everyPage(async (after) => (await api.ask('ModelNames', { after })).models) : [],
  ]);
  return h(
    'div',
    null,
    h('h1', null, 'Test suites'),
    panel(null, suites, models.length > 0 && (await make(api, models))),
    panel('Runs', runs),
    panel('Loads', performance),
  );
}

const listed = (nodes) =>
  table(
    [
      ['Suite', ({ id, name }) => h('a', { href: `#/suites/${id}` }, name)],
      ['Model', ({ model }) => model?.name ?? '–'],
      ['', ({ isRequired }) => isRequired && pill('the gate asks for it', 'warn')],
      ['Revision', ({ number: no }) => no, 'number'],
      ['Changed', ({ updatedAt }) => day(updatedAt)],
      ['About', ({ description }) => description ?? ''],
    ],
    nodes,
    'There is no suite yet. A suite holds what every version of a model must get right.',
  );

export const runsTable = (nodes) =>
  table(
    [
      ['Run', ({ id, createdAt }) => h('a', { href: `#/suites/runs/${id}` }, instant(createdAt))],
      ['Suite', ({ suite, suiteNumber }) => `${suite?.name ?? 'a suite'} ${suiteNumber}`],
      ['Version', versionOf],
      ['', ({ verdict }) => pill(verdict, VERDICTS[verdict])],
      ['Passed', ({ summary }) => passed(summary), 'number'],
      ['Got worse', ({ summary }) => number(summary.baseline?.worse), 'number'],
    ],
    nodes,
    'No version was held against one yet: that is done on the page of a version.',
  );

/** A suite begins with one case in the fields of its model, or with as many as somebody writes. */
async function make(api, models) {
  const place = h('div', { class: 'stack' });
  let written;
  const show = async () => {
    const signature = way.value === 'JSON' ? null : await signatureOf(api, which.value);
    written = signature && caseForm(signature);
    place.replaceChildren(
      written ? written.element : casesAsJson({ name: 'cases', required: true, placeholder: CASES_EXAMPLE }),
    );
  };
  const which = choice(
    'modelId',
    models.map(({ id, name }) => [id, name]),
    models[0].id,
    { change: () => show() },
  );
  const way = choice(
    'way',
    [
      ['FORM', 'the first one, filled in here'],
      ['JSON', 'all of them, as JSON'],
    ],
    'FORM',
    { change: () => show() },
  );
  await show();
  return unfold(
    'A new suite',
    form({
      action: 'Make it',
      fields: [
        h(
          'div',
          { class: 'fields' },
          field('Name', { name: 'name', required: true, maxlength: 100 }),
          field('About the model', null, which),
          field('Share of cases that must pass', { name: 'requiredPassRate', placeholder: 'every case' }),
          gateField(true),
          field('Cases', null, way),
        ),
        place,
      ],
      submit: async ({ name, modelId, requiredPassRate, isRequired, cases: text }) => {
        const { testSuite } = await api.act('TestSuiteCreate', {
          name,
          modelId,
          isRequired: isRequired === 'yes',
          ...(requiredPassRate && { requiredPassRate: Number(requiredPassRate) }),
          cases: written ? [written.read()] : parsed(text, 'The cases are'),
        });
        location.hash = `#/suites/${testSuite.id}`;
      },
    }),
  );
}

export async function testRun({ api, params }) {
  const { node: run } = await api.ask('TestRunResult', { id: params.id });
  if (!run?.summary) return panel('There is no such run.', h('a', { href: '#/suites' }, 'To the suites'));
  const { summary, suite, baseline } = run;
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/suites' }, 'Test suites')),
    h(
      'h1',
      null,
      `${suite?.name ?? 'A suite'} ${run.suiteNumber} `,
      pill(run.verdict, VERDICTS[run.verdict]),
    ),
    h('p', { class: 'soft' }, summary.reason),
    panel(
      null,
      facts(
        ['Version', versionOf(run)],
        ['Beside', baseline && h('a', { href: `#/models/${baseline.id}` }, `version ${baseline.number}`)],
        ['When', instant(run.createdAt)],
        ['On', `${engineName(run.engineKind)} on ${run.engineDevice}`],
        ['Passed', passed(summary)],
        ['Interval', interval(summary.interval)],
        ['Got better', summary.baseline?.better],
        ['Got worse', summary.baseline?.worse],
        [
          'Difference',
          summary.baseline &&
            `${share(summary.baseline.difference)} (${interval(summary.baseline.interval)})`,
        ],
        ['So uneven by chance', summary.baseline && digits(summary.baseline.p)],
      ),
    ),
    summary.byTag.length > 0 &&
      panel(
        'By tag',
        table(
          [
            ['Tag', ({ tag }) => tag],
            ['Passed', passed, 'number'],
            ['Interval', (tag) => interval(tag.interval), 'number'],
          ],
          summary.byTag,
        ),
      ),
    panel('Cases that failed, or came out otherwise than before', cases(run.results)),
  );
}
