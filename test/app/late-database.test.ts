/** A start before its database: it waits, says so, and runs when the database comes; or it is ended, or gives up. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/database';
import { databaseUrl } from '../support/cluster';

const ROOT = path.resolve(__dirname, '../..');
const WAIT_MS = 50_000;

class Product {
  output = '';
  readonly ended: Promise<number | null>;
  private readonly process: ChildProcess;

  constructor(command: 'serve' | 'work', env: Record<string, string>) {
    const { PATH } = process.env;
    const args = ['--require', './src/typescript-hook.cjs', 'src/main.ts', command];
    this.process = spawn(process.execPath, args, { cwd: ROOT, env: { PATH, ...env } });
    this.process.stdout!.on('data', (data: Buffer) => (this.output += data.toString()));
    this.process.stderr!.on('data', (data: Buffer) => (this.output += data.toString()));
    this.ended = once(this.process, 'exit').then(([code]) => code as number | null);
  }

  stop(signal: NodeJS.Signals): Promise<number | null> {
    this.process.kill(signal);
    return this.ended;
  }

  /** @throws Error with what it said instead. */
  async says(words: RegExp): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!words.test(this.output)) {
      if (performance.now() > deadline || this.process.exitCode !== null)
        throw new Error(`it never said ${String(words)}: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-late-'));
  fs.chmodSync(folder, 0o755);
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

const settings = (url: string, more: Record<string, string> = {}): Record<string, string> => ({
  DATABASE_URL: url,
  FLYWHEEL_DATA_DIR: path.join(folder, 'data'),
  FLYWHEEL_MASTER_KEY: '07'.repeat(32),
  FLYWHEEL_PORT: '0',
  ...more,
});

const answer = async (url: string): Promise<[number, unknown]> => {
  const response = await fetch(url);
  return [response.status, await response.json()];
};

/** The server and its backends. */
function processesOf({ pid }: EmbeddedPostgres): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  return [pid, ...pairs.filter(([, parent]) => parent === pid).map(([child]) => child!)];
}

test('a service and a worker wait for a database that comes later, and are not ready before they said who may sign in, nor while the database stands still', async () => {
  const files = path.join(folder, 'postgres');
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ folder: files, durable: false });
  const { port } = server;
  const admin = new Client({ connectionString: server.url('postgres') });
  await admin.connect();
  await admin.query('create database flywheel');
  await admin.end();
  const url = server.url('flywheel');
  await server.stop();

  const own = await freePort();
  const service = new Product('serve', settings(url, { FLYWHEEL_PORT: String(own) }));
  const here = `http://127.0.0.1:${own}`;
  try {
    await service.says(/is tried again for \d+ s more/);
    expect(service.output).toContain(`The database server at 127.0.0.1:${port} cannot be reached (`);
    expect(service.output).not.toContain(new URL(url).password);
    expect(await answer(`${here}/healthz`)).toEqual([200, { status: 'ok' }]);
    for (const asked of ['/readyz', '/readyz?probe=1'])
      expect(await answer(`${here}${asked}`)).toEqual([503, { status: 'not ready', reasons: ['database'] }]);
    expect(await answer(`${here}/graphql`)).toMatchObject([
      503,
      { errors: [{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1000 } }] },
    ]);
    const worker = new Product('work', settings(url, { FLYWHEEL_PUBLIC_URL: here }));
    try {
      await worker.says(/is tried again for \d+ s more/);
      server = await startEmbeddedPostgres({ folder: files, durable: false, port });
      // Between two listeners at the address there is nobody.
      while ((await answer(`${here}/readyz`).catch(() => [503]))[0] !== 200)
        await new Promise((resolve) => setImmediate(resolve));
      expect(service.output).toMatch(/Staff +\S+ \/ \S+/);
      await worker.says(/The worker is running/);
      expect(await answer(`${here}/readyz`)).toEqual([200, { status: 'ready', reasons: [] }]);
      const all = processesOf(server);
      for (const pid of all) process.kill(pid, 'SIGSTOP');
      try {
        const probes = [1, 2, 3].map(() => answer(`${here}/readyz`));
        for (const probe of await Promise.all(probes))
          expect(probe).toEqual([503, { status: 'not ready', reasons: ['database'] }]);
      } finally {
        for (const pid of all) process.kill(pid, 'SIGCONT');
      }
      expect(await answer(`${here}/readyz`)).toEqual([200, { status: 'ready', reasons: [] }]);
    } finally {
      expect(await worker.stop('SIGTERM')).toBe(0);
    }
  } finally {
    expect(await service.stop('SIGINT')).toBe(0);
    await server.stop();
  }
});

test('a start that waits is ended by a signal at once', async () => {
  const url = `postgres://me:secret@127.0.0.1:${await freePort()}/flywheel`;
  // Longer than any test may take.
  const env = settings(url, { DATABASE_WAIT_SECONDS: '3600', FLYWHEEL_PORT: String(await freePort()) });
  const service = new Product('serve', env);
  await service.says(/is tried again for \d+ s more/);
  expect(await service.stop('SIGTERM')).toBe(130);
});

test('a start waits no longer than it was told, and leaves its address', async () => {
  const url = `postgres://me:secret@127.0.0.1:${await freePort()}/flywheel`;
  const env = settings(url, { DATABASE_WAIT_SECONDS: '1', FLYWHEEL_PORT: String(await freePort()) });
  const service = new Product('serve', env);
  expect(await service.ended).toBe(1);
  expect(service.output).toMatch(
    // On a busy machine the time may be over before there was anything to tell of the waiting.
    /^The database server at \S+ cannot be reached \([^)]+\): start it, [^\n]+\n$/m,
  );
  expect(service.output).not.toContain('secret');
});

test('a wrong password is not waited for', async () => {
  const url = new URL(databaseUrl('postgres'));
  url.password = 'wrong';
  const service = new Product('serve', settings(url.href));
  expect(await service.ended).toBe(1);
  expect(service.output).toMatch(/^The database server at \S+ does not let postgres in [^\n]+\n$/);
});
