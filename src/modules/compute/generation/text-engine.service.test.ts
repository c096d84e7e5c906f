import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Cancellation } from '../../../kernel/cancellation';
import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { TextEngineService } from './text-engine.service';
import type { PendingRequests } from '../process/pending-requests';
import type { TokenChunk, TokenRequest } from './token-engine';
import { TokenProcessClient } from './token-process-client';

const FOLDER = path.resolve(__dirname, '../../models/shipped/tiny-language-model');
const graph = JSON.parse(readFileSync(path.join(FOLDER, 'graph.json'), 'utf8')) as never;
const source = { path: path.join(FOLDER, 'model.onnx') };
const engine = new TextEngineService(createLog({ logLevel: 'silent' }), new Metrics());
const never = new AbortController().signal;

const ask = (fields: Partial<TokenRequest> = {}): TokenRequest => ({
  prompt: 'In the beginning God ',
  maxTokens: 40,
  temperature: 0,
  topP: 1,
  seed: 1,
  stop: [],
  ...fields,
});

async function written(request: TokenRequest, signal = never): Promise<TokenChunk[]> {
  const chunks: TokenChunk[] = [];
  for await (const chunk of engine.generate('mdv_tiny', request, signal)) chunks.push(chunk);
  return chunks;
}
const textOf = (chunks: readonly TokenChunk[]): string => chunks.map(({ text }) => text).join('');
const tokensOf = (chunks: readonly TokenChunk[]): number =>
  chunks.reduce((sum, { tokens }) => sum + tokens, 0);

beforeAll(() => engine.offer({ versionId: 'mdv_tiny', graph, source }));
afterAll(() => engine.stop());

test('a version that was only offered is loaded by the first text; the likeliest continuation is always the same', async () => {
  const chunks = await written(ask());
  expect(textOf(chunks)).toMatch(/^of the LORD thy God/);
  expect(tokensOf(chunks)).toBe(40);
  expect(chunks[0]!.promptTokens).toBe(21);
  expect(chunks.at(-1)!.finish).toBe('LENGTH');
  expect(chunks.every(({ deviceMs }) => deviceMs > 0)).toBe(true);
  expect(textOf(await written(ask()))).toBe(textOf(chunks));
});

test('the same seed writes the same text, another one another', async () => {
  const warm = { temperature: 0.9, topP: 0.95 };
  const [one, again, other] = await Promise.all([3, 3, 4].map((seed) => written(ask({ ...warm, seed }))));
  expect(textOf(again!)).toBe(textOf(one!));
  expect(textOf(other!)).not.toBe(textOf(one!));
});

test('a text ends before its stop string', async () => {
  const chunks = await written(ask({ stop: ['thy'] }));
  expect(textOf(chunks)).toBe('of the LORD ');
  expect(chunks.at(-1)!.finish).toBe('STOP');
});

test('a text longer than the model’s positions goes on, and a prompt longer than them is read by its tail', async () => {
  const chunks = await written(ask({ prompt: 'And God said unto Moses, '.repeat(20), maxTokens: 300 }));
  expect(tokensOf(chunks)).toBe(300);
  expect(chunks[0]!.promptTokens).toBeLessThan(256);
});

test('a short text that comes while a long one is written does not wait for its end', async () => {
  const order: string[] = [];
  const long = written(ask({ maxTokens: 400 })).then(() => order.push('long'));
  const short = written(ask({ maxTokens: 5 })).then(() => order.push('short'));
  await Promise.all([long, short]);
  expect(order).toEqual(['short', 'long']);
});

test('a cancelled text ends with the reason of its signal, and its neighbours go on', async () => {
  const leaving = new AbortController();
  const neighbour = written(ask());
  const text = engine.generate('mdv_tiny', ask({ maxTokens: 2000 }), leaving.signal);
  await text.next();
  leaving.abort(new Error('the client left'));
  await expect(
    (async () => {
      for await (const chunk of text) expect(chunk.finish).toBeUndefined();
    })(),
  ).rejects.toThrow('the client left');
  expect(tokensOf(await neighbour)).toBe(40);
});

test('when the process is killed a text under way breaks, and the next one is written by a new process', async () => {
  const pid = (await engine.pid())!;
  const text = engine.generate('mdv_tiny', ask({ maxTokens: 2000 }), never);
  await text.next();
  process.kill(pid, 'SIGKILL');
  await expect(
    (async () => {
      for await (const chunk of text) expect(chunk.finish).toBeUndefined();
    })(),
  ).rejects.toThrow('died');
  expect(tokensOf(await written(ask()))).toBe(40);
  expect(await engine.pid()).not.toBe(pid);
});

test('an unknown version is refused in words', async () => {
  await expect(engine.generate('mdv_unknown', ask(), never).next()).rejects.toThrow(
    'mdv_unknown is not loaded',
  );
});

test('who leaves while the engine starts does not wait for it, and it goes on starting for others', async () => {
  const cold = new TextEngineService(createLog({ logLevel: 'silent' }), new Metrics());
  cold.offer({ versionId: 'mdv_tiny', graph, source });
  const leaving = new Cancellation();
  const order: string[] = [];
  const left = cold
    .generate('mdv_tiny', ask(), leaving)
    .next()
    .catch(({ message }: Error) => order.push(message));
  leaving.abort(new Error('the client left'));
  const started = cold.pid().then((pid) => order.push(pid === undefined ? 'nothing started' : 'started'));
  await Promise.all([left, started]);
  expect(order).toEqual(['the client left', 'started']);
  await cold.stop();
});

test('a process that hangs is found out though whoever waited for it has left, and one that has said a word since is not', async () => {
  const client = await TokenProcessClient.start();
  await client.load({ versionId: 'mdv_tiny', graph, source });
  const { pending } = client as unknown as { readonly pending: PendingRequests };
  process.kill(client.pid, 'SIGSTOP');
  const leaving = new Cancellation();
  const text = client.generate('mdv_tiny', ask(), leaving).next();
  leaving.abort(new Error('the client left'));
  await expect(text).rejects.toThrow('the client left');
  const later = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000);
  expect(pending.isHanging).toBe(true);
  later.mockRestore();
  process.kill(client.pid, 'SIGCONT');
  await client.unload('mdv_tiny');
  expect(pending.size).toBe(0);
  await client.close();
});
