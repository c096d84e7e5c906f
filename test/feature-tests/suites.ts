/** A suite of one case about a model, and a version that was held against it. */
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
