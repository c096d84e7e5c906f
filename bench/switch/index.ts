/** Whether a request ever fails while the version behind its deployment is switched, there and back, under load. */
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/platform/database';
import type { Benchmark } from '../main';
import { median } from '../measure/rounds';
import { ServerProcess } from '../measure/server-process';
import { type Goal, printGoals, printTable } from '../measure/table';
import { ROW } from '../predict/classifier';

const CONNECTIONS = 16;
const QUERY = `mutation ($input: PredictInput!) { predict(input: $input) { inference { modelVersion { id } } errors { code message } } }`;

interface Answer {
  readonly data?: {
    readonly predict: {
      readonly inference: { readonly modelVersion: { readonly id: string } } | null;
    } | null;
  };
}

interface Course {
  requests: number;
  readonly failures: string[];
  readonly latencies: number[];
  readonly byVersion: Map<string, number>;
}

interface Switch {
  readonly ms: number;
}

/** Asks again as soon as it is answered, until it is told to stop. Anything but an answer of a version is a failure. */
async function client(server: ServerProcess, agent: http.Agent, course: Course, isOver: () => boolean) {
  const body = JSON.stringify({ query: QUERY, variables: { input: { deployment: 'benchmark', rows: ROW } } });
  const headers = { 'content-type': 'application/json', ...server.headers };
  while (!isOver()) {
    const startedAt = performance.now();
    const { status, text } = await post(server.url, { agent, headers, body });
    course.latencies.push(performance.now() - startedAt);
    course.requests++;
    const id =
      status === 200 ? (JSON.parse(text) as Answer).data?.predict?.inference?.modelVersion.id : undefined;
    if (id === undefined) course.failures.push(`${status} ${text.slice(0, 300)}`);
    else course.byVersion.set(id, (course.byVersion.get(id) ?? 0) + 1);
  }
}

function post(
  url: string,
  { body, ...options }: { readonly agent: http.Agent; readonly headers: object; readonly body: string },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ status: 0, text: error.message });
    const request = http.request(url, { method: 'POST', ...options } as http.RequestOptions, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text })).on('error', failed);
    });
    request.on('error', failed).end(body);
  });
}

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN;

export const benchmark: Benchmark = {
  summary: 'requests that fail while a version is promoted and rolled back under load',
  async run({ json, rounds, seconds }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-bench-'));
    fs.chmodSync(folder, 0o755);
    const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') });
    const env = { DATABASE_URL: postgres.url('postgres'), FLYWHEEL_DATA_DIR: path.join(folder, 'data') };
    const server = await ServerProcess.start({
      file: require.resolve('./flywheel.server.ts'),
      env,
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    try {
      const empty = (): Course => ({ requests: 0, failures: [], latencies: [], byVersion: new Map() });
      const course = empty();
      const calm = empty();
      let over = false;
      const during = async (into: Course, work: () => Promise<void>): Promise<void> => {
        over = false;
        const clients = Array.from({ length: CONNECTIONS }, () => client(server, agent, into, () => over));
        await work();
        over = true;
        await Promise.all(clients);
      };
      const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 4));
      await during(empty(), rest);
      await during(calm, () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
      const switches: Switch[] = [];
      await during(course, async () => {
        for (let round = 0; round < rounds; round++) {
          for (const order of ['promote', 'roll back']) {
            switches.push(await server.ask<Switch>(order));
            await rest();
          }
        }
      });
      const goals: Goal[] = [
        {
          what: 'requests that failed during the switches',
          goal: '0',
          reached: course.failures.length,
          met: course.failures.length === 0,
        },
        {
          what: 'versions that answered',
          goal: '2',
          reached: course.byVersion.size,
          met: course.byVersion.size === 2,
        },
      ];
      const figures = {
        switches: switches.length,
        switchMs: median(switches.map(({ ms }) => ms)),
        requests: course.requests,
        failed: course.failures.length,
        failures: course.failures.slice(0, 5),
        answersByVersion: [...course.byVersion.values()],
        p50Ms: { calm: quantile(calm.latencies, 0.5), switching: quantile(course.latencies, 0.5) },
        p99Ms: { calm: quantile(calm.latencies, 0.99), switching: quantile(course.latencies, 0.99) },
      };
      if (json) return console.log(JSON.stringify({ benchmark: 'switch', ...figures, goals }));
      printTable(
        '',
        ['switches', 'each, ms', 'requests', 'failed'],
        [
          [
            `${CONNECTIONS} connections`,
            String(figures.switches),
            figures.switchMs.toFixed(0),
            String(figures.requests),
            String(figures.failed),
          ],
        ],
      );
      printTable(
        'latency, ms',
        ['calm', 'switching'],
        [
          ['p50', figures.p50Ms.calm.toFixed(1), figures.p50Ms.switching.toFixed(1)],
          ['p99', figures.p99Ms.calm.toFixed(1), figures.p99Ms.switching.toFixed(1)],
        ],
      );
      for (const failure of figures.failures) console.log(`  ${failure}`);
      printGoals(goals);
    } finally {
      agent.destroy();
      await server.stop();
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};
