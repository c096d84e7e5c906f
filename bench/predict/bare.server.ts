/**
 * The floor: node:http in front of the same engine in the same kind of process. No GraphQL, no key, no bill, no record;
 * with BENCH_RECORD, one row a prediction, on the disk before the answer: what the database costs whoever waits for it.
 */
import 'reflect-metadata';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { ComputeService, denseToOnnx, denseToTfjs } from '../../src/modules/compute';
import { createLog } from '../../src/platform/log';
import { Metrics } from '../../src/platform/metrics';
import { classifier, NAMES, WIDTH } from './classifier';

const VERSION = 'benchmark';

type Keep = (answer: object) => Promise<unknown>;

async function recorder(): Promise<Keep> {
  if (!process.env['BENCH_RECORD']) return () => Promise.resolve();
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
  await pool.query('create table bare_predictions (id bigint generated always as identity, answer jsonb)');
  const text = 'insert into bare_predictions (answer) values ($1)';
  return (answer) => pool.query({ name: 'record', text, values: [answer] });
}

async function main(): Promise<void> {
  const folder = process.env['FLYWHEEL_DATA_DIR'] ?? '';
  fs.mkdirSync(folder, { recursive: true });
  const layers = classifier();
  const files = (['ONNX', 'TFJS'] as const).map((format) => {
    const file = path.join(folder, format);
    fs.writeFileSync(file, format === 'ONNX' ? denseToOnnx(layers) : denseToTfjs(layers));
    return { format, source: { path: file } };
  });
  const compute = new ComputeService('auto', createLog({ logLevel: 'error' }), new Metrics());
  await compute.start();
  await compute.load({ versionId: VERSION, inputWidth: WIDTH, outputWidth: 1, files });
  const record = await recorder();
  const server = http.createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      const row = JSON.parse(text) as Record<string, number>;
      const rows = Float32Array.from(NAMES, (name) => row[name]!);
      void compute.infer(VERSION, { rows, count: 1 }).then(async ({ outputs }) => {
        const probability = outputs[0]!;
        const answer = { probability, label: probability >= 0.5 ? 'yes' : 'no' };
        await record(answer);
        const body = JSON.stringify(answer);
        const headers = {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
        };
        response.writeHead(200, headers).end(body);
      });
    });
  });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
  });
  server.listen(0, '127.0.0.1', () => {
    process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
