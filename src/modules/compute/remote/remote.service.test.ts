import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cancellation, type CancelSignal } from '../../../kernel/cancellation';
import { ManualClock } from '../../../kernel/clock';
import { Keyring } from '../../../platform/crypto';
import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { NO_TRACES } from '../../../platform/trace';
import { RemoteService } from './remote.service';

const HOUR_MS = 3_600_000;

const clock = new ManualClock();
const DESCRIBED_WITHIN_MS = 200;
const remotes = new RemoteService(
  {
    clock,
    crypto: new Keyring(Buffer.alloc(32)),
    log: createLog({ logLevel: 'silent' }),
    tracer: NO_TRACES,
    metrics: new Metrics(),
  },
  DESCRIBED_WITHIN_MS,
);
let server: http.Server;
let url: string;
let isBroken = false;
let hangs = false;
/** How an answer goes on for ever, until its reader leaves: told so. */
let goesOn: ((response: http.ServerResponse) => void) | undefined;
let left: () => void;

beforeAll(async () => {
  server = http.createServer(({ url: path }, response) => {
    if (hangs) return;
    if (goesOn) {
      response.on('close', left);
      return goesOn(response);
    }
    if (isBroken) return void response.writeHead(500).end();
    if (path === '/completions') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.end('data: {"choices":[{"text":"a","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    }
    const outputs = [{ name: 'sum', datatype: 'FP32', shape: [1, 1], data: [7] }];
    response.end(JSON.stringify({ outputs }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const common = {
    url,
    model: 'add',
    secret: null,
    prices: { request: '0', row: '0', promptTokens: '0', completionTokens: '0' },
  };
  const inputs = [{ name: 'a', datatype: 'FP32', width: 2 }];
  const outputs = [{ name: 'sum', datatype: 'FP32', width: 1 }];
  await load('mdv_far', { protocol: 'OPEN_INFERENCE', ...common, inputs, outputs });
  await load('mdv_writes', { protocol: 'OPENAI', ...common });
});

async function load(versionId: string, reference: object): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(reference));
  const files = [{ format: 'REMOTE' as const, source: { bytes } }];
  await remotes.load({ versionId, inputWidth: 2, outputWidth: 1, files });
}

afterAll(async () => {
  remotes.stop();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (signal?: CancelSignal): Promise<unknown> =>
  remotes.infer('mdv_far', { rows: Float32Array.of(3, 4), count: 1 }, { signal }).then(
    ({ outputs }) => [...outputs],
    ({ code }: { code: string }) => code,
  );

/** As the one path reads: to the last piece, and no further. */
async function write(signal: CancelSignal = new Cancellation()): Promise<string> {
  const request = { prompt: 'a', maxTokens: 9, temperature: 1, topP: 1, seed: null, stop: [] };
  try {
    for await (const { finish } of remotes.generate('mdv_writes', request, signal)) if (finish) return finish;
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'no end';
}

describe('what is asked about a model before it becomes a version has an end, and the server is left', () => {
  const target = (): { url: string; model: string } => ({ url, model: 'any' });
  const drip = (response: http.ServerResponse): void => {
    const dripping = setInterval(() => response.write(' '), DESCRIBED_WITHIN_MS / 10);
    response.on('close', () => clearInterval(dripping));
  };
  const flood = (response: http.ServerResponse): void => {
    const piece = Buffer.alloc(64 * 1024, ' ');
    const pour = (): void => void (response.destroyed || response.write(piece, pour));
    pour();
  };
  test.each([
    ['its columns, byte by byte', drip, () => remotes.describe(target(), null), 'within 200 ms'],
    ['its dimensions, byte by byte', drip, () => remotes.dimensionsOf(target(), null), 'within 200 ms'],
    ['columns without end', flood, () => remotes.describe(target(), null), 'more than anybody can read'],
  ])('%s', async (_what, answers, ask, message) => {
    goesOn = answers;
    const leaving = new Promise<void>((resolve) => (left = resolve));
    await expect(ask()).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: expect.stringContaining(message),
    });
    await leaving;
    goesOn = undefined;
  });
});

test('a text that was written to its end is a success: failures before it are forgotten', async () => {
  const fail = async (times: number): Promise<void> => {
    isBroken = true;
    for (let time = 0; time < times; time++) expect(await write()).toBe('UPSTREAM_FAILED');
    isBroken = false;
  };
  await fail(4);
  expect(await write()).toBe('STOP');
  await fail(1);
  expect(await write()).toBe('STOP');
  await fail(5);
  expect(await write()).toBe('ENGINE_UNAVAILABLE');
  clock.advance(1_000);
  expect(await write()).toBe('STOP');
  expect(await Promise.all([write(), write(), write()])).toEqual(['STOP', 'STOP', 'STOP']);
});

test('a server that says nothing is left alone though nobody waits for it as long as the wire would, and not for those who leave soon', async () => {
  const leaveAfter = async (ms: number): Promise<void> => {
    const leaving = new Cancellation();
    const text = write(leaving);
    clock.advance(ms);
    leaving.abort({ code: 'LEFT' });
    expect(await text).toBe('LEFT');
  };
  hangs = true;
  for (let time = 0; time < 9; time++) await leaveAfter(5_000);
  for (let time = 0; time < 5; time++) await leaveAfter(20_000);
  hangs = false;
  expect(await write()).toBe('ENGINE_UNAVAILABLE');
  clock.advance(1_000);
  expect(await write()).toBe('STOP');
});

test('a server of rows that answers nobody is left alone though each leaves by a deadline of 5 s, and not for those who give it no chance', async () => {
  const leaveAfter = async (ms: number, asking = 1): Promise<void> => {
    const leaving = new Cancellation();
    const answers = Promise.all(Array.from({ length: asking }, () => ask(leaving)));
    clock.advance(ms);
    leaving.abort({ code: 'LEFT' });
    expect(new Set(await answers)).toEqual(new Set(['LEFT']));
  };
  hangs = true;
  for (let time = 0; time < 100; time++) await leaveAfter(900);
  // 15 s in a row, which are not more for the many who wait at once, and as often as it answers one of them.
  for (let time = 0; time < 2; time++) {
    for (let wait = 0; wait < 3; wait++) await leaveAfter(5_000, 9);
    hangs = false;
    expect(await ask()).toEqual([7]);
    hangs = true;
  }
  for (let time = 0; time < 3 + 5; time++) await leaveAfter(5_000);
  expect(await ask()).toBe('ENGINE_UNAVAILABLE');
  // Whoever tries it next has to wait as long, and it is left alone for longer.
  clock.advance(1_000);
  await leaveAfter(5_000);
  clock.advance(1_000);
  hangs = false;
  expect(await ask()).toBe('ENGINE_UNAVAILABLE');
  clock.advance(1_000);
  expect(await ask()).toEqual([7]);
});

test('a server that failed is asked again when its pause is over, though the wall clock was set back meanwhile', async () => {
  isBroken = true;
  const said: unknown[] = [];
  for (let time = 0; time < 6; time++) said.push(await ask());
  expect(said.slice(-2)).toEqual(['UPSTREAM_FAILED', 'ENGINE_UNAVAILABLE']);
  isBroken = false;
  clock.set(new Date(clock.millis() - HOUR_MS));
  clock.advance(1_000);
  expect(await ask()).toEqual([7]);
});
