/** Two API processes and a worker on one database, each started again as soon as it ends, and what may be done to them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/database';

const ROOT = path.resolve(__dirname, '../..');
const AGAIN_MS = 500;
const READY_MS = 120_000;
const HANG_MS = 15_000;
/** Connections that are cut at once. */
const CUT = 3;
const CUT_SOME = `select pg_terminate_backend(pid) from pg_stat_activity
  where pid <> pg_backend_pid() and backend_type = 'client backend' order by random() limit ${CUT}`;

export const FAULTS = [
  'a process is killed',
  'a process is told to end',
  'an engine is killed',
  'an engine hangs',
  'connections to the database are cut',
  'the database is killed',
] as const;
export type Fault = (typeof FAULTS)[number];

interface Member {
  readonly command: 'serve' | 'work';
  readonly port: number;
  child: ChildProcess | undefined;
}

export class House {
  private isClosing = false;

  private constructor(
    private readonly folder: string,
    private readonly postgres: EmbeddedPostgres,
    private readonly members: readonly Member[],
    readonly pool: Pool,
  ) {}

  static async open(): Promise<House> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') });
    postgres.guard(() => undefined);
    const members: Member[] = [];
    for (const command of ['serve', 'serve', 'work'] as const)
      members.push({ command, port: await freePort(), child: undefined });
    const pool = new Pool({ connectionString: postgres.url('postgres'), max: 2 });
    // A pool tells of connections that were cut while nobody used them.
    pool.on('error', () => undefined);
    const house = new House(folder, postgres, members, pool);
    try {
      for (const member of members) {
        house.start(member);
        // The first one migrates.
        if (member.command === 'serve') await house.ready(member);
      }
      return house;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  /** Of the API processes. */
  get urls(): readonly string[] {
    return this.members.filter(({ command }) => command === 'serve').map(urlOf);
  }

  /** @param draw a number in [0, 1). Says nothing of what cannot be done at this moment: whoever is hit may be down already. */
  async strike(fault: Fault, draw: number): Promise<void> {
    const { child } = this.members[Math.floor(draw * this.members.length)]!;
    switch (fault) {
      case 'a process is killed':
        return void child?.kill('SIGKILL');
      case 'a process is told to end':
        return void child?.kill('SIGTERM');
      case 'an engine is killed':
        return signal(engineOf(child), 'SIGKILL');
      case 'an engine hangs': {
        const engine = engineOf(child);
        signal(engine, 'SIGSTOP');
        setTimeout(() => signal(engine, 'SIGCONT'), HANG_MS).unref();
        return;
      }
      case 'connections to the database are cut':
        return void (await this.pool.query(CUT_SOME).catch(() => undefined));
      case 'the database is killed':
        return signal(this.postgres.pid, 'SIGKILL');
    }
  }

  /** Waits until both API processes answer again. */
  async whole(): Promise<void> {
    for (const member of this.members) if (member.command === 'serve') await this.ready(member);
  }

  async close(): Promise<void> {
    this.isClosing = true;
    for (const { child } of this.members) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    }
    await this.pool.end();
    await this.postgres.stop();
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  private start(member: Member): void {
    const { command, port } = member;
    const child = spawn(process.execPath, [...process.execArgv, 'src/main.ts', command], {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: this.postgres.url('postgres'),
        FLYWHEEL_DATA_DIR: path.join(this.folder, 'data'),
        FLYWHEEL_PORT: String(port),
        FLYWHEEL_PUBLIC_URL: urlOf(this.members[0]!),
        FLYWHEEL_GRAPHQL_RATE_LIMIT: 'false',
        FLYWHEEL_LOG_LEVEL: 'silent',
      },
      stdio: 'ignore',
    });
    member.child = child;
    child.once('exit', () => {
      if (!this.isClosing) setTimeout(() => !this.isClosing && this.start(member), AGAIN_MS);
    });
  }

  private async ready(member: Member): Promise<void> {
    const until = performance.now() + READY_MS;
    for (;;) {
      const answer = await fetch(`${urlOf(member)}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (performance.now() > until) throw new Error(`a process is not ready after ${READY_MS / 1000} s`);
      await delay(AGAIN_MS);
    }
  }
}

const urlOf = ({ port }: Member): string => `http://127.0.0.1:${port}`;

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The youngest process below this one: one of its engines. */
function engineOf(child: ChildProcess | undefined): number | undefined {
  try {
    return Number(execFileSync('pgrep', ['-n', '-P', String(child?.pid)]).toString());
  } catch {
    return undefined;
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid) process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}
