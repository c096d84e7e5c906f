/** The product as a process of its own on a data folder, for tests that kill it; and its people, as far as those tests need them. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { wagesData } from '../../src/app/demo/demo-data';
import { readConfig } from '../../src/platform/config';
import { removeEmbeddedPostgres, runningServer } from '../../src/platform/database';
import { GraphqlClient } from '../support/client';

const ROOT = path.resolve(__dirname, '../..');

export class RunningProduct {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-crash-'));
  private readonly dataDir = path.join(this.folder, 'data');
  readonly blobsFolder = path.join(this.dataDir, 'blobs');
  private process: ChildProcess | undefined;
  /** Free at the first start and kept: pages that were open before a crash are to be found after it. */
  private port = '0';
  url = '';

  constructor() {
    fs.chmodSync(this.folder, 0o755);
  }

  /** Answers what it printed. @throws Error with that, when it ends before it listens. */
  async start(): Promise<string> {
    const child = spawn(
      process.execPath,
      ['--require', './src/typescript-hook.cjs', 'src/main.ts', 'serve'],
      {
        cwd: ROOT,
        env: {
          PATH: process.env.PATH,
          FLYWHEEL_DATA_DIR: this.dataDir,
          FLYWHEEL_PORT: this.port,
          FLYWHEEL_GRAPHQL_RATE_LIMIT: 'false',
        },
      },
    );
    this.process = child;
    let output = '';
    return new Promise((resolve, reject) => {
      const read = (data: Buffer): void => {
        output += data.toString();
        if (!output.includes('Ctrl-C')) return;
        this.url = /(http:\S+)\/graphql/.exec(output)![1]!;
        this.port = new URL(this.url).port;
        resolve(output);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => reject(new Error(`exit ${code}: ${output}`)));
    });
  }

  end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }

  async remove(): Promise<void> {
    await this.end('SIGINT');
    // After a kill the server may have outlived it.
    await removeEmbeddedPostgres(path.join(this.dataDir, 'postgres'));
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  client(credential?: string): GraphqlClient {
    return new GraphqlClient(this.url, credential);
  }

  /** What the operator sees with SQL. */
  async sql<R extends object>(text: string): Promise<R[]> {
    const url = runningServer(readConfig({ FLYWHEEL_DATA_DIR: this.dataDir }).database);
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<R>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** The process of the database server. */
  async databasePid(): Promise<number> {
    const text = `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`;
    const [server] = await this.sql<{ pid: number }>(text);
    return server!.pid;
  }

  /** Signs the first member of staff in. Answers the access token, which outlives a restart. */
  async signInStaff(output: string): Promise<string> {
    const [, email, password] = /Staff +(\S+) \/ (\S+)/.exec(output)!;
    const first = await this.client().mutate<Tokens>('signIn', 'SignInInput!', { email, password }, TOKENS);
    const { session } = await this.client(first.session.accessToken).mutate<Tokens>(
      'passwordChange',
      'PasswordChangeInput!',
      { current: password, next: 'a better password' },
      TOKENS,
    );
    return session.accessToken;
  }

  async upload(credential: string, body: string): Promise<{ uploadId: string }> {
    const upload = await fetch(`${this.url}/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', authorization: `Bearer ${credential}` },
      body,
    });
    return (await upload.json()) as { uploadId: string };
  }

  /** Uploads the demo's data. Answers the id of the data set's version. */
  async uploadWages(credential: string): Promise<string> {
    const data = await wagesData();
    const { uploadId } = await this.upload(credential, data.csv);
    const { job } = await this.client(credential).mutate<{ job: { id: string } }>(
      'datasetUpload',
      'DatasetUploadInput!',
      { uploadId, name: 'wages', label: data.label, labelRule: data.labelRule },
      'job { id }',
    );
    return this.result(credential, job.id);
  }

  /** Asks for a training, once for each kind of recipe. Answers its id and that of its job. */
  async train(
    credential: string,
    datasetVersionId: string,
    recipe: { readonly kind: string; readonly epochs?: number },
  ): Promise<Training> {
    const input = { datasetVersionId, modelName: 'wages', recipe, idempotencyKey: recipe.kind };
    const { trainingJob } = await this.client(credential).mutate<{ trainingJob: Training }>(
      'trainingJobCreate',
      'TrainingJobCreateInput!',
      input,
      'trainingJob { id job { id } }',
    );
    return trainingJob;
  }

  async job(credential: string, id: string): Promise<JobState> {
    const query = 'query($id: ID!) { node(id: $id) { ... on Job { status progress result { id } } } }';
    return (await this.client(credential).ask<{ node: JobState }>(query, { id })).node;
  }

  /** Waits for a job. Answers the id of what it made. */
  async result(credential: string, jobId: string): Promise<string> {
    return until(async () => {
      const { status, result } = await this.job(credential, jobId);
      if (status === 'FAILED') throw new Error(`job ${jobId} failed`);
      return result?.id;
    }, `job ${jobId}`);
  }
}

export async function until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface Training {
  readonly id: string;
  readonly job: { readonly id: string };
}

interface JobState {
  readonly status: string;
  readonly progress: number;
  readonly result: { readonly id: string } | null;
}

const TOKENS = 'session { accessToken refreshToken }';
interface Tokens {
  readonly session: { readonly accessToken: string; readonly refreshToken: string };
}
