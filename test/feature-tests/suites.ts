/** What the tests of suites share: a suite of one case with a version that was held against it, and a run as staff reads it. */
import { ROW } from '../support/hand-made-version';
import type { Person, World } from '../support/world';

export interface Judged {
  readonly suiteId: string;
  readonly runId: string;
}

export async function judgedBySuite(
  world: World,
  { client }: Pick<Person, 'client'>,
  { modelId, versionId }: { readonly modelId: string; readonly versionId: string },
): Promise<Judged> {
  const checks = [{ kind: 'BETWEEN', field: 'probability', minimum: 0, maximum: 1 }];
  const input = { name: 'sanity', modelId, isRequired: false, cases: [{ key: 'plain', input: ROW, checks }] };
  const { testSuite } = await client.mutate<{ testSuite: { id: string } }>(
    'testSuiteCreate',
    'TestSuiteCreateInput!',
    input,
    'testSuite { id }',
  );
  const { job } = await client.mutate<{ job: { id: string } }>(
    'testRunCreate',
    'TestRunCreateInput!',
    { suiteId: testSuite.id, versionId },
    'job { id }',
  );
  await world.settle();
  const { node } = await client.ask<{ node: { result: { id: string } } }>(
    'query ($id: ID!) { node(id: $id) { ... on Job { result { id } } } }',
    { id: job.id },
  );
  return { suiteId: testSuite.id, runId: node.result.id };
}

export interface Run {
  readonly id: string;
  readonly verdict: string;
  readonly suiteNumber: number;
  readonly engineKind: string;
  readonly summary: {
    readonly cases: number;
    readonly passed: number;
    readonly reason: string;
    readonly baseline: {
      readonly better: number;
      readonly worse: number;
      readonly interval: readonly number[];
    } | null;
    readonly byTag: readonly { readonly tag: string; readonly cases: number; readonly passed: number }[];
  };
  readonly results: readonly {
    readonly key: string;
    readonly outcome: string;
    readonly failures: readonly string[];
  }[];
}

const RUN = `id verdict suiteNumber engineKind results { key outcome failures }
  summary { cases passed reason baseline { better worse interval } byTag { tag cases passed } }`;

export const ordered = ({ client }: Pick<Person, 'client'>, input: object) =>
  client.attempt<{ job: { id: string } | null }>('testRunCreate', 'TestRunCreateInput!', input, 'job { id }');

/** Orders a run and answers what came of it. */
export async function ran(world: World, staff: Pick<Person, 'client'>, input: object): Promise<Run> {
  const { payload, errors } = await ordered(staff, input);
  expect(errors).toEqual([]);
  await world.settle();
  const { node } = await staff.client.ask<{ node: { status: string; result: Run } }>(
    `query ($id: ID!) { node(id: $id) { ... on Job { status result { ... on TestRun { ${RUN} } } } } }`,
    { id: payload.job!.id },
  );
  expect(node.status).toBe('SUCCEEDED');
  return node.result;
}

/** Cases that hold for a version that says yes, and for one that says no. */
const isYes = { kind: 'EQUALS', field: 'label', value: 'yes' };
export const saysYes = (key: string, more: object = {}): object => ({
  key,
  input: ROW,
  checks: [isYes],
  ...more,
});
export const saysNo = (key: string): object => ({
  key,
  input: ROW,
  checks: [{ kind: 'BETWEEN', field: 'probability', maximum: 0.5 }],
});
export const many = (n: number, of: (key: string) => object): object[] =>
  Array.from({ length: n }, (_, i) => of(`case-${i}`));

/** What the gate of a deployment says of a version and a suite; undefined where it asks for no run of it. */
export async function gateOf(
  { client }: Pick<Person, 'client'>,
  id: string,
  versionId: string,
  suite: string,
): Promise<{ name: string; passed: boolean; detail: string } | undefined> {
  const query = `query ($id: ID!, $versionId: ID!) { deploymentGate(id: $id, versionId: $versionId) { name passed detail } }`;
  const { deploymentGate } = await client.ask<{
    deploymentGate: { name: string; passed: boolean; detail: string }[];
  }>(query, { id, versionId });
  return deploymentGate.find(({ name }) => name === `functional test ${suite}`);
}
