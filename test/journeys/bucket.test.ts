/** Two machines that share a database and a bucket and no folder: what one was given and learned, the other serves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startApp } from '../../src/app/app';
import { deployed } from '../deployments/support';
import { GraphqlClient } from '../support/client';
import { testConfig } from '../support/config';
import { FakeS3 } from '../support/fake-s3';
import { type Person, startWorld, type World } from '../support/world';
import { importWages, train, upload } from '../training/wages';

const ROOT = path.resolve(__dirname, '../..');
const ROW = {
  education: 12,
  south: 0,
  gender: 'female',
  experience: 10,
  union: 1,
  age: 30,
  race: 'white',
  occupation: 'other',
  sector: 'other',
  married: 1,
};

/** Another machine: a process with a data folder of its own. */
class Machine {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-machine-'));
  private child: ChildProcess | undefined;
  output = '';

  run(command: string, env: Record<string, string>): Promise<number | null> {
    const { PATH } = process.env;
    const args = ['--require', './src/typescript-hook.cjs', 'src/main.ts', command];
    this.output = '';
    this.child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { PATH, FLYWHEEL_DATA_DIR: this.folder, FLYWHEEL_PORT: '0', ...env },
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.on('data', (data: Buffer) => (this.output += data.toString()));
    return once(this.child, 'exit').then(([code]) => code as number | null);
  }

  async remove(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  get files(): string[] {
    return fs.readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
  }
}

let fake: FakeS3;
let cache: string;
let world: World;
let staff: Person;
let machine: Machine;
/** What the model of the first test answers. */
let outputs: unknown;
beforeAll(async () => {
  fake = await FakeS3.start();
  cache = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-cache-'));
  // What is refused on purpose would stand between the lines of the tests.
  world = await startWorld({ blobs: fake.config(cache), logLevel: 'silent' });
  staff = await world.staff();
});
beforeEach(() => void (machine = new Machine()));
afterEach(async () => {
  await machine.remove();
  fake.calm();
});
afterAll(async () => {
  await world?.close();
  await fake.close();
  fs.rmSync(cache, { recursive: true, force: true });
});

const settings = (): Record<string, string> => ({
  ...fake.environment(),
  DATABASE_URL: world.databaseUrl,
  FLYWHEEL_MASTER_KEY: testConfig(world.dataDir).masterKey!,
  FLYWHEEL_SCHEDULE: 'false',
});

interface Answer {
  readonly inference: { readonly outputs: unknown };
}

test('a data set that was uploaded and a model that was trained on one machine are served by another', async () => {
  const owner = await world.customer();
  const key = await world.apiKey(owner);
  const datasetVersionId = await importWages(world, staff);
  const { result } = await train(world, staff, { datasetVersionId, recipe: { kind: 'LINEAR', epochs: 2 } });
  await deployed(world, staff, 'wages', [{ versionId: result!.id }]);
  const ask = (client: GraphqlClient): Promise<Answer> =>
    client.mutate<Answer>(
      'predict',
      'PredictInput!',
      { deployment: 'wages', rows: ROW },
      'inference { outputs }',
    );
  const here = await ask(key.client);
  outputs = here.inference.outputs;
  expect(fs.existsSync(path.join(world.dataDir, 'blobs'))).toBe(false);
  const names = [...fake.objects.keys()];
  expect(names.length).toBeGreaterThanOrEqual(4);
  expect(names.every((name) => /^blobs\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(name))).toBe(true);

  let hasEnded = false;
  void machine.run('serve', settings()).then(() => (hasEnded = true));
  await world.until(async () => {
    if (hasEnded) throw new Error(machine.output);
    return machine.output.includes('Ctrl-C');
  }, 'the other machine to start');
  const url = /(http:\S+)\/graphql/.exec(machine.output)![1]!;
  const there = await ask(new GraphqlClient(url, key.credential));
  expect(there.inference.outputs).toEqual(here.inference.outputs);
  expect(machine.files).not.toContain('blobs');
  expect(machine.files).not.toContain('master.key');
});

test('a process that starts while the bucket is away serves what it has copies of', async () => {
  const key = await world.apiKey(await world.customer());
  fake.trouble({ status: 503, code: 'SlowDown' }, 10_000);
  const config = testConfig(world.dataDir, { blobs: fake.config(cache), logLevel: 'silent' });
  const app = await startApp({ config, databaseUrl: world.databaseUrl, clock: world.clock });
  try {
    const input = { deployment: 'wages', rows: ROW };
    const { inference } = await new GraphqlClient(app.url, key.credential).mutate<Answer>(
      'predict',
      'PredictInput!',
      input,
      'inference { outputs }',
    );
    expect(inference.outputs).toEqual(outputs);
  } finally {
    await app.close();
  }
});

test('doctor tells that the bucket answers and masks its keys, and a start that it refuses is told why', async () => {
  expect(await machine.run('doctor', settings())).toBe(0);
  expect(machine.output).toMatch(/ok {4}Blobs\n +the bucket flywheel-test answers at http:/);
  expect(machine.output).toMatch(/S3_SECRET_ACCESS_KEY = \(set\)/);
  expect(machine.output).not.toContain(settings().S3_SECRET_ACCESS_KEY);
  const elsewhere = { ...settings(), S3_BUCKET: 'not-there' };
  expect(await machine.run('serve', elsewhere)).toBe(1);
  // On a busy machine lines about a database that answers slowly stand before it.
  expect(machine.output).toMatch(/^There is no bucket not-there at \S+: make it, or set S3_BUCKET[^\n]+\n$/m);
  expect(machine.output).not.toMatch(/^ +at /m);
});

test('an upload while the bucket is away is refused and leaves nothing, and goes through when it is back', async () => {
  fake.trouble({ status: 403, code: 'AccessDenied' }, 1, ({ method }) => method === 'PUT');
  const before = fake.objects.size;
  const refused = await upload(world, staff.credential, 'a,b\n1,2\n');
  expect([refused.status, fake.objects.size]).toEqual([502, before]);
  expect(await refused.json()).toMatchObject({ error: { code: 'UPSTREAM_FAILED' } });
  expect((await upload(world, staff.credential, 'a,b\n1,2\n')).status).toBe(201);
});
