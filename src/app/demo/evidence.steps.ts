/** From the chair of staff again: what the test shows, what people said, what the report proves. */
import fs from 'node:fs';
import path from 'node:path';
import { check } from './check';
import { predict, type RatedAnswer, submit } from './end-user.steps';
import type { GraphqlClient } from './graphql-client';
import type { Deployed, TrainedModel } from './staff.steps';
import { eventually, finished, percent, type Story } from './story';

const PEOPLE = 240;
const AT_A_TIME = 12;

const RESULTS = `query($id: ID!) { node(id: $id) { ... on FeatureTest { state planHash results {
  health { name status detail } metrics { metric variant n value lift interval level method verdict } } } } }`;

interface TestState {
  readonly state: string;
  readonly planHash: string;
  readonly results: {
    readonly health: readonly { readonly name: string; readonly status: string; readonly detail: string }[];
    readonly metrics: readonly {
      readonly metric: string;
      readonly variant: string;
      readonly n: number;
      readonly value: number;
      readonly lift: number | null;
      readonly interval: readonly number[] | null;
      readonly level: number;
      readonly method: string;
      readonly verdict: string;
    }[];
  } | null;
}

export interface Contenders {
  readonly network: TrainedModel;
  readonly baseline: TrainedModel;
}

/** Plans and starts the test; its plan is hashed before the first person is in it. */
export async function staffStartsTest(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  deployment: Deployed,
  { network, baseline }: Contenders,
): Promise<string> {
  narrator.chapter('Staff', 'starts an A/B test on the deployment: the linear baseline against the network');
  const input = {
    key: 'network-or-linear',
    hypothesis: 'People rate the answers of the network higher than those of the linear baseline.',
    deploymentId: deployment.id,
    variants: [
      { key: 'linear', versionId: baseline.versionId, weight: 50 },
      { key: 'network', versionId: network.versionId, weight: 50 },
    ],
    primaryMetric: { name: 'feedback_score' },
    guardrails: [{ name: 'latency_ms' }],
    plannedSize: PEOPLE,
  };
  const fields = 'featureTest { id state planHash }';
  const { featureTest } = await staff.mutate<{ featureTest: { id: string } }>(
    'featureTestCreate',
    'FeatureTestCreateInput!',
    input,
    fields,
  );
  const started = await staff.mutate<{ featureTest: { state: string; planHash: string } }>(
    'featureTestStart',
    'FeatureTestStartInput!',
    { id: featureTest.id },
    fields,
  );
  check(
    started.featureTest.state === 'RUNNING' && started.featureTest.planHash,
    'the test runs on a hashed plan',
  );
  narrator.say(
    `plan ${started.featureTest.planHash.slice(0, 12)}…, ${PEOPLE} people, primary metric feedback_score`,
  );
  facts.test = { featureTestId: featureTest.id, planHash: started.featureTest.planHash };
  return featureTest.id;
}

/** People with consent ask and rate: a thumb up when the answer was right, a thumb down when it was not. */
export async function trafficFlows(
  { data, narrator, facts }: Story,
  server: GraphqlClient,
  deployment: Deployed,
): Promise<void> {
  narrator.chapter('End users', `${PEOPLE} people agree to ANALYTICS, ask, and rate what they get`);
  let done = 0;
  const began = performance.now();
  const person = async (index: number): Promise<void> => {
    const endUserExternalId = `visitor-${index}`;
    await server.mutate(
      'consentRecord',
      'ConsentRecordInput!',
      { endUserExternalId, purpose: 'ANALYTICS', granted: true },
      'record { id }',
    );
    const place = (index * 7) % data.rows.length;
    const { inference, feedbackToken } = await predict(server, deployment, data.rows[place]!, {
      endUserExternalId,
    });
    const right = isPositive(inference.outputs[0]) === data.answers[place];
    await submit(server, { feedbackToken, kind: 'THUMBS', score: right ? 1 : 0 });
    narrator.progress(++done / PEOPLE, `${done} of ${PEOPLE} people`);
  };
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < PEOPLE; index += AT_A_TIME) await person(index);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, first) => lane(first)));
  facts.traffic = { people: PEOPLE, seconds: (performance.now() - began) / 1000 };
}

/** The answer of a binary classifier: the probability of the positive label. */
function isPositive(output: unknown): boolean {
  return (output as { probability: number }).probability >= 0.5;
}

export async function staffReadsTest(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  id: string,
): Promise<void> {
  narrator.chapter(
    'Staff',
    'reads the result: health first, then intervals that may be looked at at any time',
  );
  const results = await eventually(async () => {
    const { node } = await staff.ask<{ node: TestState }>(RESULTS, { id });
    const people = node.results?.metrics
      .filter(({ metric }) => metric === 'feedback_score')
      .reduce((sum, { n }) => sum + n, 0);
    return people && people >= PEOPLE ? node.results! : undefined;
  }, 'everybody’s rating is counted');
  for (const { name, status, detail } of results.health)
    narrator.say(`${status === 'PASSED' ? '✓' : '!'} ${name}: ${detail}`);
  check(
    results.health.every(({ status }) => status !== 'FAILED'),
    'the test is healthy',
  );
  for (const { metric, variant, n, value, lift, interval, method, verdict } of results.metrics) {
    const bounds = interval
      ? `, lift ${percent(lift!)} (${percent(interval[0]!)} to ${percent(interval[1]!)} by ${method})`
      : '';
    narrator.say(`${metric} · ${variant}: ${value.toFixed(3)} from ${n} people${bounds}, ${verdict}`);
  }
  check(
    results.metrics.some(({ interval }) => interval?.length === 2),
    'a difference comes with its interval',
  );
  facts.results = { health: results.health, metrics: results.metrics };
}

export async function staffTriages(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  { correctionId }: RatedAnswer,
): Promise<void> {
  narrator.chapter('Staff', 'triages the feedback');
  const inbox = await staff.ask<{ feedback: { totalCount: number; nodes: { id: string; kind: string }[] } }>(
    '{ feedback(filter: {status: NEW, kind: CORRECTION}, first: 10) { totalCount nodes { id kind } } }',
  );
  check(
    inbox.feedback.nodes.some(({ id }) => id === correctionId),
    'the correction is in the inbox',
  );
  const mutation = `mutation($id: ID!, $input: FeedbackTriageInput!) { feedbackTriage(id: $id, input: $input) {
    feedback { status severity history { nodes { id } } } errors { message } } }`;
  const { feedbackTriage } = await staff.ask<{
    feedbackTriage: {
      feedback: { status: string; severity: number; history: { nodes: unknown[] } } | null;
      errors: { message: string }[];
    };
  }>(mutation, { id: correctionId, input: { status: 'TRIAGED', severity: 3, tags: ['answer'] } });
  check(
    feedbackTriage.errors.length === 0 && feedbackTriage.feedback?.status === 'TRIAGED',
    'the correction is triaged',
  );
  narrator.say(
    `${inbox.feedback.totalCount} corrections waiting; one is TRIAGED, severity ${feedbackTriage.feedback.severity}`,
  );
  facts.triage = {
    feedbackId: correctionId,
    status: feedbackTriage.feedback.status,
    history: feedbackTriage.feedback.history.nodes.length,
  };
}

/** Creates the report and opens both of its forms by their signed URLs. */
export async function staffReports(
  { narrator, facts }: Story,
  staff: GraphqlClient,
  period: { from: string; to: string },
  folder: string,
): Promise<void> {
  narrator.chapter('Staff', 'creates a compliance report and opens it');
  const input = { kind: 'FULL', period, idempotencyKey: 'demo-report' };
  const { job } = await staff.mutate<{ job: { id: string } }>(
    'complianceReportCreate',
    'ComplianceReportCreateInput!',
    input,
    'job { id }',
  );
  const id = await finished(staff, job.id, narrator);
  const { node } = await staff.ask<{ node: { html: string; json: string; hash: string } }>(
    'query($id: ID!) { node(id: $id) { ... on ComplianceReport { html json hash } } }',
    { id },
  );
  const files: string[] = [];
  for (const [form, url] of Object.entries({ html: node.html, json: node.json })) {
    const response = await fetch(url);
    check(response.ok, `the ${form} form opens (${response.status})`);
    const file = path.join(folder, `compliance-report.${form}`);
    fs.writeFileSync(file, await response.text());
    files.push(file);
  }
  narrator.say(`hash ${node.hash.slice(0, 12)}…, kept as ${files.join(' and ')}`);
  facts.report = { complianceReportId: id, hash: node.hash, files };
}
