/** `npm start` as a newcomer meets it: one process on an embedded database, started, stopped, killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { GraphqlClient } from '../support/client';
import { cloneDatabase, databaseUrl } from '../support/cluster';
import { testConfig } from '../support/config';
import { FakeVault } from '../support/fake-key-service';

const ROOT = path.resolve(__dirname, '../..');
/** On a machine with no time for it a server that is there is waited for, and that is told before what counts. */
const WITHOUT_WAITING = { FLYWHEEL_LOG_LEVEL: 'error' };
const STARTUP_MS = 60_000;

interface Run {
  readonly process: ChildProcess;
  readonly output: string;
  readonly url: string;
}

let folder: string;
const running = new Set<ChildProcess>();

const newFolder = (): void => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-serve-'));
  fs.chmodSync(folder, 0o755);
};
const removeFolder = async (): Promise<void> => {
  for (const child of running) await stop(child, 'SIGINT');
  const postmaster = path.join(folder, 'data/postgres/postmaster.pid');
  if (fs.existsSync(postmaster))
    process.kill(Number(fs.readFileSync(postmaster, 'utf8').split('\n')[0]), 'SIGINT');
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
};

/** Starts the product; answers when it has printed its last line, or rejects with what it said when it ends before. */
function start(env: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, ['--require', './src/typescript-hook.cjs', 'src/main.ts', 'serve'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, FLYWHEEL_DATA_DIR: path.join(folder, 'data'), FLYWHEEL_PORT: '0', ...env },
  });
  running.add(child);
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no start within ${STARTUP_MS} ms: ${output}`)),
      STARTUP_MS,
    );
    const read = (data: Buffer): void => {
      output += data.toString();
      if (!output.includes('Ctrl-C')) return;
      clearTimeout(timer);
      resolve({ process: child, output, url: /(http:\S+)\/graphql/.exec(output)![1]! });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      running.delete(child);
      clearTimeout(timer);
      reject(new Error(`exit ${code}: ${output}`));
    });
  });
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + STARTUP_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const signUp = (url: string, email: string) =>
  new GraphqlClient(url).mutate<{ session: { accessToken: string } }>(
    'signUp',
    'SignUpInput!',
    { organisation: 'Kept', email, password: 'correct horse battery' },
    'session { accessToken }',
  );
const signIn = (url: string, email: string) =>
  new GraphqlClient(url).attempt('signIn', 'SignInInput!', { email, password: 'correct horse battery' });

describe('the life of one installation', () => {
  let present: Run;
  beforeAll(async () => {
    newFolder();
    present = await start();
  });
  afterAll(removeFolder);

  test('a first start tells in at most 20 lines where to go, who may sign in, and which engine runs and why', () => {
    const { output } = present;
    expect(output.trim().split('\n').length).toBeLessThanOrEqual(20);
    expect(output).toMatch(/GraphQL +http:\/\/127\.0\.0\.1:\d+\/graphql/);
    expect(output).toMatch(/Engine +\S+/);
    expect(output).toMatch(/Staff +\S+@\S+ \/ \S+/);
    expect(output).toContain(path.join(folder, 'data'));
  });

  test('a second process on the same data folder is refused in one sentence', async () => {
    await expect(start()).rejects.toThrow(/^exit 1: Process \d+ is already using the data folder [^\n]+\n$/);
  });

  test('Ctrl-C ends everything in order; what was committed is there after it, and the first login is shown once', async () => {
    await signUp(present.url, 'one@kept.test');
    expect(await stop(present.process, 'SIGINT')).toBe(0);
    expect(fs.existsSync(path.join(folder, 'data/postgres/postmaster.pid'))).toBe(false);

    present = await start();
    expect(present.output).not.toMatch(/Staff/);
    expect((await signIn(present.url, 'one@kept.test')).errors).toEqual([]);
  });

  test('what was committed is there after kill -9', async () => {
    await signUp(present.url, 'two@kept.test');
    await stop(present.process, 'SIGKILL');

    present = await start();
    expect((await signIn(present.url, 'two@kept.test')).errors).toEqual([]);
    expect(await stop(present.process, 'SIGTERM')).toBe(0);
  });
});

describe('a start on a new data folder', () => {
  beforeEach(newFolder);
  afterEach(removeFolder);

  test('a busy port is refused in one sentence that says what to do', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start({ FLYWHEEL_PORT: String(port) })).rejects.toThrow(
      `exit 1: Port ${port} is in use: stop the other program, or set FLYWHEEL_PORT.\n`,
    );
    other.close();
  });

  test('a data folder of another PostgreSQL version is refused in one sentence', async () => {
    fs.mkdirSync(path.join(folder, 'data/postgres'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'data/postgres/PG_VERSION'), '15\n');
    await expect(start()).rejects.toThrow(
      /^exit 1: The data folder \S+ was made by PostgreSQL 15, and this is 18: [^\n]+\n$/,
    );
  });

  test('Ctrl-C during the start, passed on twice as npm does, ends everything that was begun', async () => {
    const starting = start();
    const [child] = running;
    const postmaster = path.join(folder, 'data/postgres/postmaster.pid');
    await until(() => fs.existsSync(postmaster));
    child!.kill('SIGINT');
    child!.kill('SIGINT');
    await expect(starting).rejects.toThrow(/^exit (0|130): $/);
    expect(fs.existsSync(postmaster)).toBe(false);
    expect(fs.existsSync(path.join(folder, 'data/instance.pid'))).toBe(false);
  });

  test('a start that is killed again and again before it listens is followed by one that works, with the first login', async () => {
    const made = (name: string) => (): boolean => fs.existsSync(path.join(folder, 'data', name));
    for (const milestone of ['postgres.password', 'postgres/postmaster.pid', 'first-login']) {
      const starting = start().catch(() => undefined);
      await until(made(milestone));
      await stop([...running][0]!, 'SIGKILL');
      await starting;
    }
    const { output, url } = await start();
    const [, email, password] = /Staff +(\S+) \/ (\S+)/.exec(output)!;
    const signedIn = await new GraphqlClient(url).attempt('signIn', 'SignInInput!', { email, password });
    expect(signedIn.errors).toEqual([]);
  });

  const elsewhere = (change: (url: URL) => void): string => {
    const url = new URL(databaseUrl('postgres'));
    change(url);
    return url.toString();
  };

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a database server that is not there',
      () => ({ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/flywheel', DATABASE_WAIT_SECONDS: '0' }),
      // A machine that is busy enough gives up before it hears of the refusal.
      /The database server at 127\.0\.0\.1:1 cannot be reached \((ECONNREFUSED|timeout expired)\): /,
    ],
    [
      'a wrong password',
      () => ({ ...WITHOUT_WAITING, DATABASE_URL: elsewhere((url) => (url.password = 'wrong')) }),
      /The database server at \S+ does not let postgres in \(password authentication failed/,
    ],
    [
      'a database that does not exist',
      () => ({ ...WITHOUT_WAITING, DATABASE_URL: elsewhere((url) => (url.pathname = '/nowhere')) }),
      /The database server at \S+ has no database nowhere: create it, /,
    ],
    [
      'a data folder that cannot be one',
      () => {
        fs.writeFileSync(path.join(folder, 'data'), 'a file');
        return {};
      },
      /The data folder \S+ cannot be written: set FLYWHEEL_DATA_DIR /,
    ],
    [
      'a damaged master key',
      () => {
        fs.mkdirSync(path.join(folder, 'data'));
        fs.writeFileSync(path.join(folder, 'data/master.key'), '');
        return {};
      },
      /The master key in \S+ is damaged: put its 64 hexadecimal digits back /,
    ],
    [
      'an address of another machine',
      () => ({ FLYWHEEL_HOST: '192.0.2.1' }),
      /The service cannot listen on 192\.0\.2\.1 \(EADDRNOTAVAIL\): set FLYWHEEL_HOST /,
    ],
  ])('%s is refused in one sentence', async (_what, env, sentence) => {
    const failure = await start(env()).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(failure).toMatch(sentence);
    expect(failure).toMatch(/^exit 1: [^\n]+\n$/);
  });

  // On a database that stands: to make one takes longer than all else here.
  test('a process with another master key than the database’s, a token that Vault refuses, and an engine that is forced and missing, are refused', async () => {
    const { url, drop } = await cloneDatabase();
    const vault = await new FakeVault().listen();
    const own = {
      ...WITHOUT_WAITING,
      DATABASE_URL: url,
      FLYWHEEL_MASTER_KEY: testConfig(folder).masterKey!,
    };
    try {
      await expect(start({ ...own, FLYWHEEL_MASTER_KEY: '08'.repeat(32) })).rejects.toThrow(
        /^exit 1: This database was written under another master key .*: set FLYWHEEL_MASTER_KEY to that of the other processes/,
      );
      const service = { ...vault.environment(), VAULT_TOKEN: 'hvs.guessed', FLYWHEEL_KEY_SERVICE: 'vault' };
      await expect(start({ ...own, ...service })).rejects.toThrow(
        /^exit 1: Vault at \S+ \(key transit\/flywheel\) does not let the token encrypt: check VAULT_TOKEN, (?!.*guessed)[^\n]+\n$/,
      );
      await expect(start({ ...own, FLYWHEEL_ENGINE: 'tensorflow-gpu' })).rejects.toThrow(
        /^exit 1: FLYWHEEL_ENGINE is tensorflow-gpu, but it does not work on this machine [^\n]+\n$/,
      );
    } finally {
      await vault.close();
      await drop();
    }
  });

  test('production does not start on the sandbox, where nobody would be charged', async () => {
    await expect(start({ FLYWHEEL_MODE: 'production' })).rejects.toThrow(/set STRIPE_SECRET_KEY and /);
  });

  test('a faulty setting is refused by name', async () => {
    await expect(start({ FLYWHEEL_PORT: 'eighty', FLYWHEEL_MODE: 'fast' })).rejects.toThrow(
      /FLYWHEEL_PORT: .*FLYWHEEL_MODE: /s,
    );
  });
});
