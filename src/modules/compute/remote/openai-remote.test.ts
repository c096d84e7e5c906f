/** Texts of servers that keep their line open and say nothing in it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateByOpenAi } from './openai-remote';
import { RemoteHttp } from './remote-http';

const SILENCE_MS = 50;

const wire = new RemoteHttp(SILENCE_MS);
let server: http.Server;
/** What the server says again and again. */
let saying: string;

beforeAll(async () => {
  server = http.createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"text":"a"}]}\n\n');
    const again = setInterval(() => response.write(saying), SILENCE_MS / 10);
    response.once('close', () => clearInterval(again));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  wire.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ['comments', ': still here\n\n'],
  ['events without a text', 'data: {"choices":[{"text":""}]}\n\n'],
])('a text that goes on in %s alone is given up, and what came before is there', async (_what, again) => {
  saying = again;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = { prompt: 'a', maxTokens: 9, temperature: 1, topP: 1, seed: null, stop: [] };
  const { signal } = new AbortController();
  let text = '';
  const read = async (): Promise<void> => {
    const target = { url, model: 'any', headers: {} };
    for await (const chunk of generateByOpenAi(wire, target, request, signal, () => undefined))
      text += chunk.text;
  };
  await expect(read()).rejects.toThrow('no word');
  expect(text).toBe('a');
});
