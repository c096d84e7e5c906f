/** `npm run bench -- <name> [--json] [--rounds N] [--seconds N] [--rows N] [--data FOLDER] [--only NAME]`: each folder here with an index.ts is a benchmark. */
import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchmarkOptions {
  /** One JSON object on standard output and nothing else. */
  readonly json: boolean;
  readonly rounds: number;
  /** How long each contender is loaded in each round. */
  readonly seconds: number;
  /** How large the data is, where that can be chosen. */
  readonly rows: number;
  /** A folder with data that is not shipped. */
  readonly data?: string | undefined;
  /** How the names of the parts begin that are to run; empty = all. */
  readonly only: string;
}

export interface Benchmark {
  readonly summary: string;
  run(options: BenchmarkOptions): Promise<void>;
}

const NAMES = fs
  .readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && fs.existsSync(path.join(__dirname, entry.name, 'index.ts')))
  .map(({ name }) => name);

async function benchmark(name: string): Promise<Benchmark> {
  const { benchmark: found } = (await import(path.join(__dirname, name, 'index.ts'))) as {
    benchmark: Benchmark;
  };
  return found;
}

async function usage(): Promise<string> {
  const lines = await Promise.all(
    NAMES.map(async (name) => `  ${name.padEnd(10)} ${(await benchmark(name)).summary}`),
  );
  return [
    'usage: npm run bench -- <name> [--json] [--rounds N] [--seconds N] [--rows N] [--data FOLDER] [--only NAME]',
    '',
    ...lines,
  ].join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '2' },
      rows: { type: 'string', default: '1000000' },
      data: { type: 'string' },
      only: { type: 'string', default: '' },
    },
  });
  const [name] = positionals;
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  const rows = Number(values.rows);
  if (!name || !NAMES.includes(name) || !(rounds >= 1) || !(seconds > 0) || !(rows >= 100)) {
    console.error(await usage());
    process.exitCode = 2;
    return;
  }
  await (await benchmark(name)).run({ ...values, rounds, seconds, rows });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
