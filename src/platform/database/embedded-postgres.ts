/**
 * A real PostgreSQL from the npm package: initialises a data folder, starts the server on a free loopback port, takes
 * over one that a killed process left running, starts it again when it is killed itself, and stops it. As root the server
 * runs as `postgres` or `nobody`, because PostgreSQL refuses uid 0. Every refusal is one sentence that says what to do.
 */
import { randomBytes } from 'node:crypto';
import { spawn, type SpawnOptions } from 'node:child_process';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresGuard, type GuardListener } from './embedded-postgres-guard';
import {
  chooseUser,
  EmbeddedPostgresError,
  isReachable,
  linkedFolder,
  nativeFolder,
  removeCluster,
  type SystemUser,
} from './embedded-postgres-files';
import { socketSettings, throughSocket } from './embedded-postgres-socket';

export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  /** Connection string of a database of this cluster, as its superuser. */
  url(database: string): string;
  /** From now on it is started again when its process is gone. */
  guard(tell: GuardListener): void;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly folder: string;
  /** False in tests only: a crash of the machine may then lose data. */
  readonly durable?: boolean;
  /** In tests only: where it listens; a free one unless told. */
  readonly port?: number;
}

const MAJOR_VERSION = '18';
const START_TIMEOUT_MS = 60_000;
const WAL_FILE_BYTES = 16 * 1024 * 1024;
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'max_connections=200',
  'log_min_messages=warning',
  // Made for discs that turn, the default of 4 reads whole tables where an index would do.
  'random_page_cost=1.1',
];
const NOT_DURABLE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

export async function startEmbeddedPostgres({
  folder,
  durable = true,
  port: wanted,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = chooseUser();
  const binaries = nativeFolder(user);
  const spawnAs: SpawnOptions = { ...user, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, cwd: '/' };
  if (!fs.existsSync(path.join(folder, 'PG_VERSION')))
    await initialise(folder, user, binaries, spawnAs, durable);
  assertVersion(folder);
  const password = fs.readFileSync(passwordFile(folder), 'utf8').trim();
  const provide = async (port: number): Promise<Server> =>
    (await survivor(folder)) ?? (await launch(folder, binaries, spawnAs, { durable, port }));
  let server = await provide(wanted ?? (await freePort()));
  const { port } = server;
  const socket = await throughSocket(folder, port);
  let guard: EmbeddedPostgresGuard | undefined;
  return {
    port,
    get pid() {
      return server.pid;
    },
    url: (database) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}${socket}`,
    guard: (tell) => {
      const start = async (): Promise<void> => void (server = await provide(port));
      guard = new EmbeddedPostgresGuard({ isRunning: () => isAlive(server.pid), start }, tell);
    },
    stop: async () => {
      await guard?.stop();
      await stopServer(server.pid);
    },
  };
}

/** The connection string of a server that already runs on this folder, without touching it; undefined when none does. */
export function runningEmbeddedPostgres(wanted: string, database: string): string | undefined {
  const folder = linkedFolder(wanted) ?? wanted;
  const server = readServer(folder);
  if (server?.status !== 'ready') return undefined;
  const password = fs.readFileSync(passwordFile(folder), 'utf8').trim();
  return `postgres://postgres:${password}@127.0.0.1:${server.port}/${database}`;
}

/** Stops the server that a killed process left on this folder, and removes the cluster, wherever it lies. */
export async function removeEmbeddedPostgres(wanted: string): Promise<void> {
  const server = await survivor(linkedFolder(wanted) ?? wanted);
  if (server) await stopServer(server.pid);
  removeCluster(wanted);
}

const passwordFile = (folder: string): string => `${folder}.password`;

/** Builds the cluster beside its place and renames it, so that an interrupted start never leaves a half-made folder. */
async function initialise(
  folder: string,
  user: SystemUser,
  binaries: string,
  spawnAs: SpawnOptions,
  durable: boolean,
): Promise<void> {
  const draft = `${folder}.init-${process.pid}`;
  const secret = `${draft}.password`;
  // The parents stay open to be entered (the server's user may be another), the cluster itself does not.
  fs.mkdirSync(path.dirname(draft), { recursive: true, mode: 0o755 });
  removeDrafts(folder);
  fs.mkdirSync(draft, { mode: 0o700 });
  try {
    fs.writeFileSync(secret, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (user.uid !== undefined) {
      if (!isReachable(path.dirname(draft), user)) {
        throw new EmbeddedPostgresError(
          `PostgreSQL cannot run as root and user ${user.uid} cannot reach ${folder}: set FLYWHEEL_DATA_DIR to a folder whose parents everyone may enter.`,
        );
      }
      fs.chownSync(draft, user.uid, user.gid!);
      fs.chownSync(secret, user.uid, user.gid!);
    }
    const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const access = ['-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${secret}`];
    await run(
      path.join(binaries, 'bin/initdb'),
      ['-D', draft, ...access, ...locale, '--no-instructions', ...(durable ? [] : ['--no-sync'])],
      spawnAs,
    );
    if (user.uid !== undefined) fs.chownSync(secret, process.getuid!(), process.getgid!());
    fs.renameSync(secret, passwordFile(folder));
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    fs.rmSync(secret, { force: true });
    throw error;
  }
}

/** What a start that was killed left half made. */
function removeDrafts(folder: string): void {
  for (const name of fs.readdirSync(path.dirname(folder))) {
    if (name.startsWith(`${path.basename(folder)}.init-`))
      fs.rmSync(path.join(path.dirname(folder), name), { recursive: true, force: true });
  }
}

function assertVersion(folder: string): void {
  const version = fs.readFileSync(path.join(folder, 'PG_VERSION'), 'utf8').trim();
  if (version === MAJOR_VERSION) return;
  throw new EmbeddedPostgresError(
    `The data folder ${folder} was made by PostgreSQL ${version}, and this is ${MAJOR_VERSION}: dump it with the old version and load it, or choose another FLYWHEEL_DATA_DIR.`,
  );
}

interface Server {
  readonly pid: number;
  readonly port: number;
  /** As postmaster.pid says it: starting, stopping, ready or standby. */
  readonly status: string | undefined;
  /** Its binaries were removed under it, as a new `npm ci` does: it cannot be relied upon. */
  readonly uprooted: boolean;
}

/** The server that runs on this folder, whoever started it; undefined when none does. */
function readServer(folder: string): Server | undefined {
  try {
    const lines = fs.readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    process.kill(pid, 0);
    const program = process.platform === 'linux' ? fs.readlinkSync(`/proc/${pid}/exe`) : 'postgres';
    if (!/postgres( \(deleted\))?$/.test(program)) return undefined;
    return {
      pid,
      port: Number(lines[3]),
      status: lines[7]?.trim(),
      uprooted: program.endsWith('(deleted)'),
    };
  } catch {
    return undefined;
  }
}

/** A server that outlived the process which started it: taken over once it is ready, awaited while it stops. */
async function survivor(folder: string): Promise<Server | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (let server = readServer(folder); server; server = readServer(folder)) {
    if (server.uprooted) await stopServer(server.pid);
    else if (server.status === 'ready') return server;
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `The database server (process ${server.pid}) on ${folder} is ${server.status ?? 'starting'} and does not get ready: look into ${folder}.log.`,
      );
    }
    await delay(15);
  }
  return undefined;
}

async function launch(
  folder: string,
  binaries: string,
  spawnAs: SpawnOptions,
  { durable, port }: { readonly durable: boolean; readonly port: number },
): Promise<Server> {
  const chosen = [...SETTINGS, ...(await socketSettings(folder, port)), ...(durable ? [] : NOT_DURABLE)];
  const settings = chosen.flatMap((setting) => ['-c', setting]);
  const logFile = `${folder}.log`;
  // A file, not a pipe: the server must outlive a killed parent. Detached: Ctrl-C is for the parent, which stops it in order.
  const log = fs.openSync(logFile, 'w', 0o600);
  const child = spawn(path.join(binaries, 'bin/postgres'), ['-D', folder, '-p', String(port), ...settings], {
    ...spawnAs,
    stdio: ['ignore', log, log],
    detached: true,
  });
  fs.closeSync(log);
  child.unref();
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  child.once('exit', (code) => (failure ??= new Error(`exit code ${code}`)));
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!failure && performance.now() < deadline) {
    const running = readServer(folder);
    if (running?.pid === child.pid && running?.status === 'ready') return running;
    await delay(15);
  }
  // Its own words may have found no room either.
  const words = isFull(folder)
    ? 'there is no room left on its disk. Make room, and start again.'
    : fs.readFileSync(logFile, 'utf8').trim().split('\n').slice(-3).join(' ');
  throw new EmbeddedPostgresError(
    `PostgreSQL did not start on ${folder} (${failure?.message ?? 'timeout'}): ${words}`,
  );
}

/** Without room for one more file of its write-ahead log no server starts. */
function isFull(folder: string): boolean {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize < WAL_FILE_BYTES;
}

/** SIGINT is PostgreSQL's fast shutdown: open transactions roll back, everything committed is kept. */
async function stopServer(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    return;
  }
  while (isAlive(pid)) await delay(10);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function run(file: string, args: string[], options: SpawnOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new EmbeddedPostgresError(`${path.basename(file)} failed with code ${code}: ${output.trim()}`),
          ),
    );
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
