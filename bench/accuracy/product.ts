/**
 * The product as its operator has it, on a database of its own, asked over HTTP alone: what is measured came in by
 * `POST /uploads` and `datasetUpload`, and was trained by the job behind `trainingJobCreate`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type App, startApp } from '../../src/app/app';
import { GraphqlClient } from '../../src/app/demo/graphql-client';
import { readConfig } from '../../src/platform/config';
import { startEmbeddedPostgres } from '../../src/platform/database';

const EMAIL = 'operator@benchmark.test';
const PASSWORD = 'correct horse battery';
const POLL_MS = 200;
/** A session is good for longer, a training may take longer still. */
const SIGNED_IN_MS = 5 * 60_000;

export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  readonly n: number;
}

export interface Trained {
  readonly metrics: readonly Metric[];
  readonly epochs: readonly { readonly elapsedMs: number }[];
  readonly backend: string;
  readonly deviceMs: string;
}

export interface Upload {
  readonly csv: string;
  /** What `DatasetUploadInput` takes beside the file. */
  readonly input: object;
}

interface Tokens {
  readonly session: { readonly accessToken: string };
}

export class Product {
  private constructor(
    private readonly app: App,
    private staff: GraphqlClient,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(): Promise<Product> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') });
    const cleanUp = async (): Promise<void> => {
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    };
    try {
      const config = readConfig({
        FLYWHEEL_PORT: '0',
        FLYWHEEL_DATA_DIR: path.join(folder, 'data'),
        FLYWHEEL_LOG_LEVEL: 'error',
      });
      const app = await startApp({
        config: { ...config, rateLimits: false },
        databaseUrl: postgres.url('postgres'),
      });
      return new Product(app, await signedIn(app), cleanUp);
    } catch (error) {
      await cleanUp();
      throw error;
    }
  }

  /** Answers the id of the version of data. @throws Error with what the product says against the file. */
  async import({ csv, input }: Upload): Promise<string> {
    const response = await fetch(`${this.app.url}/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', authorization: `Bearer ${this.staff.credential}` },
      body: csv,
    });
    const { uploadId } = (await response.json()) as { uploadId: string };
    const { job } = await this.staff.mutate<{ job: { id: string } }>(
      'datasetUpload',
      'DatasetUploadInput!',
      { uploadId, ...input },
      'job { id }',
    );
    return (await this.ended(job.id)).id;
  }

  /** @throws Error with what the product says against the training. */
  async train(input: object): Promise<Trained> {
    const { trainingJob } = await this.staff.mutate<{ trainingJob: { job: { id: string } } }>(
      'trainingJobCreate',
      'TrainingJobCreateInput!',
      input,
      'trainingJob { job { id } }',
    );
    const { id } = await this.ended(trainingJob.job.id);
    const { node } = await this.staff.ask<{
      node: { metrics: Metric[]; trainingJob: Omit<Trained, 'metrics'> };
    }>(
      `query ($id: ID!) { node(id: $id) { ... on ModelVersion {
         metrics { name value interval n } trainingJob { backend deviceMs epochs { elapsedMs } } } } }`,
      { id },
    );
    return { metrics: node.metrics, ...node.trainingJob };
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.cleanUp();
  }

  private async ended(id: string): Promise<{ id: string }> {
    for (let signedInAt = performance.now(); ;) {
      if (performance.now() - signedInAt > SIGNED_IN_MS) {
        this.staff = await signedInWith(this.app.url, PASSWORD);
        signedInAt = performance.now();
      }
      const { node } = await this.staff.ask<{
        node: { status: string; error: { message: string } | null; result: { id: string } | null };
      }>('query ($id: ID!) { node(id: $id) { ... on Job { status error { message } result { id } } } }', {
        id,
      });
      if (node.result) return node.result;
      if (node.error) throw new Error(node.error.message);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

/** A member of staff who has changed the one-time password. */
async function signedIn({ url, modules }: App): Promise<GraphqlClient> {
  const { password } = await modules.identity.identity.createStaff(EMAIL, 'ADMIN');
  const { session } = await (
    await signedInWith(url, password)
  ).mutate<Tokens>(
    'passwordChange',
    'PasswordChangeInput!',
    { current: password, next: PASSWORD },
    'session { accessToken }',
  );
  return new GraphqlClient(url, session.accessToken);
}

async function signedInWith(url: string, password: string): Promise<GraphqlClient> {
  const input = { email: EMAIL, password };
  const { session } = await new GraphqlClient(url).mutate<Tokens>(
    'signIn',
    'SignInInput!',
    input,
    'session { accessToken }',
  );
  return new GraphqlClient(url, session.accessToken);
}
