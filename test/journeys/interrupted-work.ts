/** Work of staff that a crash finds in its middle: an import that is writing its table, and a canary between two steps. */
import fs from 'node:fs';
import path from 'node:path';
import type { RunningProduct } from './running-product';
import { until } from './running-product';

/** Enough for an import to be caught while it writes. */
export const ROWS = 120_000;
/** Bytes of a draft that only a table reaches; checkpoints and artefacts are smaller. */
const TABLE_BYTES = 200_000;
const STEPS = [5, 10, 20, 40, 60, 80, 100];

async function beginImport(product: RunningProduct, staff: string): Promise<string> {
  const rows = Array.from({ length: ROWS }, (_, row) => `${row},${row % 97},${row % 2}`);
  const { uploadId } = await product.upload(staff, `id,a,y\n${rows.join('\n')}\n`);
  const { job } = await product
    .client(staff)
    .mutate<{ job: { id: string } }>(
      'datasetUpload',
      'DatasetUploadInput!',
      { uploadId, name: 'interrupted', label: 'y' },
      'job { id }',
    );
  return job.id;
}

/** Begins an import and waits until it writes its table. Answers the id of the job. */
export async function importUnderWay(product: RunningProduct, staff: string): Promise<string> {
  const jobId = await beginImport(product, staff);
  const isTable = (name: string): boolean => {
    const file = fs.statSync(path.join(product.blobsFolder, name), { throwIfNoEntry: false });
    return file !== undefined && file.size > TABLE_BYTES;
  };
  await until(async () => drafts(product).some(isTable) || undefined, 'the import to write its table');
  return jobId;
}

/** Files of the blob store that somebody began to write. */
export function drafts({ blobsFolder }: RunningProduct): string[] {
  return fs.readdirSync(blobsFolder).filter((name) => name.startsWith('draft-'));
}

interface Canary {
  readonly state: string;
  readonly step: number;
  readonly weight: number;
}

export interface Tried {
  readonly version: number;
  readonly canary: Canary;
  readonly history: { readonly nodes: readonly { readonly move: string }[] };
}

/** A deployment of its own with a canary at its first step. Answers the id of the deployment. */
export async function beginCanary(
  product: RunningProduct,
  staff: string,
  [baseline, candidate]: readonly [string, string],
): Promise<string> {
  const client = product.client(staff);
  const { deployment } = await client.mutate<{ deployment: { id: string } }>(
    'deploymentCreate',
    'DeploymentCreateInput!',
    { name: 'tried', routes: [{ versionId: baseline, weight: 100 }] },
    'deployment { id }',
  );
  const { id } = deployment;
  const canary = { id, versionId: candidate, steps: STEPS, answerSeconds: 86_400 };
  await client.mutate('deploymentCanaryStart', 'DeploymentCanaryStartInput!', canary, 'deployment { id }');
  return id;
}

export async function tried(product: RunningProduct, staff: string, id: string): Promise<Tried> {
  const query = `query ($id: ID!) { deployment(by: { id: $id }) {
    version canary { state step weight } history(first: 50) { nodes { move } } } }`;
  return (await product.client(staff).ask<{ deployment: Tried }>(query, { id })).deployment;
}

/** Sends it to its next step; who is killed meanwhile does not hear what came of it. */
export async function stepOn(product: RunningProduct, staff: string, id: string): Promise<void> {
  const input = { id, reason: 'as agreed' };
  await product
    .client(staff)
    .mutate('deploymentCanaryPromote', 'DeploymentCanaryActInput!', input, 'deployment { id }');
}

/** The history says of each step once how the canary came to where it stands. */
export function expectEachStepOnce({ version, canary, history }: Tried): void {
  const moves = history.nodes.map(({ move }) => move).reverse();
  const stepped = Array.from({ length: canary.step - 1 }, (_, at) =>
    at + 2 === STEPS.length ? 'CANARY_COMPLETED' : 'CANARY_STEPPED',
  );
  expect(moves).toEqual(['CREATED', 'CANARY_STARTED', ...stepped]);
  expect(version).toBe(moves.length);
  expect(canary.weight).toBe(STEPS[canary.step - 1]);
}
