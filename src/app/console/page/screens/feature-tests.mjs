/** A/B tests, and what one of them says: whether it may be believed, then each figure with its interval. */
import { forest } from '../charts.mjs';
import { act, choice, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { day, interval, number, share, words } from '../format.mjs';

const MOODS = {
  RUNNING: 'warn',
  DECIDED: 'good',
  BETTER: 'good',
  WORSE: 'bad',
  PASSED: 'good',
  NOT_ENOUGH_DATA: 'warn',
  FAILED: 'bad',
};

export async function tests({ api, viewer }) {
  const mayPlan = viewer.permissions.includes('feature-test:manage');
  const list = await pages(
    async (after) => (await api.ask('FeatureTests', { after })).featureTests,
    (nodes) =>
      table(
        [
          ['Test', ({ id, key }) => h('a', { href: `#/tests/${id}` }, key)],
          ['State', ({ state }) => pill(state, MOODS[state])],
          ['Hypothesis', ({ hypothesis }) => hypothesis],
          ['On', ({ deployment }) => deployment?.name ?? '–'],
          ['Since', ({ startedAt }) => day(startedAt)],
          ['Decided for', ({ decision }) => decision?.variant ?? '–'],
        ],
        nodes,
        'No test was planned yet. A test shows which of two versions people are better off with.',
      ),
  );
  return h(
    'div',
    null,
    h('h1', null, 'Feature tests'),
    panel(null, mayPlan && h('p', null, h('a', { href: '#/tests/new' }, 'Plan a new test')), list),
  );
}

export async function test({ api, params, viewer, reload }) {
  const { node } = await api.ask('FeatureTestResult', { id: params.id });
  if (!node) return panel('There is no such test.', h('a', { href: '#/tests' }, 'To the tests'));
  const { results, plan, decision, stop } = node;
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/tests' }, 'Feature tests')),
    h('h1', null, node.key, ' ', pill(node.state, MOODS[node.state])),
    h('p', { class: 'soft' }, node.hypothesis),
    results
      ? [figures(results), health(results), looks(results)]
      : panel('It has not begun: there is nothing to see yet.'),
    viewer.permissions.includes('feature-test:manage') && acts({ api, node, reload }),
    decision &&
      panel(
        'Decision',
        facts(
          ['For', decision.variant],
          ['Because', decision.reason],
          ['Although not healthy', decision.overrideReason],
          ['When', day(decision.at)],
          ['Results, by their hash', h('code', null, decision.resultsHash)],
        ),
      ),
    stop && panel('Stopped', facts(['Because', stop.reason], ['When', day(stop.at)])),
    panel(
      'Plan, as it was before anything was seen',
      facts(
        [
          'Variants',
          node.variants
            .map(
              ({ key, weight, version }) =>
                `${key} (${weight} %): ${version ? `${version.model.name} ${version.number}` : 'a flag value'}`,
            )
            .join('; '),
        ],
        ['Decides', plan.primaryMetric.name],
        ['Guards', plan.guardrails.map(({ name }) => name).join(', ')],
        ['Level', share(plan.level)],
        ['Smallest effect that matters', share(plan.minimumEffect)],
        ['Planned size', number(plan.plannedSize)],
        ['Hash', node.planHash && h('code', null, node.planHash)],
      ),
    ),
  );
}

/** Tests are called by whom they are named after. */
const byMethod = (method) => words(method).replace('welch t', 'Welch’s t');

function figures({ metrics }) {
  const compared = metrics.filter(({ lift }) => lift !== null);
  if (compared.length === 0) return panel('There is too little to compare yet.');
  const rows = compared.map(({ metric, variant, method, lift, interval: bounds, verdict }) => ({
    label: `${metric}: ${variant}, ${byMethod(method)}`,
    estimate: lift,
    interval: bounds,
    mood: MOODS[verdict] ?? 'blue',
  }));
  return panel(
    'What it says',
    forest({
      title: 'Difference to the control',
      note: 'The line is where the true difference lies; that of a sequential figure holds however often you look.',
      rows,
      say: share,
    }),
  );
}

const health = ({ health: checks }) =>
  panel(
    'Whether it may be believed',
    table(
      [
        ['Check', ({ name }) => words(name)],
        ['', ({ status }) => pill(status, MOODS[status])],
        ['Why', ({ detail }) => h('div', { class: 'long' }, detail)],
      ],
      checks,
    ),
  );

const looks = ({ metrics }) =>
  panel(
    'Figures',
    table(
      [
        ['Metric', ({ metric }) => metric],
        ['Variant', ({ variant }) => variant],
        ['People', ({ n }) => number(n), 'number'],
        ['Value', ({ value }) => number(value), 'number'],
        ['Difference', ({ lift }) => share(lift), 'number'],
        ['Interval', (metric) => interval(metric.interval), 'number'],
        ['By', ({ method }) => byMethod(method)],
        ['Verdict', ({ verdict }) => pill(verdict, MOODS[verdict])],
        ['Chance to win', ({ bayesian }) => share(bayesian?.chanceToWin), 'number'],
      ],
      metrics,
    ),
  );

function acts({ api, node, reload }) {
  const { id, version, state, variants } = node;
  const then = async (name, input) => {
    await api.act(name, { id, expectedVersion: version, ...input });
    await reload();
  };
  const because = () => field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 2000 });
  if (state === 'DRAFT')
    return panel(
      'Start',
      h(
        'p',
        { class: 'soft' },
        'From then on people who agreed to analytics meet it, and its plan cannot change.',
      ),
      h(
        'p',
        null,
        act('Start it', () => then('FeatureTestStart', {}), { class: 'main' }),
      ),
    );
  if (state !== 'RUNNING' && state !== 'STOPPED') return null;
  return panel(
    'Decide',
    unfold(
      'Decide for a variant',
      form({
        action: 'Decide',
        fields: [
          field(
            'Variant',
            null,
            choice(
              'variant',
              variants.map(({ key }) => [key, key]),
            ),
          ),
          because(),
          field('Although it is not healthy, because', {
            name: 'overrideReason',
            minlength: 10,
            maxlength: 1000,
          }),
        ],
        submit: ({ variant, reason, overrideReason }) =>
          then('FeatureTestDecide', { variant, reason, ...(overrideReason && { overrideReason }) }),
      }),
    ),
    state === 'RUNNING' &&
      unfold(
        'Stop it: nobody meets it any more',
        form({
          action: 'Stop',
          fields: because(),
          submit: ({ reason }) => then('FeatureTestStop', { reason }),
        }),
      ),
  );
}
