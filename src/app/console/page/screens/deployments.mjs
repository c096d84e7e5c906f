/** Which version answers whom, how a canary fares beside its baseline, and whether the gate would let a version pass. */
import { act, choice, everyPage, facts, field, form, h, panel, pill, table, unfold } from '../dom.mjs';
import { instant, lastMonths, money, number, share } from '../format.mjs';
import { canaryOf, reasoned, versionName as named } from './canary.mjs';
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
  const [all, models, { margins }] = await Promise.all([
    everyPage(async (after) => (await api.ask('Deployments', { after })).deployments),
    manages ? everyPage(async (after) => (await api.ask('ModelRegistry', { after })).models) : [],
    may('margin:read')
      ? api.ask('Margins', { by: ['DEPLOYMENT'], period: lastMonths(1), first: 100 })
      : { margins: [] },
  ]);
  const earned = new Map(margins.map((line) => [line.deploymentId, line]));
  const versions = new Map(models.map(({ name, versions: { nodes } }) => [name, nodes]));
  const show = (one) =>
    deployment({
      api,
      one,
      earned: earned.get(one.id),
      candidates: versions.get(one.routes[0]?.version.model.name) ?? [],
      others: all.filter(({ id }) => id !== one.id),
      manages,
      reload,
    });
  return h(
    'div',
    null,
    h('h1', null, 'Deployments'),
    all.length === 0 ? panel('Nothing is deployed yet.') : all.map(show),
  );
}

export const checks = (list) =>
  table(
    [
      ['Check', ({ name }) => name],
      ['', ({ passed }) => pill(passed ? 'passed' : 'refused', passed ? 'good' : 'bad')],
      ['Why', ({ detail }) => detail],
    ],
    list,
    'There is nothing to check.',
  );

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
      ['Engine', `${engine.kind} on ${engine.device}`],
      ['Changed', instant(updatedAt)],
      [
        'What comes in',
        drift?.level
          ? [pill(drift.level, MOODS[drift.level]), ` of ${number(drift.rows)} rows`]
          : 'not compared yet',
      ],
      ['Answers this month', earned && number(earned.requests)],
      ['Revenue', earned && money(earned.revenue)],
      ['Margin', earned && `${money(earned.margin)} (${share(earned.ratio)})`],
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
    candidates.length > 0 && promotion({ api, one, candidates, reload }),
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

/** What the gate refuses is shown check by check; whoever overrides it says why, and reports show it. */
function promotion({ api, one, candidates, reload }) {
  const refused = h('div', { 'aria-live': 'polite' });
  return unfold(
    'Send everything to one version',
    form({
      action: 'Send everything',
      fields: [
        field(
          'Version',
          null,
          choice(
            'versionId',
            candidates.map((version) => [version.id, named(version)]),
          ),
        ),
        field('Although the gate refuses, because', {
          name: 'overrideReason',
          minlength: 10,
          maxlength: 1000,
        }),
      ],
      submit: async ({ versionId, overrideReason }) => {
        const input = { id: one.id, expectedVersion: one.version, versionId };
        try {
          await api.act('DeploymentPromote', { ...input, ...(overrideReason && { overrideReason }) });
        } catch (error) {
          if (error.checks) refused.replaceChildren(checks(error.checks));
          throw error;
        }
        await reload();
      },
    }),
    refused,
  );
}
