/** What the tests of feature tests share: a deployment with two versions, people who agreed, and staff's calls. */
import { deployed } from '../deployments/support';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import type { Person, World } from '../support/world';

const CONTROL_ANSWER = 0.25;
const TREATMENT_ANSWER = 0.75;

export interface Stage {
  readonly deploymentId: string;
  readonly deployment: string;
  readonly controlId: string;
  readonly treatmentId: string;
}

/** A deployment whose own route answers 0.25; the version that answers 0.75 is warm and gets no traffic of its own. */
export async function stage(world: World, staff: Person, name: string): Promise<Stage> {
  const control = await handMadeVersion(world, CONTROL_ANSWER, name);
  const treatment = await handMadeVersion(world, TREATMENT_ANSWER, name);
  const { id } = await deployed(world, staff, name, [
    { versionId: control.versionId, weight: 100 },
    { versionId: treatment.versionId, weight: 0 },
  ]);
  return {
    deploymentId: id,
    deployment: name,
    controlId: control.versionId,
    treatmentId: treatment.versionId,
  };
}

export function planOf(stage: Stage, key: string, more: object = {}): object {
  return {
    key,
    hypothesis: 'The treatment makes more people check out.',
    deploymentId: stage.deploymentId,
    variants: [
      { key: 'control', versionId: stage.controlId, weight: 50 },
      { key: 'treatment', versionId: stage.treatmentId, weight: 50 },
    ],
    primaryMetric: { name: 'checkout', kind: 'CONVERSION' },
    guardrails: [{ name: 'latency_ms' }],
    plannedSize: 60,
    ...more,
  };
}

export interface TestView {
  readonly id: string;
  readonly state: string;
  readonly planHash: string | null;
  readonly version: number;
  readonly flag: {
    readonly id: string;
    readonly key: string;
    readonly revision: number;
  };
}

const TEST = 'featureTest { id state planHash version flag { id key revision } }';

export async function planned(staff: Person, plan: object): Promise<TestView> {
  const { featureTest } = await staff.client.mutate<{ featureTest: TestView }>(
    'featureTestCreate',
    'FeatureTestCreateInput!',
    plan,
    TEST,
  );
  return featureTest;
}

export async function started(staff: Person, plan: object): Promise<TestView> {
  const { id } = await planned(staff, plan);
  const { featureTest } = await staff.client.mutate<{ featureTest: TestView }>(
    'featureTestStart',
    'FeatureTestStartInput!',
    { id },
    TEST,
  );
  return featureTest;
}

/** Each of these people, known to the customer by these ids, agrees to analytics, or takes it back. */
export async function consent(server: Person, people: readonly string[], granted = true): Promise<void> {
  const input = { purpose: 'ANALYTICS', granted };
  await eightAtATime(people, (externalId) =>
    server.client.mutate(
      'consentRecord',
      'ConsentRecordInput!',
      { ...input, endUserExternalId: externalId },
      '__typename',
    ),
  );
}

/** Everybody of this customer who agreed did so before anything of the last weeks happened. */
export async function agreedLongAgo(world: World, customerId: string): Promise<void> {
  await world.app.platform.database.servicePool.query(
    `update consent_states set since = $2 where customer_id = $1 and purpose = 'ANALYTICS'`,
    [customerId, new Date(world.clock.millis() - 50 * 86_400_000)],
  );
}

/** Like a product with several servers: eight calls in flight. Answers are in the order of the people. */
export async function eightAtATime<T>(
  people: readonly string[],
  call: (person: string) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  for (let at = 0; at < people.length; at += 8) {
    answers.push(...(await Promise.all(people.slice(at, at + 8).map(call))));
  }
  return answers;
}

export interface Answer {
  readonly id: string;
  readonly modelVersion: { readonly id: string };
  readonly assignments: readonly { readonly test: string; readonly variant: string }[];
}

export async function predict(server: Person, stage: Stage, person: string | undefined): Promise<Answer> {
  const { inference } = await server.client.mutate<{ inference: Answer }>(
    'predict',
    'PredictInput!',
    { deployment: stage.deployment, rows: ROW, endUserExternalId: person, deadlineMs: 20_000 },
    'inference { id modelVersion { id } assignments { test variant } }',
  );
  return inference;
}

export interface MetricView {
  readonly metric: string;
  readonly variant: string;
  readonly n: number;
  readonly value: number;
  readonly lift: number | null;
  readonly interval: readonly number[] | null;
  readonly level: number;
  readonly method: string;
  readonly verdict: string;
  readonly basis: string;
  readonly otherEstimate: { basis: string; lift: number; interval: readonly number[] } | null;
  readonly varianceReduction: number | null;
  readonly detectableLift: number | null;
  readonly bayesian: { chanceToWin: number; expectedLoss: number; interval: readonly number[] } | null;
}

export interface ResultsView {
  readonly health: readonly { name: string; status: string; value: number; detail: string }[];
  readonly metrics: readonly MetricView[];
  readonly outlook: readonly {
    readonly variant: string;
    readonly people: number;
    readonly power: number | null;
    readonly peopleNeeded: number | null;
    readonly peopleNeededWatched: number | null;
    readonly remainingPeople: number | null;
    readonly peoplePerDay: number | null;
    readonly expectedAt: string | null;
  }[];
  readonly updatedAt: string;
}

export async function results(staff: Person, id: string): Promise<ResultsView> {
  const fields = `updatedAt health { name status value detail }
    metrics { metric variant n value lift interval level method verdict basis varianceReduction detectableLift
      otherEstimate { basis lift interval } bayesian { chanceToWin expectedLoss interval } }
    outlook { variant people power peopleNeeded peopleNeededWatched remainingPeople peoplePerDay expectedAt }`;
  const query = `query ($id: ID!) { node(id: $id) { ... on FeatureTest { results { ${fields} } } } }`;
  const { node } = await staff.client.ask<{ node: { results: ResultsView } }>(query, { id });
  return node.results;
}

/** However many events, a hundred a call. */
export async function track(server: Person, events: readonly object[]): Promise<void> {
  for (let at = 0; at < events.length; at += 100) {
    await server.client.mutate('track', 'TrackInput!', { events: events.slice(at, at + 100) }, 'accepted');
  }
}

export const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
