/** What the tests of curation share: a correction by someone who agreed, its acceptance, and the data that is gathered. */
import { predict } from '../inference/support';
import type { UserErrorData } from '../support/client';
import type { Person, World } from '../support/world';
import { ended, type JobState } from '../training/wages';
import { submit } from './support';

export interface Correction {
  readonly person: Person;
  readonly feedbackToken: string;
  readonly inferenceId: string;
  readonly feedbackId: string;
}

export async function consent(person: Person, granted: boolean, purpose = 'TRAINING'): Promise<void> {
  await person.client.mutate('consentRecord', 'ConsentRecordInput!', { purpose, granted }, '__typename');
}

/** A person of the customer agrees, asks, and says what would have been right. */
export async function corrected(
  world: World,
  owner: Person,
  asked: object,
  correction: unknown,
): Promise<Correction> {
  const person = await world.endUser(owner);
  await consent(person, true);
  return correctedBy(person, asked, correction);
}

export async function correctedBy(person: Person, asked: object, correction: unknown): Promise<Correction> {
  const { inference, feedbackToken } = await predict(person, asked);
  const { id } = await submit(person, { feedbackToken, kind: 'CORRECTION', correction });
  return { person, feedbackToken: feedbackToken!, inferenceId: inference!.id, feedbackId: id };
}

export interface Curation {
  readonly status: string;
  readonly rows: number;
  readonly acceptedAt: string;
  readonly acceptedBy: { readonly id: string } | null;
  readonly takenBackAt: string | null;
  readonly datasetVersions: readonly { readonly id: string }[];
  readonly modelVersions: readonly { readonly id: string }[];
}

export const CURATION =
  'curation { status rows acceptedAt acceptedBy { id } takenBackAt datasetVersions { id } modelVersions { id } }';

type Curated = { readonly feedback: { readonly id: string; readonly curation: Curation | null } | null };

export function curate({ client }: Pick<Person, 'client'>, id: string, act = 'feedbackCurate') {
  return client.attempt<Curated>(act, 'FeedbackCurateInput!', { id }, `feedback { id ${CURATION} }`);
}

export async function accepted(staff: Person, id: string): Promise<Curation> {
  const { payload, errors } = await curate(staff, id);
  expect(errors).toEqual([]);
  return payload.feedback!.curation!;
}

export async function refusal(staff: Person, id: string): Promise<UserErrorData> {
  const { errors } = await curate(staff, id);
  expect(errors).toHaveLength(1);
  return errors[0]!;
}

export async function curationOf(staff: Person, id: string): Promise<Curation | null> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Feedback { ${CURATION} } } }`;
  return (await staff.client.ask<{ node: { curation: Curation | null } }>(query, { id })).node.curation;
}

/** Gathers what was accepted, and answers how the job ended. */
export async function gather(
  world: World,
  staff: Person,
  input: object,
): Promise<JobState & { readonly jobId: string }> {
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'datasetGather',
    'DatasetGatherInput!',
    { name: 'gathered', ...input },
    'job { id }',
  );
  return { jobId: job.id, ...(await ended(world, staff, job.id)) };
}

/** The rows of a version of data as they are kept, by column. */
export async function tableOf(world: World, versionId: string): Promise<Record<string, unknown>[]> {
  const { servicePool } = world.app.platform.database;
  const { rows } = await servicePool.query<{ hash: string }>(
    'select table_hash as hash from dataset_versions where id = $1',
    [versionId],
  );
  const [head, ...lines] = (await world.app.platform.blobs.get(rows[0]!.hash)).toString().trim().split('\n');
  const { columns } = JSON.parse(head!) as { columns: { name: string }[] };
  return lines.map((line) => {
    const cells = JSON.parse(line) as unknown[];
    return Object.fromEntries(columns.map(({ name }, at) => [name, cells[at]]));
  });
}

/** What a request of the person is answered with, too. */
export async function affectedVersions(
  { client }: Pick<Person, 'client'>,
  { id }: Person,
): Promise<string[]> {
  const { dataRequest } = await client.mutate<{
    dataRequest: { affectedModelVersions: { id: string }[] };
  }>(
    'dataRequestCreate',
    'DataRequestCreateInput!',
    { kind: 'RECTIFICATION', endUserId: id },
    'dataRequest { affectedModelVersions { id } }',
  );
  return dataRequest.affectedModelVersions.map((version) => version.id);
}
