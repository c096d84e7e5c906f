/** The floor of texts: node:http in front of the same engine that writes them. No key, no turn, no bill, no record. */
import 'reflect-metadata';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { TextEngineService } from '../../src/modules/compute/generation/text-engine.service';
import type { StepGraph } from '../../src/modules/compute';
import { createLog } from '../../src/platform/log';
import { Metrics } from '../../src/platform/metrics';

const VERSION = 'benchmark';
const FOLDER = path.resolve(__dirname, '../../src/modules/models/shipped/tiny-language-model');

interface Asked {
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens: number;
  readonly temperature: number;
}

async function main(): Promise<void> {
  const texts = new TextEngineService(createLog({ logLevel: 'error' }), new Metrics());
  const graph = JSON.parse(fs.readFileSync(path.join(FOLDER, 'graph.json'), 'utf8')) as StepGraph;
  await texts.load({ versionId: VERSION, graph, source: { path: path.join(FOLDER, 'model.onnx') } });
  const write = async ({ messages, max_tokens: maxTokens, temperature }: Asked): Promise<object> => {
    const request = { prompt: messages[0]!.content, maxTokens, temperature, topP: 1, seed: null, stop: [] };
    let content = '';
    for await (const { text } of texts.generate(VERSION, request, new AbortController().signal))
      content += text;
    return { choices: [{ index: 0, message: { role: 'assistant', content } }] };
  };
  const server = http.createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      void write(JSON.parse(text) as Asked).then((answer) => {
        const body = JSON.stringify(answer);
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
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
