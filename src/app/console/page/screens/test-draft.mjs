/** An A/B test is planned: what is believed, who gets what, what decides; and how many people that takes, before anybody meets it. */
import { act, choice, everyPage, facts, field, form, h, panel, unfold } from '../dom.mjs';
import { editedList } from '../edits.mjs';
import { number, words } from '../format.mjs';

const KINDS = ['CONVERSION', 'MEAN', 'COUNT', 'RATIO', 'QUANTILE'];
const DIRECTIONS = ['HIGHER_IS_BETTER', 'LOWER_IS_BETTER'];
/** What the service measures of every answer by itself; their kind and direction are known. */
const OF_THE_HOUSE = ['feedback_score', 'latency_ms', 'cost_minor'];
const options = (names) => names.map((name) => [name, words(name)]);
const figure = (attributes) => h('input', { type: 'number', step: 'any', required: true, ...attributes });

export async function testDraft({ api }) {
  const deployments = await everyPage(async (after) => (await api.ask('Deployments', { after })).deployments);
  if (deployments.length === 0)
    return panel('Nothing is deployed that could be tested.', h('a', { href: '#/models' }, 'To the models'));
  const place = h('div');
  const show = (id) =>
    place.replaceChildren(
      draft(
        api,
        deployments.find((one) => one.id === id),
      ),
    );
  const which = choice(
    'deployment',
    deployments.map(({ id, name, environment }) => [id, `${name}, ${words(environment)}`]),
    deployments[0].id,
    { change: () => show(which.value) },
  );
  show(deployments[0].id);
  return h(
    'div',
    null,
    h('p', null, h('a', { href: '#/tests' }, 'Feature tests')),
    h('h1', null, 'A new test'),
    h('p', { class: 'soft' }, 'Nobody meets it before it is started, and its plan cannot change after that.'),
    panel(null, field('On the deployment', null, which)),
    place,
  );
}

/** A metric in the plan. What is left to the service is not sent. */
function metric({ name = 'feedback_score' } = {}) {
  const input = h('input', { name: 'metric', required: true, value: name, list: 'metrics' });
  const kind = choice('kind', [['', 'as it is'], ...options(KINDS)], '');
  const direction = choice('direction', [['', 'as it is'], ...options(DIRECTIONS)], '');
  const quantile = figure({ name: 'quantile', required: false, min: 0.01, max: 0.999 });
  const denominator = h('input', { name: 'denominator' });
  return {
    fields: [
      field('Metric: tracked, or one of the house', null, input),
      field('Kind', null, kind),
      field('Better is', null, direction),
      field('Of a quantile: which, 0.99', null, quantile),
      field('Of a ratio: divided by', null, denominator),
    ],
    read: () => ({
      name: input.value,
      ...(kind.value && { kind: kind.value }),
      ...(direction.value && { direction: direction.value }),
      ...(quantile.value && { quantile: Number(quantile.value) }),
      ...(denominator.value && { denominator: denominator.value }),
    }),
  };
}

function variant(routes, { key = '', weight = 50, at = 0 } = {}) {
  const name = h('input', { name: 'variant', required: true, value: key });
  const version = choice(
    'versionId',
    routes.map((route) => [route.version.id, versionName(route.version)]),
    routes[Math.min(at, routes.length - 1)]?.version.id,
  );
  const share = figure({ name: 'weight', step: 1, min: 1, max: 99, value: weight });
  return {
    fields: [field('Variant', null, name), field('Its people get', null, version), field('%', null, share)],
    read: () => ({ key: name.value, versionId: version.value, weight: Number(share.value) }),
  };
}

const versionName = ({ number: no, model }) => (model ? `${model.name} ${no}` : `version ${no}`);

function draft(api, { id: deploymentId, name, routes }) {
  if (routes.length === 0) return panel(`${name} answers nobody: give it routes first.`);
  const variants = editedList({
    label: 'Variants, the control first; their shares make 100 %',
    add: 'Another variant',
    make: (one) => variant(routes, one),
    first: [
      { key: 'control', at: 0 },
      { key: 'treatment', at: 1 },
    ],
    most: 5,
    ordered: true,
  });
  const primary = metric();
  const guardrails = editedList({
    label: 'Guardrails: must not get worse',
    add: 'Another guardrail',
    make: metric,
    first: [{ name: 'latency_ms' }],
    most: 5,
  });
  const planned = figure({ name: 'plannedSize', min: 60, max: 100_000_000, step: 1, value: 1000 });
  const effect = figure({ name: 'minimumEffect', min: 0.1, max: 1000, value: 5 });
  const level = figure({ name: 'level', min: 80, max: 99.9, value: 95 });
  const power = figure({ name: 'power', min: 50, max: 99, value: 80 });
  const common = () => ({
    minimumEffect: Number(effect.value) / 100,
    level: Number(level.value) / 100,
    power: Number(power.value) / 100,
  });
  return panel(
    null,
    form({
      action: 'Plan it',
      fields: [
        h(
          'datalist',
          { id: 'metrics' },
          OF_THE_HOUSE.map((value) => h('option', { value })),
        ),
        field('Key, also that of its flag', { name: 'key', required: true, maxlength: 100 }),
        field('What is believed', { name: 'hypothesis', required: true, minlength: 10, maxlength: 2000 }),
        variants.element,
        h('fieldset', null, h('legend', null, 'What decides'), h('div', { class: 'row' }, primary.fields)),
        guardrails.element,
        h(
          'fieldset',
          null,
          h('legend', null, 'How sure'),
          h(
            'div',
            { class: 'row' },
            field('Smallest effect that matters, %', null, effect),
            field('Level of the intervals, %', null, level),
            field('Chance to find it, %', null, power),
            field('People in all variants', null, planned),
          ),
          size({ api, common, variants, planned }),
        ),
      ],
      submit: async ({ key, hypothesis }) => {
        const { featureTest } = await api.act('FeatureTestCreate', {
          key,
          hypothesis,
          deploymentId,
          variants: variants.read(),
          primaryMetric: primary.read(),
          guardrails: guardrails.read(),
          plannedSize: Number(planned.value),
          ...common(),
        });
        location.hash = `#/tests/${featureTest.id}`;
      },
    }),
  );
}

/** How many people it takes, of what the form says now. */
function size({ api, common, variants, planned }) {
  const baseline = figure({ required: false, name: 'baseline' });
  const deviation = figure({ required: false, name: 'standardDeviation', min: 0 });
  const daily = figure({ required: false, name: 'peoplePerDay', min: 1 });
  const answer = h('div', { 'aria-live': 'polite' });
  const ask = async () => {
    if (baseline.value === '') throw new Error('Say what the metric is today.');
    const { featureTestSize: found } = await api.ask('FeatureTestSize', {
      input: {
        baseline: Number(baseline.value),
        weights: variants.read().map(({ weight }) => weight),
        ...common(),
        ...(deviation.value && { standardDeviation: Number(deviation.value) }),
        ...(daily.value && { peoplePerDay: Number(daily.value) }),
      },
    });
    planned.value = String(Math.max(Math.ceil(found.people), Number(planned.min)));
    answer.replaceChildren(
      facts(
        ['People, for one look at the end', number(found.people)],
        ['Where it is watched all the time', number(found.peopleWatched)],
        ['Days', found.days === null ? null : number(found.days)],
      ),
    );
  };
  return unfold(
    'How many people does it take?',
    h(
      'div',
      { class: 'row' },
      field('The metric today; of a conversion 0 to 1', null, baseline),
      field('Of a mean: how people differ in it', null, deviation),
      field('New people a day', null, daily),
      act('Work it out, and plan with it', ask),
    ),
    answer,
  );
}
