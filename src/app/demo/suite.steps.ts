/** From the chair of staff: does the version work, on cases whose answers are known, and does it hold under load? */
import type { GraphqlClient } from './graphql-client';
import type { TrainedModel } from './staff.steps';
import { finished, percent, type Story } from './story';

const CASES = 200;
const NAMED = 5;

interface Run {
  readonly verdict: string;
  readonly summary: {
    readonly cases: number;
    readonly passed: number;
    readonly interval: readonly [number, number];
    readonly reason: string;
    readonly baseline: { readonly better: number; readonly worse: number; readonly p: number };
  };
  readonly results: readonly { readonly key: string }[];
}

const RUN = `verdict results(outcome: [GOT_WORSE]) { key }
  summary { cases passed interval reason baseline { better worse p } }`;

/** A suite of rows with their right answers; the candidate beside the version that serves, case by case. */
export async function staffHoldsAgainstCases(
  { data, narrator, facts }: Story,
  staff: GraphqlClient,
  candidate: TrainedModel,
  serving: TrainedModel,
): Promise<void> {
  narrator.chapter(
    'Staff',
    'holds the new version against cases whose answers are known, before it has traffic',
  );
  const { node: version } = await staff.ask<{ node: { model: { id: string } } }>(
    'query($id: ID!) { node(id: $id) { ... on ModelVersion { model { id } } } }',
    { id: candidate.versionId },
  );
  const cases = data.rows.slice(0, CASES).map((input, at) => {
    const range = data.answers[at] ? { minimum: 0.5 } : { maximum: 0.5 };
    return { key: `row-${at + 1}`, input, checks: [{ kind: 'BETWEEN', field: 'probability', ...range }] };
  });
  const input = { name: 'known answers', modelId: version.model.id, margin: 0.1, cases };
  const { testSuite } = await staff.mutate<{ testSuite: { id: string } }>(
    'testSuiteCreate',
    'TestSuiteCreateInput!',
    input,
    'testSuite { id }',
  );
  const { job } = await staff.mutate<{ job: { id: string } }>(
    'testRunCreate',
    'TestRunCreateInput!',
    { suiteId: testSuite.id, versionId: candidate.versionId, baselineId: serving.versionId },
    'job { id }',
  );
  const runId = await finished(staff, job.id, narrator);
  const { node: run } = await staff.ask<{ node: Run }>(
    `query($id: ID!) { node(id: $id) { ... on TestRun { ${RUN} } } }`,
    { id: runId },
  );
  const { verdict, summary, results } = run;
  const [lower, upper] = summary.interval;
  narrator.say(
    `${verdict}: ${summary.passed} of ${summary.cases} right (${percent(lower)} to ${percent(upper)})`,
  );
  narrator.say(summary.reason);
  const { worse, p } = summary.baseline;
  const named = results.slice(0, NAMED).map(({ key }) => key);
  if (worse > 0)
    narrator.say(
      `got worse: ${named.join(', ')}${worse > NAMED ? ', …' : ''}; by chance at least so uneven: ${percent(p)}`,
    );
  facts.suite = { testSuiteId: testSuite.id, testRunId: runId, verdict, ...summary };
}

const LOAD = {
  scenario: 'SERVER',
  targetRate: 300,
  latencyBoundMs: 50,
  minQueries: 662,
  minDurationMs: 1000,
};

interface Load {
  readonly verdict: string;
  readonly reason: string;
  readonly queries: number;
  readonly engineDevice: string;
  readonly quantiles: readonly {
    readonly quantile: number;
    readonly totalMs: number;
    readonly queueMs: number;
  }[];
}

/** Arrivals without memory through the queue of all traffic, behind everybody who waits; nobody is billed. */
export async function staffPutsLoad(
  { data, narrator, facts }: Story,
  staff: GraphqlClient,
  { versionId }: TrainedModel,
): Promise<void> {
  narrator.chapter('Staff', `puts ${LOAD.targetRate} queries a second on the version that serves`);
  const input = { versionId, rows: data.rows.slice(0, CASES), ...LOAD };
  const { job } = await staff.mutate<{ job: { id: string } }>(
    'performanceTestCreate',
    'PerformanceTestCreateInput!',
    input,
    'job { id }',
  );
  const id = await finished(staff, job.id, narrator);
  const { node: load } = await staff.ask<{ node: Load }>(
    'query($id: ID!) { node(id: $id) { ... on PerformanceTest { verdict reason queries engineDevice quantiles { quantile totalMs queueMs } } } }',
    { id },
  );
  const told = load.quantiles.map(({ quantile, totalMs }) => `p${100 * quantile} ${totalMs.toFixed(1)} ms`);
  narrator.say(`${load.verdict} on ${load.engineDevice}: ${told.join(', ')}`);
  narrator.say(load.reason);
  facts.load = { performanceTestId: id, ...load };
}
