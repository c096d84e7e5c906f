/** Which version answers whom, how a canary fares beside its baseline, and whether the gate would let a version pass. */
import { act, choice, everyPage, facts, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { instant, lastMonths, money, number, share } from '../format.mjs';

const MOODS = {
  READY: 'good',
  PREPARING: 'warn',
  FAILED: 'bad',
  STABLE: 'good',
  MODERATE: 'warn',
  MAJOR: 'bad',
  RUNNING: 'warn',
  PAUSED: 'warn',
  PROMOTED: 'good',
  ROLLED_BACK: 'bad',
};
const named = ({ number: no, model }) => (model ? `${model.name} ${no}` : `version ${no}`);

export async function deployments({ api, viewer, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const [models, { margins }] = await Promise.all([
    may('deployment:manage')
      ? everyPage(async (after) => (await api.ask('ModelRegistry', { after })).models)
      : [],
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
      reload,
    });
  const list = await pages(
    async (after) => (await api.ask('Deployments', { after })).deployments,
    (nodes) => h('div', null, nodes.length === 0 ? panel('Nothing is deployed yet.') : nodes.map(show)),
  );
  return h('div', null, h('h1', null, 'Deployments'), list);
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

function deployment({ api, one, earned, candidates, reload }) {
  const { id, name, environment, state, failure, routes, canary, drift, engine, updatedAt } = one;
  const gate = h('div');
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
        ['', ({ version }) => act('What would the gate say?', () => askGate(version.id))],
      ],
      routes,
      'It answers nobody.',
    ),
    gate,
    candidates.length > 0 && [promotion({ api, one, candidates, reload }), rollBack({ api, id, reload })],
    canary && [
      h('h3', null, 'Canary ', pill(canary.state, MOODS[canary.state])),
      h(
        'p',
        { class: 'soft' },
        `${named(canary.candidate)} beside ${named(canary.baseline)}: step ${canary.step}, ${canary.weight} %`,
        canary.pauseReason && `; ${canary.pauseReason}`,
      ),
      table(
        [
          ['Version', ({ version }) => named(version)],
          ['Step', ({ step }) => step, 'number'],
          ['Requests', ({ requests }) => number(requests), 'number'],
          ['Failed', ({ failed }) => number(failed), 'number'],
          ['p99, ms', ({ p99Ms }) => number(p99Ms), 'number'],
          ['Score', ({ score }) => number(score), 'number'],
        ],
        canary.evidence,
        'No evidence yet.',
      ),
    ],
  );
}

/** What the gate refuses is shown check by check; whoever overrides it says why, and reports show it. */
function promotion({ api, one, candidates, reload }) {
  const refused = h('div');
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

const rollBack = ({ api, id, reload }) =>
  unfold(
    'Back to the routes before',
    form({
      action: 'Roll back',
      fields: field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
      submit: async ({ reason }) => {
        await api.act('DeploymentRollBack', { id, reason });
        await reload();
      },
    }),
  );
