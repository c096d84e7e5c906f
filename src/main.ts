/** The only entry: `serve` (default), `work`, `migrate`, `seed`, `demo`, `doctor`, `schema`. */
import 'reflect-metadata';
import { ConfigError } from './platform/config';
import { EmbeddedPostgresError } from './platform/database';
import { CommandError } from './app/command';

type Command = (args: readonly string[]) => Promise<void>;

/** Loaded when asked for: what a command does not need, it does not wait for. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./app/commands/serve')).serve,
  work: async () => (await import('./app/commands/work')).work,
  migrate: async () => (await import('./app/commands/migrate')).migrate,
  seed: async () => (await import('./app/commands/migrate')).seed,
  doctor: async () => (await import('./app/commands/doctor')).doctor,
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

main(process.argv.slice(2)).catch((error: unknown) => {
  const expected =
    error instanceof ConfigError || error instanceof EmbeddedPostgresError || error instanceof CommandError;
  process.stderr.write(
    `${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
});
