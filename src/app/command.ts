/** What the commands share: the database server they work on, and refusals in one sentence. */
import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../platform/config';
import { type EmbeddedPostgres, provideServer } from '../platform/database';

/** A refusal that is told in its own words, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export interface Ground {
  readonly databaseUrl: string;
  /** Where the data lies, in words. */
  readonly place: string;
  /** Stops what this process started. */
  leave(): Promise<void>;
}

/** Takes the data folder for this process alone and provides the database server. */
export async function takeGround(config: Config): Promise<Ground> {
  if (config.database.kind === 'URL') {
    const { url } = await provideServer(config.database);
    return {
      databaseUrl: url,
      place: `${masked(url)}, files in ${config.dataDir}`,
      leave: async () => undefined,
    };
  }
  const release = lockFolder(config.dataDir);
  let embedded: EmbeddedPostgres | undefined;
  try {
    const server = await provideServer(config.database);
    embedded = server.embedded;
    return {
      databaseUrl: server.url,
      place:
        server.folder === config.database.folder
          ? config.dataDir
          : `${config.dataDir}, database in ${server.folder}`,
      leave: async () => {
        await embedded?.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** One process a data folder. A lock whose process is gone is taken over. */
function lockFolder(dataDir: string): () => void {
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    fs.accessSync(dataDir, fs.constants.W_OK);
  } catch {
    throw new CommandError(
      `The data folder ${dataDir} cannot be written: set FLYWHEEL_DATA_DIR to a folder of yours.`,
    );
  }
  const file = path.join(dataDir, 'instance.pid');
  const holder = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0;
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new CommandError(
      `Process ${holder} is already using the data folder ${dataDir}: stop it, or set FLYWHEEL_DATA_DIR to another folder.`,
    );
  }
  fs.writeFileSync(file, String(process.pid));
  return () => fs.rmSync(file, { force: true });
}

/** Whether the process lives and is a Node.js one: process numbers are used again. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || /node/.test(fs.readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}

/** A connection string without its password. */
export function masked(url: string): string {
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  return parsed.toString();
}

/** Calls `stop` once at Ctrl-C or SIGTERM; a second signal ends the process at once. */
export function onStopSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const handle = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}
