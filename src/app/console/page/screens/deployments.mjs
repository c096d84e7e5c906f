/** Which version answers whom, how a canary fares beside its baseline, and whether the gate would let a version pass. */
import { act, everyPage, facts, h, panel, pill, table } from '../dom.mjs';
import { engineName, instant, lastMonths, money, number, share } from '../format.mjs';
import { canaryOf, reasoned, versionName as named } from './canary.mjs';
import { checks, routing } from './deployment-routes.mjs';
import { settings, shadowOf } from './deployment-settings.mjs';

const MOODS = {
  READY: 'good',
  PREPARING: 'warn',
  FAILED: 'bad',
  STABLE: 'good',
  MODERATE: 'warn',
  MAJOR: 'bad',
};

export async function deployments({ api, viewer, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const manages = may('deployment:manage');
  const [all, { margins }] = await Promise.all([
    everyPage(async (after) => (await api.ask('Deployments', { after })).deployments),
    may('margin:read')
      ? api.ask('Margins', { by: ['DEPLOYMENT'], period: lastMonths(1), first: 100 })
      : { margins: [] },
  ]);
  const versions = manages ? await versionsOf(api, all) : new Map();
  const show = (one) =>
    deployment({
      api,
      one,
      earned: margins.filter(({ deploymentId }) => deploymentId === one.id),
      candidates: versions.get(one.routes[0]?.version.model.id) ?? [],
      others: all.filter(({ id }) => id !== one.id),
      manages,
      reload,
    });
  return h(
    'div',
    null,
    h('h1', null, 'Deployments'),
    all.length === 0
      ? panel(
          'Nothing is deployed yet.',
          h(
            'p',
            { class: 'soft' },
            'A version is deployed on its own page: ',
            h('a', { href: '#/models' }, 'to the models'),
          ),
        )
      : all.map(show),
  );
}

/** By the ids of the models that answer, all that may be sent requests, the newest first. */
async function versionsOf(api, all) {
  const ids = [...new Set(all.flatMap(({ routes }) => routes[0]?.version.model.id ?? []))];
  const ofModel = async (id) => {
    let model;
    const versions = await everyPage(async (after) => {
      ({ node: model } = await api.ask('ModelChoices', { id, after }));
      return model.versions;
    });
    return versions.filter(({ retirement }) => !retirement).map((version) => ({ ...version, model }));
  };
  return new Map(await Promise.all(ids.map(async (id) => [id, await ofModel(id)])));
}

function deployment({ api, one, earned, candidates, others, manages, reload }) {
  const { id, name, environment, state, failure, routes, canary, shadow, drift, engine, updatedAt } = one;
  const gate = h('div', { 'aria-live': 'polite' });
  const askGate = async (versionId) => {
    const { deploymentGate } = await api.ask('DeploymentGate', { id, versionId });
    gate.replaceChildren(checks(deploymentGate));
  };
  return panel(
    [
      h('a', { href: `#/deployments/${id}`, title: 'What it is watched for: fairness and drift' }, name),
      ' ',
      pill(environment),
      ' ',
      pill(state, MOODS[state]),
    ],
    failure && h('p', { class: 'refusal' }, failure),
    facts(
      ['Engine', `${engineName(engine.kind)} on ${engine.device}`],
      ['Changed', instant(updatedAt)],
      [
        'What comes in',
        drift?.level
          ? [pill(drift.level, MOODS[drift.level]), ` of ${number(drift.rows)} rows`]
          : 'not compared yet',
      ],
      [
        'Answers this month',
        earned.length > 0 && number(earned.reduce((sum, { requests }) => sum + Number(requests), 0)),
      ],
      // A line for each currency.
      ...earned.flatMap((line) => [
        ['Revenue', money(line.revenue)],
        ['Margin', `${money(line.margin)} (${share(line.ratio)})`],
      ]),
    ),
    h('h3', null, 'Routes'),
    table(
      [
        ['Version', ({ version }) => named(version)],
        ['Share', ({ weight }) => `${weight} %`, 'number'],
        ...(manages
          ? [['', ({ version }) => act('What would the gate say?', () => askGate(version.id))]]
          : []),
      ],
      routes,
      'It answers nobody.',
    ),
    gate,
    manages && routing({ api, one, candidates, reload }),
    manages && [
      reasoned('Back to the routes before', 'Roll back', reload, (reason) =>
        api.act('DeploymentRollBack', { id, reason }),
      ),
      settings({ api, one, candidates, others, reload }),
    ],
    shadow && shadowOf(shadow),
    canary && canaryOf({ api, one, manages, reload }),
  );
}
