/** A pass-through to an OpenAI server that takes no time, beside the gateway of Portkey, which keeps no record of it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Benchmark } from '../main';
import { startEmbeddedPostgres } from '../../src/platform/database';
import { installPeers, peer } from '../graphql/peers';
import { type Contender, compete, type Figures } from '../measure/rounds';
import { ServerProcess } from '../measure/server-process';
import { type Goal, printGoals, printTable } from '../measure/table';

const OURS = 'flywheel';
const PEER = '@portkey-ai/gateway';
const BARE = 'the server itself';
const CONNECTIONS = 10;
const LOADS = { whole: false, streamed: true };
const MESSAGES = [
  { role: 'system', content: 'You tell short stories.' },
  { role: 'user', content: 'Tell me about a bird.' },
];

export const benchmark: Benchmark = {
  summary: 'a pass-through to an OpenAI server, beside the gateway of Portkey',
  async run(options) {
    installPeers();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') });
    const running: ServerProcess[] = [];
    const start = async (file: string, env: Record<string, string>): Promise<ServerProcess> => {
      const server = await ServerProcess.start({ file, env });
      running.push(server);
      return server;
    };
    try {
      const upstream = await start(require.resolve('./upstream.server.ts'), {});
      const env = { BENCH_UPSTREAM: upstream.url };
      const ours = await start(require.resolve('./flywheel.server.ts'), {
        ...env,
        DATABASE_URL: postgres.url('postgres'),
        FLYWHEEL_DATA_DIR: path.join(folder, 'data'),
      });
      const portkey = await start(peer('portkey.mjs'), env);
      const results = new Map<string, Figures[]>();
      for (const [load, stream] of Object.entries(LOADS)) {
        const body = JSON.stringify({ model: 'bench', messages: MESSAGES, max_tokens: 64, stream });
        const contenders: Contender[] = [
          { name: OURS, server: ours, body },
          // It answers 500 to a stream of this server on Node 20, so that nothing could be compared.
          ...(stream ? [] : [{ name: PEER, server: portkey, body }]),
          { name: BARE, server: upstream.at(`${upstream.url}/chat/completions`), body },
        ];
        await assertSameText(contenders, stream);
        results.set(load, await compete(contenders, { ...options, connections: CONNECTIONS }));
        if (!options.json) print(load, results.get(load)!);
      }
      report(results, options.json);
    } finally {
      for (const server of running) await server.stop();
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A fast wrong answer is no answer. */
async function assertSameText(contenders: readonly Contender[], stream: boolean): Promise<void> {
  const texts = await Promise.all(
    contenders.map(async ({ name, server, body }) => {
      const headers = { 'content-type': 'application/json', ...server.headers };
      const response = await fetch(server.url, { method: 'POST', headers, body });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${name} answered ${response.status}: ${answer}`);
      return stream ? streamedText(answer) : textOf(JSON.parse(answer) as Completion);
    }),
  );
  if (new Set(texts).size !== 1) throw new Error(`the contenders answer differently: ${texts.join(' | ')}`);
}

interface Completion {
  readonly choices: readonly {
    readonly message?: { readonly content: string };
    readonly delta?: { readonly content?: string };
  }[];
}

function textOf({ choices }: Completion): string {
  return choices.map(({ message, delta }) => message?.content ?? delta?.content ?? '').join('');
}

function streamedText(answer: string): string {
  const events = answer.split('\n\n').filter((event) => event.startsWith('data: {'));
  return events.map((event) => textOf(JSON.parse(event.slice('data: '.length)) as Completion)).join('');
}

function print(load: string, figures: readonly Figures[]): void {
  const columns = ['req/s', 'p50 ms', 'p99 ms', 'CPU µs', 'MB'];
  printTable(
    `${load}, ${CONNECTIONS} connections`,
    columns,
    figures.map(({ name, perSecond, p50, p99, cpuMicros, rssMegabytes }) => [
      name,
      perSecond.toFixed(0),
      p50.toFixed(2),
      p99.toFixed(2),
      cpuMicros.toFixed(0),
      rssMegabytes.toFixed(0),
    ]),
  );
}

function report(results: ReadonlyMap<string, readonly Figures[]>, json: boolean): void {
  const goals = goalsOf(results.get('whole')!);
  if (json) {
    console.log(JSON.stringify({ benchmark: 'gateway', loads: Object.fromEntries(results), goals }));
    return;
  }
  printGoals(goals);
}

function goalsOf(figures: readonly Figures[]): Goal[] {
  const [ours, peerOf] = figures as [Figures, Figures];
  const rate = ours.ratio(PEER);
  const p99 = ours.p99 / peerOf.p99;
  const memory = ours.rssMegabytes / peerOf.rssMegabytes;
  return [
    { what: `rate, as a multiple of ${PEER}`, goal: '≥ 2', reached: rate, met: rate >= 2 },
    { what: `p99, as a part of the same`, goal: '< 1', reached: p99, met: p99 < 1 },
    { what: `memory, as a part of the same`, goal: '< 1', reached: memory, met: memory < 1 },
  ];
}
