/**
 * GraphQL `predict`, metered, recorded and billed, against a bare HTTP server that calls the same engine; and a short text by the
 * OpenAI face against one that calls the same engine of texts.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../main';
import { startEmbeddedPostgres } from '../../src/platform/database';
import { type Contender, compete, type Figures } from '../measure/rounds';
import { ServerProcess } from '../measure/server-process';
import { COLUMNS, ROW } from './classifier';

const OURS = 'flywheel predict';
const OPEN_INFERENCE = 'flywheel /v2 infer';
const BARE = 'node:http + engine';
/** The bare server, if it had to keep what it answered: one durable insert, by ten connections. */
const RECORDING = 'the same + one insert';
const OPENAI = 'flywheel /v1 chat';
const BARE_TEXTS = 'node:http + text engine';
/** Few tokens, so that what is beside the engine is seen. */
const CHAT = {
  model: 'tiny-language-model',
  messages: [{ role: 'user', content: 'In the beginning ' }],
  max_tokens: 8,
  temperature: 0,
};
/** One client shows the latency of an empty house, sixteen the rate of a full one. */
const LOADS = [1, 16];
const GOAL_RATE = 0.5;
const GOAL_P50_MS = 1;

const QUERY = `mutation ($input: PredictInput!) { predict(input: $input) { inference { id outputs } feedbackToken errors { code message } } }`;

export const benchmark: Benchmark = {
  summary:
    'a prediction through GraphQL and a text through /v1, against bare HTTP servers on the same engines',
  async run(options) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    // Durable: the answer waits for its commit to be on the disk, as it does in service.
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') });
    const running: ServerProcess[] = [];
    const start = async (file: string, more: Record<string, string> = {}): Promise<ServerProcess> => {
      const data = path.join(folder, String(running.length));
      const env = { DATABASE_URL: postgres.url('postgres'), FLYWHEEL_DATA_DIR: data, ...more };
      const server = await ServerProcess.start({ file: require.resolve(`./${file}`), env });
      running.push(server);
      return server;
    };
    try {
      const question = { query: QUERY, variables: { input: { deployment: 'benchmark', rows: ROW } } };
      const ours = await start('flywheel.server.ts');
      const contenders: Contender[] = [
        { name: OURS, server: ours, body: JSON.stringify(question) },
        { name: BARE, server: await start('bare.server.ts'), body: JSON.stringify(ROW) },
        {
          name: RECORDING,
          server: await start('bare.server.ts', { BENCH_RECORD: 'yes' }),
          body: JSON.stringify(ROW),
        },
        { name: OPEN_INFERENCE, server: ours.at(openInferenceOf(ours.url)), body: JSON.stringify(COLUMNS) },
      ];
      const writers: Contender[] = [
        { name: OPENAI, server: ours.at(chatOf(ours.url)), body: JSON.stringify(CHAT) },
        { name: BARE_TEXTS, server: await start('bare-texts.server.ts'), body: JSON.stringify(CHAT) },
      ];
      const results = await measured(contenders, options);
      const texts = await measured(writers, options);
      report(results, texts, options.json);
    } finally {
      for (const server of running) await server.stop();
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** At each load, after it is sure that all answer the same. */
async function measured(
  contenders: readonly Contender[],
  options: BenchmarkOptions,
): Promise<Map<number, Figures[]>> {
  await assertSameAnswer(contenders);
  const results = new Map<number, Figures[]>();
  for (const connections of LOADS) {
    results.set(connections, await compete(contenders, { ...options, connections }));
    if (!options.json) print(connections, results.get(connections)!);
  }
  return results;
}

function chatOf(url: string): string {
  return new URL('/v1/chat/completions', url).href;
}

/** The same deployment by the Open Inference Protocol. */
function openInferenceOf(url: string): string {
  return new URL('/v2/models/benchmark/infer', url).href;
}

/** A fast wrong answer is no answer. */
async function assertSameAnswer(contenders: readonly Contender[]): Promise<void> {
  const answers = await Promise.all(
    contenders.map(async ({ server, body }) => {
      const headers = { 'content-type': 'application/json', ...server.headers };
      const response = await fetch(server.url, { method: 'POST', headers, body });
      return JSON.stringify(outputsOf((await response.json()) as Answer));
    }),
  );
  if (new Set(answers).size !== 1)
    throw new Error(`the contenders answer differently: ${answers.join(' and ')}`);
}

interface Answer {
  readonly data?: { readonly predict: { readonly inference: { readonly outputs: object } | null } };
  readonly outputs?: readonly { readonly name: string; readonly data: readonly unknown[] }[];
  readonly choices?: readonly { readonly message: { readonly content: string } }[];
}

/** GraphQL, the protocols of others, and the bare servers of rows, which answer with nothing but the outputs. */
function outputsOf(answer: Answer): object | undefined {
  if (answer.data) return answer.data.predict.inference?.outputs;
  if (answer.outputs) return Object.fromEntries(answer.outputs.map(({ name, data }) => [name, data[0]]));
  if (answer.choices) return { text: answer.choices[0]?.message.content };
  return answer;
}

function print(connections: number, figures: readonly Figures[]): void {
  const title = connections === 1 ? '1 connection' : `${connections} connections`;
  const columns = ['req/s', 'p50 ms', 'p99 ms', 'CPU µs', 'MB'];
  console.log(`\n${title.padEnd(24)}${columns.map((column) => column.padStart(9)).join('')}`);
  for (const { name, perSecond, p50, p99, cpuMicros, rssMegabytes } of figures) {
    const cells = [
      perSecond.toFixed(0),
      p50.toFixed(2),
      p99.toFixed(2),
      cpuMicros.toFixed(0),
      rssMegabytes.toFixed(0),
    ];
    console.log(`  ${name.padEnd(22)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  }
}

function report(
  results: ReadonlyMap<number, Figures[]>,
  texts: ReadonlyMap<number, Figures[]>,
  json: boolean,
): void {
  const [one, many] = LOADS.map((connections) => results.get(connections)!);
  const ours = many!.find(({ name }) => name === OURS)!;
  const rate = ours.ratio(BARE);
  const p50 = one![0]!.p50 - one![1]!.p50;
  const recording = { rate: ours.ratio(RECORDING), p50: one![0]!.p50 - one![2]!.p50 };
  const [oneText, manyTexts] = LOADS.map((connections) => texts.get(connections)!);
  const writing = { rate: manyTexts![0]!.ratio(BARE_TEXTS), p50: oneText![0]!.p50 - oneText![1]!.p50 };
  const goals = [
    {
      what: 'rate as a part of the bare server’s',
      goal: `≥ ${GOAL_RATE}`,
      reached: rate,
      met: rate >= GOAL_RATE,
    },
    {
      what: 'p50 more than the bare server’s, ms',
      goal: `≤ ${GOAL_P50_MS}`,
      reached: p50,
      met: p50 <= GOAL_P50_MS,
    },
  ];
  if (json) {
    const [loads, textLoads] = [results, texts].map((figures) => Object.fromEntries(figures));
    const beside = { besideOneInsert: recording, texts: { loads: textLoads, besideTheEngine: writing } };
    console.log(JSON.stringify({ benchmark: 'predict', loads, goals, ...beside }));
    return;
  }
  console.log('\ngoals');
  for (const { what, goal, reached, met } of goals) {
    console.log(
      `  ${what.padEnd(38)}${goal.padEnd(8)}${reached.toFixed(2).padStart(6)}  ${met ? 'met' : 'not met'}`,
    );
  }
  console.log(
    `\nbeside a bare server that waits for one durable insert: rate ${recording.rate.toFixed(2)}, p50 ${recording.p50.toFixed(2)} ms more`,
  );
  console.log(
    `texts of ${CHAT.max_tokens} tokens beside a bare server on the same engine: rate ${writing.rate.toFixed(2)}, p50 ${writing.p50.toFixed(2)} ms more`,
  );
}
