/** GraphQL reads against peers: 100 rows with a relation, one object with a relation, and a query that reads nothing. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../main';
import { type Contender, compete, type Figures } from '../measure/rounds';
import { ServerProcess } from '../measure/server-process';
import { startEmbeddedPostgres } from '../../src/platform/database';
import {
  type Entrant,
  FLYWHEEL,
  LOADERS,
  OURS,
  PEERS,
  POSTGRAPHILE,
  type Question,
  type Target,
} from './contenders';
import { installPeers } from './peers';

const CONNECTIONS = 16;
const POOL = 8;
const QUESTIONS: Readonly<Record<Question, string>> = {
  list: '100 rows with a relation',
  one: 'one object by id with a relation',
  trivial: 'a query that reads nothing',
};
/** From the issue that asked for them: ours as a multiple of the peer's rate. */
const GOALS: readonly { question: Question; peer: string; times: number }[] = [
  { question: 'list', peer: LOADERS, times: 2 },
  { question: 'list', peer: POSTGRAPHILE, times: 1.4 },
  { question: 'one', peer: LOADERS, times: 1.1 },
];

export const benchmark: Benchmark = {
  summary: 'reads through GraphQL, against Mercurius, PostGraphile and bare node:http + pg',
  async run(options) {
    installPeers();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres'), durable: false });
    const env = {
      DATABASE_URL: postgres.url('postgres'),
      POOL: String(POOL),
      FLYWHEEL_DATA_DIR: path.join(folder, 'data'),
    };
    const running: ServerProcess[] = [];
    const start = async ({ command }: Entrant, more: object = {}): Promise<ServerProcess> => {
      const server = await ServerProcess.start(command({ ...env, ...more }));
      running.push(server);
      return server;
    };
    try {
      const ours = await start(FLYWHEEL);
      const target = ours.announced as unknown as Target;
      const entrants = [{ entrant: FLYWHEEL, server: ours }];
      for (const entrant of PEERS) {
        entrants.push({ entrant, server: await start(entrant, { CUSTOMER_ID: target.customerId }) });
      }
      const results = new Map<Question, Figures[]>();
      for (const question of Object.keys(QUESTIONS) as Question[]) {
        const contenders = entrants.map(({ entrant, server }): Contender => {
          return { name: entrant.name, server, body: JSON.stringify(entrant.body(question, target)) };
        });
        await assertSameAnswers(contenders);
        results.set(question, await compete(contenders, { ...options, connections: CONNECTIONS }));
        if (!options.json) print(question, results.get(question)!);
      }
      report(results, options);
    } finally {
      for (const server of running) await server.stop();
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A fast wrong answer is no answer: every contender must say the same before any is timed. */
async function assertSameAnswers(contenders: readonly Contender[]): Promise<void> {
  const answers = await Promise.all(
    contenders.map(async ({ server, body }) => {
      const headers = { 'content-type': 'application/json', ...server.headers };
      const { data } = (await (await fetch(server.url, { method: 'POST', headers, body })).json()) as {
        data: unknown;
      };
      // PostGraphile writes instants with an offset and six digits: the same instant counts as the same answer.
      return JSON.stringify(data, (key, value: unknown) =>
        key === 'createdAt' ? new Date(value as string).getTime() : value,
      );
    }),
  );
  answers.forEach((answer, index) => {
    if (answer !== answers[0]) {
      throw new Error(
        `${contenders[index]!.name} answers otherwise:\n${answer.slice(0, 500)}\n${answers[0]!.slice(0, 500)}`,
      );
    }
  });
}

function print(question: Question, figures: readonly Figures[]): void {
  const columns = ['req/s', 'ours ×', 'p50 ms', 'p99 ms', 'CPU µs', 'MB'];
  console.log(`\n${QUESTIONS[question].padEnd(34)}${columns.map((column) => column.padStart(9)).join('')}`);
  for (const { name, perSecond, p50, p99, cpuMicros, rssMegabytes } of figures) {
    const times = figures[0]!.ratio(name).toFixed(2);
    const cells = [
      perSecond.toFixed(0),
      times,
      p50.toFixed(2),
      p99.toFixed(2),
      cpuMicros.toFixed(0),
      rssMegabytes.toFixed(0),
    ];
    console.log(`  ${name.padEnd(32)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  }
}

function report(
  results: ReadonlyMap<Question, Figures[]>,
  { json, rounds, seconds }: BenchmarkOptions,
): void {
  const goals = GOALS.map(({ question, peer, times }) => {
    const reached = results
      .get(question)!
      .find(({ name }) => name === OURS)!
      .ratio(peer);
    return { question, peer, goal: times, reached, met: reached >= times };
  });
  if (json) {
    const questions = Object.fromEntries(
      [...results].map(([question, figures]) => [
        question,
        figures.map((figure) => ({ ...figure, ours: figures[0]!.ratio(figure.name) })),
      ]),
    );
    console.log(
      JSON.stringify({ benchmark: 'graphql', rounds, seconds, connections: CONNECTIONS, questions, goals }),
    );
    return;
  }
  console.log('\ngoals (ours as a multiple of the peer, median of paired rounds)');
  for (const { question, peer, goal, reached, met } of goals) {
    console.log(
      `  ${question.padEnd(8)} ≥ ${goal} × ${peer.padEnd(20)} ${reached.toFixed(2)} ${met ? 'met' : 'not met'}`,
    );
  }
}
