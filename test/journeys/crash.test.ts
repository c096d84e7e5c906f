/** `kill -9` in the middle of things: the next start goes on, and nothing is lost or done twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { wagesData } from '../../src/app/demo/demo-data';
import { GraphqlClient } from '../support/client';

const ROOT = path.resolve(__dirname, '../..');
jest.setTimeout(180_000);

let folder: string;
let server: ChildProcess | undefined;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-crash-'));
  fs.chmodSync(folder, 0o755);
});
afterAll(async () => {
  await end('SIGINT');
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

function start(): Promise<{ url: string; output: string }> {
  const child = spawn(process.execPath, ['--require', '@swc-node/register', 'src/main.ts', 'serve'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, FLYWHEEL_DATA_DIR: path.join(folder, 'data'), FLYWHEEL_PORT: '0' },
  });
  server = child;
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (data: Buffer): void => {
      output += data.toString();
      if (output.includes('Ctrl-C')) resolve({ url: /(http:\S+)\/graphql/.exec(output)![1]!, output });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`exit ${code}: ${output}`)));
  });
}

function end(signal: NodeJS.Signals): Promise<void> {
  const child = server;
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

async function until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface JobState {
  readonly status: string;
  readonly progress: number;
  readonly result: { readonly id: string } | null;
}

const jobState = async (client: GraphqlClient, id: string): Promise<JobState> =>
  (
    await client.ask<{ node: JobState }>(
      'query($id: ID!) { node(id: $id) { ... on Job { status progress result { id } } } }',
      { id },
    )
  ).node;

test('a training that was killed with everything else runs again after the next start and makes one version', async () => {
  const first = await start();
  const [, email, oneTime] = /Staff +(\S+) \/ (\S+)/.exec(first.output)!;
  const tokens = 'session { accessToken refreshToken }';
  interface Tokens {
    session: { accessToken: string; refreshToken: string };
  }
  const signedIn = await new GraphqlClient(first.url).mutate<Tokens>(
    'signIn',
    'SignInInput!',
    { email, password: oneTime },
    tokens,
  );
  const passwords = { current: oneTime, next: 'a better password' };
  const { session } = await new GraphqlClient(first.url, signedIn.session.accessToken).mutate<Tokens>(
    'passwordChange',
    'PasswordChangeInput!',
    passwords,
    tokens,
  );
  const staff = new GraphqlClient(first.url, session.accessToken);

  const data = await wagesData();
  const upload = await fetch(`${first.url}/uploads`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${session.accessToken}` },
    body: data.csv,
  });
  const { uploadId } = (await upload.json()) as { uploadId: string };
  const { job } = await staff.mutate<{ job: { id: string } }>(
    'datasetUpload',
    'DatasetUploadInput!',
    { uploadId, name: 'wages', label: data.label, labelRule: data.labelRule },
    'job { id }',
  );
  const datasetVersionId = await until(
    async () => (await jobState(staff, job.id)).result?.id,
    'the data set',
  );
  const training = {
    datasetVersionId,
    modelName: 'wages',
    recipe: { kind: 'DENSE_NETWORK', epochs: 150 },
    idempotencyKey: 'once',
  };
  const create = (client: GraphqlClient) =>
    client.mutate<{ trainingJob: { id: string; job: { id: string } } }>(
      'trainingJobCreate',
      'TrainingJobCreateInput!',
      training,
      'trainingJob { id job { id } }',
    );
  const { trainingJob } = await create(staff);
  await until(
    async () => ((await jobState(staff, trainingJob.job.id)).progress > 0.02 ? true : undefined),
    'the first epochs',
  );
  await end('SIGKILL');

  const second = await start();
  const after = new GraphqlClient(second.url, session.accessToken);
  const again = await create(after);
  expect(again.trainingJob.id).toBe(trainingJob.id);
  const versionId = await until(async () => {
    const { status, result } = await jobState(after, trainingJob.job.id);
    if (status === 'FAILED') throw new Error('the training failed');
    return result?.id;
  }, 'the training to run again');
  const { models } = await after.ask<{ models: { nodes: { versions: { nodes: { id: string }[] } }[] } }>(
    '{ models { nodes { versions { nodes { id } } } } }',
  );
  expect(models.nodes.flatMap(({ versions }) => versions.nodes)).toEqual([{ id: versionId }]);
});
