/** Performance tests as the tests of others need them: small, quick, and read back. */
import { ROW } from '../support/hand-made-version';
import type { Person, World } from '../support/world';

export interface LoadView {
  readonly id: string;
  readonly scenario: string;
  readonly verdict: string;
  readonly reason: string;
  readonly queries: number;
  readonly late: number;
  readonly failed: number;
  readonly durationMs: number;
  readonly throughput: number;
  readonly peakRate: number | null;
  readonly engineKind: string;
  readonly engineDevice: string;
  readonly createdBy: string;
  readonly version: { readonly id: string };
  readonly plan: Readonly<Record<string, unknown>>;
  readonly quantiles: readonly {
    readonly quantile: number;
    readonly totalMs: number;
    readonly queueMs: number;
    readonly computeMs: number;
    readonly restMs: number;
  }[];
}

const FIELDS = `id scenario verdict reason queries late failed durationMs throughput peakRate engineKind engineDevice
  createdBy rowCount rowsHash isRequired version { id }
  plan { seed rowsPerQuery targetRate latencyBoundMs minQueries minDurationMs findPeak }
  quantiles { quantile totalMs queueMs computeMs restMs }`;

/** A single stream of few queries, unless told otherwise; its bound is one that no machine breaks. */
export function loadOf(versionId: string, more: object = {}): object {
  const stream = { scenario: 'SINGLE_STREAM', latencyBoundMs: 60_000, minDurationMs: 0 };
  return { versionId, rows: [ROW, { age: 20, income: 2 }], ...stream, ...more };
}

/** Answers the id of the job. */
export async function orderLoad({ client }: Pick<Person, 'client'>, input: object): Promise<string> {
  const { job } = await client.mutate<{ job: { id: string } }>(
    'performanceTestCreate',
    'PerformanceTestCreateInput!',
    input,
    'job { id }',
  );
  return job.id;
}

export interface JobView {
  readonly status: string;
  readonly note: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly result: LoadView | null;
}

export async function jobById({ client }: Pick<Person, 'client'>, id: string): Promise<JobView> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Job {
    status note startedAt finishedAt error { code message } result { ... on PerformanceTest { ${FIELDS} } } } } }`;
  return (await client.ask<{ node: JobView }>(query, { id })).node;
}

/** Ordered, done and read back. */
export async function loaded(
  world: World,
  staff: Pick<Person, 'client'>,
  versionId: string,
  more: object = {},
): Promise<LoadView> {
  const id = await orderLoad(staff, loadOf(versionId, more));
  let job: JobView | undefined;
  await world.until(async () => {
    job = await jobById(staff, id);
    return !['QUEUED', 'RUNNING'].includes(job.status);
  }, 'the load to end');
  if (!job?.result) throw new Error(`the load ended as ${JSON.stringify(job)}`);
  return job.result;
}
