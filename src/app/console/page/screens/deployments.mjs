/** Which version answers whom, how a canary fares beside its baseline, and whether the gate would let a version pass. */
import { act, facts, h, panel, pill, table } from '../dom.mjs';
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

export async function deployments({ api, viewer }) {
  const { deployments: found } = await api.ask('Deployments', {});
  const margins = viewer.permissions.includes('margin:read')
    ? await api.ask('Margins', { by: ['DEPLOYMENT'], period: lastMonths(1), first: 100 })
    : { margins: [] };
  const earned = new Map(margins.margins.map((line) => [line.deploymentId, line]));
  return h(
    'div',
    null,
    h('h1', null, 'Deployments'),
    found.nodes.length === 0 && panel('Nothing is deployed yet.'),
    found.nodes.map((one) => deployment(api, one, earned.get(one.id))),
  );
}

function deployment(
  api,
  { id, name, environment, state, failure, routes, canary, drift, engine, updatedAt },
  earned,
) {
  const gate = h('div');
  const askGate = async (versionId) => {
    const { deploymentGate } = await api.ask('DeploymentGate', { id, versionId });
    gate.replaceChildren(
      table(
        [
          ['Check', (check) => check.name],
          ['', ({ passed }) => pill(passed ? 'passed' : 'refused', passed ? 'good' : 'bad')],
          ['Why', ({ detail }) => detail],
        ],
        deploymentGate,
      ),
    );
  };
  return panel(
    [name, ' ', pill(environment), ' ', pill(state, MOODS[state])],
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
