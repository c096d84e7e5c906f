/** From the chair of staff: a second version is tried on a part of the people before anybody relies on it. */
import { check } from './check';
import { predict } from './end-user.steps';
import { staffAsksGate } from './gate.steps';
import type { GraphqlClient } from './graphql-client';
import type { Deployed, TrainedModel } from './staff.steps';
import { eventually, type Story } from './story';

const PEOPLE = 200;
const AT_A_TIME = 10;
const HALF = 50;
/** Of the candidate; the people are divided by chance, so that it gets about half of them. */
const ENOUGH = 60;

const CANARY = `query($id: ID!) { deployment(by: {id: $id}) { canary { state weight decision {
  action reason checks { metric verdict n baseline candidate tolerance } } } } }`;

interface CanaryState {
  readonly state: 'RUNNING' | 'PAUSED' | 'PROMOTED' | 'ROLLED_BACK';
  readonly decision: {
    readonly action: string;
    readonly reason: string;
    readonly checks: readonly {
      readonly metric: string;
      readonly verdict: string;
      readonly n: number;
      readonly baseline: number | null;
      readonly candidate: number | null;
      readonly tolerance: number;
    }[];
  } | null;
}

/** Half of the people get the candidate; the numbers decide, and where they cannot yet, staff does. */
export async function staffTriesCanary(
  story: Story,
  staff: GraphqlClient,
  server: GraphqlClient,
  deployment: Deployed,
  candidate: TrainedModel,
): Promise<void> {
  const { narrator, facts } = story;
  narrator.chapter('Staff', 'tries the baseline as a canary on half of the people; the network stays ready');
  const overrideReason = await staffAsksGate(story, staff, deployment, candidate);
  await staff.mutate(
    'deploymentCanaryStart',
    'DeploymentCanaryStartInput!',
    {
      id: deployment.id,
      versionId: candidate.versionId,
      steps: [HALF, 100],
      minimumRequests: ENOUGH,
      minimumStepSeconds: 0,
      overrideReason,
      idempotencyKey: 'demo-canary',
    },
    'deployment { canary { state } }',
  );
  const state = async (): Promise<CanaryState> =>
    (await staff.ask<{ deployment: { canary: CanaryState } }>(CANARY, { id: deployment.id })).deployment
      .canary;

  await peopleAsk(story, server, deployment);
  const seen = await eventually(async () => {
    const canary = await state();
    const errors = canary.decision?.checks.find(({ metric }) => metric === 'ERROR_RATE');
    return errors && errors.n >= ENOUGH ? canary : undefined;
  }, 'the canary is judged');
  const judged = seen.decision!.checks.filter(({ verdict }) => verdict !== 'TOO_FEW');
  check(judged.length > 0, 'at least one measure has an opinion');
  for (const { metric, verdict, n, baseline, candidate: other, tolerance } of judged)
    narrator.say(
      `${metric}: ${rounded(baseline)} → ${rounded(other)} (${n} of the candidate, ±${rounded(tolerance)}): ${verdict}`,
    );

  const { decision } = seen;
  // It may end by itself between the look and the hand, which then comes too late: whoever was first, it has ended.
  const act = { id: deployment.id, reason: 'The story goes on.', idempotencyKey: 'demo-canary-on' };
  const byHand = (await promote(staff, act)).errors.length === 0;
  const ended = await state();
  check(ended.state === 'PROMOTED' || ended.state === 'ROLLED_BACK', 'the canary has ended');
  narrator.say(
    `${decision!.reason}, so it ${byHand ? 'is taken on by hand' : 'ended by itself'}: ${ended.state}`,
  );
  facts.canary = { state: ended.state, byHand, decision };
}

function promote(staff: GraphqlClient, act: object) {
  return staff.attempt('deploymentCanaryPromote', 'DeploymentCanaryActInput!', act, 'deployment { id }');
}

async function peopleAsk(
  { data, narrator }: Story,
  server: GraphqlClient,
  deployment: Deployed,
): Promise<void> {
  let done = 0;
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < PEOPLE; index += AT_A_TIME) {
      const row = data.rows[index % data.rows.length]!;
      await predict(server, deployment, row, { endUserExternalId: `early-${index}` });
      narrator.progress(++done / PEOPLE, `${done} of ${PEOPLE} people`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, first) => lane(first)));
}

const rounded = (value: number | null): string =>
  value === null ? '–' : Number(value.toPrecision(3)).toString();
