/** The only entry: `serve` (default), `work`, `migrate`, `seed`, `demo`, `doctor`, `rebuild`, `blobs`, `schema`. */
import 'reflect-metadata';
import { isDiskFull } from './kernel/disk-full';
import { BlobStoreError } from './platform/blob/blob-store-error';
import { ConfigError } from './platform/config';
import { KeyServiceError, MasterKeyError } from './platform/crypto';
import { DatabaseError, EmbeddedPostgresError } from './platform/database';
import { CommandError, isStopping } from './app/command';

type Command = (args: readonly string[]) => Promise<void>;

/** Loaded when asked for: what a command does not need, it does not wait for. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./app/commands/serve')).serve,
  work: async () => (await import('./app/commands/work')).work,
  migrate: async () => (await import('./app/commands/migrate')).migrate,
  seed: async () => (await import('./app/commands/migrate')).seed,
  doctor: async () => (await import('./app/commands/doctor')).doctor,
  rebuild: async () => (await import('./app/commands/rebuild')).rebuild,
  blobs: async () => (await import('./app/commands/blobs')).blobs,
  schema: async () => (await import('./app/commands/schema')).schema,
  demo: async () => (await import('./app/demo/demo')).demo,
};

async function main([name = 'serve', ...args]: string[]): Promise<void> {
  const load = COMMANDS[name];
  if (!load)
    throw new CommandError(`There is no command ${name}. Known are: ${Object.keys(COMMANDS).join(', ')}.`);
  await (
    await load()
  )(args);
}

/** What a person can mend is told in its own words; anything else is a fault of ours and keeps its stack. */
const EXPECTED = [
  BlobStoreError,
  ConfigError,
  EmbeddedPostgresError,
  DatabaseError,
  KeyServiceError,
  MasterKeyError,
  CommandError,
];

function isWrongOption(error: unknown): boolean {
  return String((error as { code?: unknown } | undefined)?.code).startsWith('ERR_PARSE_ARGS');
}

function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isDiskFull(error))
    return `There is no room left on the disk (${error.message}): make room, or set FLYWHEEL_DATA_DIR to a folder elsewhere, and start again.`;
  const expected = EXPECTED.some((kind) => error instanceof kind) || isWrongOption(error);
  return (expected ? undefined : error.stack) ?? error.message;
}

/** What is said to nobody (a reader that has gone, a full disk) ends nothing. */
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

main(process.argv.slice(2)).catch((error: unknown) => {
  // What a signal interrupted fails of just that.
  if (isStopping()) return;
  process.stderr.write(`${wordsFor(error)}\n`);
  process.exitCode = 1;
});
