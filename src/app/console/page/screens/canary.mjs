/** A candidate beside the version that serves: what was seen of both, what follows from it, and what a person decides instead. */
import { field, form, h, pill, table, unfold } from '../dom.mjs';
import { digits, instant, number, words } from '../format.mjs';

const STATES = { RUNNING: 'good', PAUSED: 'warn', PROMOTED: 'good', ROLLED_BACK: 'bad' };
const VERDICTS = { NO_WORSE: 'good', DOUBTFUL: 'warn', WORSE: 'bad' };
const FIGURES = {
  ERROR_RATE: 'share that failed',
  P99_LATENCY: 'share of slow answers',
  COST: 'cost of an answer',
  FEEDBACK_SCORE: 'what people said',
  DRIFT: 'distance of the scores',
};

export const versionName = ({ number: no, model }) => (model ? `${model.name} ${no}` : `version ${no}`);

/** @param manages whether its buttons are shown; only a canary that has not ended has any. */
export function canaryOf({ api, one, manages, reload }) {
  const { canary } = one;
  const { state, candidate, baseline, step, weight, pauseReason, policy, decision, evidence } = canary;
  return [
    h('h3', null, 'Canary ', pill(state, STATES[state])),
    h(
      'p',
      { class: 'soft' },
      `${versionName(candidate)} beside ${versionName(baseline)}: step ${step} of ${policy.steps.length}, ${weight} %`,
      pauseReason && `; ${pauseReason}`,
    ),
    table(
      [
        ['Version', ({ version }) => versionName(version)],
        ['Step', (seen) => seen.step, 'number'],
        ['Requests', ({ requests }) => number(requests), 'number'],
        ['Failed', ({ failed }) => number(failed), 'number'],
        ['p99, ms', ({ p99Ms }) => number(p99Ms), 'number'],
        ['Score', ({ score }) => number(score), 'number'],
      ],
      evidence,
      'No evidence yet.',
    ),
    decision && judged(decision),
    manages && ['RUNNING', 'PAUSED'].includes(state) && decided({ api, one, reload }),
  ];
}

const judged = ({ at, action, reason, checks }) =>
  unfold(
    `At the last look, ${instant(at)}: ${words(action)}, ${words(reason)}`,
    table(
      [
        ['Measure', ({ metric }) => FIGURES[metric] ?? words(metric)],
        ['', ({ verdict }) => pill(verdict, VERDICTS[verdict])],
        ['Candidate', ({ candidate }) => digits(candidate), 'number'],
        ['Baseline', ({ baseline }) => digits(baseline), 'number'],
        ['Worse by', ({ effect }) => digits(effect), 'number'],
        ['Taken for the same', ({ tolerance }) => digits(tolerance), 'number'],
      ],
      checks,
    ),
  );

function decided({ api, one: { id, canary }, reload }) {
  const next = canary.policy.steps[canary.step];
  const after = next === undefined ? 'all of the traffic' : `${next} % of the traffic`;
  // Each by its own call: the names of documents are looked for in the source.
  return [
    canary.state === 'RUNNING'
      ? reasoned('Keep the canary at its step', 'Pause it', reload, (reason) =>
          api.act('DeploymentCanaryPause', { id, reason }),
        )
      : reasoned('Let the canary go on', 'Let it go on', reload, (reason) =>
          api.act('DeploymentCanaryResume', { id, reason }),
        ),
    reasoned(
      `Give the candidate ${after}, whatever its evidence says`,
      'To the next step',
      reload,
      (reason) => api.act('DeploymentCanaryPromote', { id, reason }),
    ),
    reasoned('End the canary: the version that served before gets everything', 'End it', reload, (reason) =>
      api.act('DeploymentRollBack', { id, reason }),
    ),
  ];
}

/** Something that is done for a written reason, and nothing else. */
export const reasoned = (label, action, reload, work) =>
  unfold(
    label,
    form({
      action,
      fields: field('Because', { name: 'reason', required: true, minlength: 3, maxlength: 1000 }),
      submit: async ({ reason }) => {
        await work(reason);
        await reload();
      },
    }),
  );
