/**
 * The ground that the commands stand on: the data folder, the database server, and an orderly end. From the first
 * moment a signal ends the process only after what it started, so that no server is left behind.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Cancellation } from '../kernel/cancellation';
import { type Config, unknownVariables } from '../platform/config';
import {
  type EmbeddedPostgres,
  type Patience,
  provideServer,
  removeEmbeddedPostgres,
} from '../platform/database';
import { createLog, type Log } from '../platform/log';
import { CommandError } from './command-error';
import { type End, endAll } from './ends';
import { lockFolder, makeFolder } from './instance-lock';

export { CommandError };

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 500;
/** What a shell reports for a process that Ctrl-C ended. */
const INTERRUPTED = 130;

export interface Ground {
  readonly databaseUrl: string;
  /** Where the data lies, in words. */
  readonly place: string;
  /** What a signal ends first, before the ground is left; `exitCode` is that of a process ended so. */
  whenStopped(stop: () => Promise<void>, exitCode: number): void;
  /** Stops what this process started. */
  leave(): Promise<void>;
}

export interface GroundOptions {
  /** Removes what lies in the data folder first. */
  readonly fresh?: boolean;
  /** Asked once the data folder is this process's own, before a server is started: what rejects here costs nothing. */
  readonly check?: () => Promise<void>;
  /** Waits for a database that cannot be reached yet, as long as the configuration says. */
  readonly waits?: {
    /** Called when there is something to wait for. */
    readonly begins?: () => Promise<void>;
  };
}

/** Takes the data folder for this process alone and provides the database server. */
export async function takeGround(config: Config, options: GroundOptions = {}): Promise<Ground> {
  for (const name of unknownVariables())
    createLog(config).warn({}, `${name} is set, and there is no such variable: it says nothing.`);
  const ends: End[] = [];
  const leave = (): Promise<void> => endAll(ends);
  let stop: () => Promise<void> = async () => undefined;
  let exitCode = INTERRUPTED;
  const stopped = new Cancellation();
  const providing = provide(config, options, ends, stopped);
  onStopSignal(
    async () => {
      stopped.abort();
      await providing.catch(() => undefined);
      try {
        await stop();
      } finally {
        await leave();
      }
      return exitCode;
    },
    () => void leave(),
  );
  try {
    return {
      ...(await providing),
      whenStopped: (first, code) => {
        stop = first;
        exitCode = code;
      },
      leave,
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

async function provide(
  config: Config,
  { fresh = false, check, waits }: GroundOptions,
  ends: End[],
  stopped: Cancellation,
): Promise<Pick<Ground, 'databaseUrl' | 'place'>> {
  const { database, dataDir } = config;
  if (database.kind === 'URL') {
    makeFolder(dataDir);
    await check?.();
    const { url } = await provideServer(database, waits && patience(config, waits, stopped));
    return { databaseUrl: url, place: `${masked(url)}, files in ${dataDir}` };
  }
  ends.push(lockFolder(dataDir));
  await check?.();
  if (fresh) {
    await removeEmbeddedPostgres(database.folder);
    for (const name of fs.readdirSync(dataDir))
      if (name !== 'instance.pid') fs.rmSync(path.join(dataDir, name), { recursive: true, force: true });
  }
  const { url, embedded, folder } = await provideServer(database);
  if (embedded) {
    ends.push(() => embedded.stop());
    guard(embedded, createLog(config));
  }
  const elsewhere = folder === database.folder ? '' : `, database in ${folder}`;
  return { databaseUrl: url, place: `${dataDir}${elsewhere}` };
}

function patience(
  config: Config,
  { begins = async () => undefined }: NonNullable<GroundOptions['waits']>,
  signal: Cancellation,
): Patience {
  const log = createLog(config);
  return {
    forMs: config.databaseWaitMs,
    signal,
    begins,
    tell: ({ message }, leftMs) =>
      log.warn({}, `${message} It is tried again for ${Math.ceil(leftMs / 1000)} s more.`),
  };
}

function guard(embedded: EmbeddedPostgres, log: Log): void {
  embedded.guard((event, error) => {
    if (event === 'ENDED') log.error({}, 'the database server ended; it is started again');
    else if (event === 'BACK') log.warn({ pid: embedded.pid }, 'the database server is back');
    else log.error({ error }, 'the database server does not start; it is tried again');
  });
}

/** A connection string without its password. */
export function masked(url: string): string {
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  return parsed.toString();
}

let stoppingSince: number | undefined;

/** Whether a signal has come: what is still being done need not tell how it goes, nor why it failed. */
export function isStopping(): boolean {
  return stoppingSince !== undefined;
}

/**
 * Calls `stop` once at Ctrl-C or SIGTERM and exits with what it answers; whoever sends a second signal does not want to
 * wait: `hurry` may only tell others to end.
 */
function onStopSignal(stop: () => Promise<number>, hurry: () => void): void {
  const handle = (): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < SAME_SIGNAL_MS) return;
      hurry();
      process.exit(INTERRUPTED);
    }
    stoppingSince = performance.now();
    stop().then(
      (code) => process.exit(code),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}
