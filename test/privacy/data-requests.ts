/** What the tests of data requests share: asking, deciding, and unpacking a copy. */
import fs from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { SERVICE } from '../../src/platform/database';
import { answer, submit } from '../feedback/support';
import { count } from '../inference/support';
import type { UserErrorData } from '../support/client';
import type { Person, World } from '../support/world';

export interface RequestView {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly details: string | null;
  readonly answer: string | null;
  readonly download: string | null;
  readonly copyUntil: string | null;
  readonly isOverdue: boolean;
  readonly createdAt: string;
  readonly dueAt: string;
  readonly firstDueAt: string | null;
  readonly extensionReason: string | null;
  readonly identityVerification: string;
  readonly identityVerifiedBy: string | null;
  readonly closedAt: string | null;
  readonly progress: number | null;
  readonly outcome:
    readonly { readonly table: string; readonly action: string; readonly rows: number }[] | null;
}

const FIELDS = `id kind status details answer download copyUntil isOverdue createdAt dueAt firstDueAt extendedAt extensionReason closedAt progress identityVerification identityVerifiedBy
  outcome { table action rows }`;

export async function attempt(
  { client }: Pick<Person, 'client'>,
  mutation: 'Create' | 'Fulfil' | 'Refuse' | 'VerifyIdentity' | 'Extend',
  input: object,
): Promise<{ request: RequestView | null; errors: readonly UserErrorData[] }> {
  const { payload, errors } = await client.attempt<{ dataRequest: RequestView | null }>(
    `dataRequest${mutation}`,
    `DataRequest${mutation}Input!`,
    input,
    `dataRequest { ${FIELDS} }`,
  );
  return { request: payload.dataRequest, errors };
}

export async function ask(person: Pick<Person, 'client'>, input: object): Promise<RequestView> {
  const { request, errors } = await attempt(person, 'Create', input);
  expect(errors).toEqual([]);
  return request!;
}

export async function requestOf({ client }: Pick<Person, 'client'>, id: string): Promise<RequestView> {
  const { node } = await client.ask<{ node: RequestView }>(
    `query ($id: ID!) { node(id: $id) { ... on DataRequest { ${FIELDS} } } }`,
    { id },
  );
  return node;
}

/** Asks, waits until it is carried out, and answers it as it then stands to whoever looks. */
export async function carriedOut(
  world: World,
  person: Pick<Person, 'client'>,
  input: object,
  seenBy = person,
): Promise<RequestView> {
  const { id } = await ask(person, input);
  await world.settle();
  return requestOf(seenBy, id);
}

/** The files of a copy: tables as rows, the others as text. */
export async function unpacked(download: string): Promise<{ [file: string]: unknown }> {
  const response = await fetch(download);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => {
      const text = strFromU8(bytes);
      return [name, name.endsWith('.json') ? (JSON.parse(text) as unknown) : text];
    }),
  );
}

/** A person who agreed to everything, was answered, said something about it, and was tracked. */
export async function knownPerson(
  world: World,
  server: Person,
  name: string,
  words: string,
): Promise<Person> {
  const person = await world.endUser(server, name);
  for (const purpose of ['TRAINING', 'ANALYTICS']) {
    const input = { purpose, granted: true };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', input, '__typename');
  }
  const { feedbackToken } = await answer(person);
  await submit(person, { feedbackToken, kind: 'TEXT', text: words });
  const events = [{ id: `visit-${name}`, name: 'visit', value: 1 }];
  await person.client.mutate('track', 'TrackInput!', { events }, 'accepted');
  await world.app.drainEvents();
  return person;
}

/** Runs a job that is otherwise on a schedule. */
export async function run(world: World, kind: string): Promise<void> {
  const { database, jobs } = world.app.platform;
  await database.unitOfWork.run(SERVICE, () => jobs.enqueue(kind, {}));
  await world.settle();
}

/** One attempt of a job, outside the queue. @throws what it fails with. */
export async function runNow({ app }: World, kind: string): Promise<void> {
  const jobs = app.modules.manifests.flatMap((manifest) => manifest.jobs ?? []);
  const { signal } = new AbortController();
  const attempt = { jobId: 'job_test', attempt: 1, isLastAttempt: false, signal, pause: signal };
  const { run: act } = jobs.find((job) => job.kind === kind)!;
  await act({} as never, { ...attempt, progress: async () => undefined });
}

export function rowsOf(world: World, sql: string, values: readonly unknown[]): Promise<number> {
  return count(world, `select count(*)::int as count ${sql}`, values);
}

/** How many rows still say something about the person. */
export async function contentsOf(world: World, { id }: Person) {
  const words = 'and (text is not null or correction is not null)';
  return {
    payloads: await rowsOf(world, 'from inferences where end_user_id = $1 and payload is not null', [id]),
    words: await rowsOf(world, `from feedback where end_user_id = $1 ${words}`, [id]),
    tracked: await rowsOf(world, 'from metric_events where end_user_id = $1', [id]),
    consents: await rowsOf(world, 'from consent_states where end_user_id = $1', [id]),
  };
}

/** Names of the blobs that are stored. */
export function blobsOf({ dataDir }: World): string[] {
  return fs
    .readdirSync(path.join(dataDir, 'blobs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}$/.test(name));
}
