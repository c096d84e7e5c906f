/** Texts of servers that keep their line open and say nothing in it, or reason before they say something. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateByOpenAi } from './openai-remote';
import { RemoteHttp } from './remote-http';

/** Longer than a busy machine keeps silent by itself. */
const SILENCE_MS = 250;

const wire = new RemoteHttp(SILENCE_MS);
let server: http.Server;
/** All that it says, where it ends. */
let whole: string | undefined;

beforeAll(async () => {
  server = http.createServer(({ headers }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (whole !== undefined) return void response.end(whole);
    response.write('data: {"choices":[{"text":"a"}]}\n\n');
    // What the client wants to hear again and again.
    const saying = decodeURIComponent(headers['x-saying'] as string);
    const again = setInterval(() => response.write(saying), SILENCE_MS / 50);
    response.once('close', () => clearInterval(again));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  wire.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

afterEach(() => (whole = undefined));

test.each([
  ['is shown and no usage told', ['hm', 'so', 'that'], undefined, 4],
  ['is shown, and usage told without its part', ['hm', 'so', 'that is it'], { completion_tokens: 9 }, 9],
  ['is hidden', [], { completion_tokens: 40, completion_tokens_details: { reasoning_tokens: 38 } }, 40],
  [
    'is said to be more than was allowed',
    [],
    { completion_tokens: 99, completion_tokens_details: { reasoning_tokens: 97 } },
    1,
  ],
])('reasoning that %s is counted, and not handed on', async (_what, thoughts, usage, tokens) => {
  const events = [
    ...thoughts.map((thought) => ({ choices: [{ delta: { reasoning_content: thought } }] })),
    { choices: [{ delta: { content: 'Yes.' } }] },
    { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ...(usage ? [{ choices: [], usage: { prompt_tokens: 3, ...usage } }] : []),
  ];
  whole = [...events.map((event) => JSON.stringify(event)), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = { prompt: 'Is it?', maxTokens: 50, temperature: 1, topP: 1, seed: null, stop: [] };
  const target = { url, model: 'any', headers: {} };
  let [text, counted] = ['', 0];
  for await (const chunk of generateByOpenAi(
    wire,
    target,
    request,
    new AbortController().signal,
    () => undefined,
  )) {
    text += chunk.text;
    counted += chunk.tokens;
  }
  expect({ text, counted }).toEqual({ text: 'Yes.', counted: tokens });
});

test('a text that goes on in comments, in empty events or in thoughts alone is given up, and what came before is there', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = { prompt: 'a', maxTokens: 9, temperature: 1, topP: 1, seed: null, stop: [] };
  const { signal } = new AbortController();
  const listen = async (saying: string): Promise<[text: string, isAlive: boolean]> => {
    let text = '';
    let signs = 0;
    const read = async (): Promise<void> => {
      const target = { url, model: 'any', headers: { 'x-saying': encodeURIComponent(saying) } };
      for await (const chunk of generateByOpenAi(wire, target, request, signal, () => undefined)) {
        text += chunk.text;
        signs++;
      }
    };
    await expect(read()).rejects.toThrow('no word');
    return [text, signs > 1];
  };
  const endless = [
    ': still here\n\n',
    'data: {"choices":[{"text":""}]}\n\n',
    'data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n',
  ];
  expect(await Promise.all(endless.map(listen))).toEqual([
    ['a', false],
    ['a', false],
    ['a', true],
  ]);
});
