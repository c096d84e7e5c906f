import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '../../../kernel/clock';
import { Keyring } from '../../../platform/crypto';
import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { RemoteService } from './remote.service';

const HOUR_MS = 3_600_000;

const clock = new ManualClock();
const remotes = new RemoteService({
  clock,
  crypto: new Keyring(Buffer.alloc(32)),
  log: createLog({ logLevel: 'silent' }),
  metrics: new Metrics(),
});
let server: http.Server;
let isBroken = false;

beforeAll(async () => {
  server = http.createServer((_request, response) => {
    if (isBroken) return void response.writeHead(500).end();
    const outputs = [{ name: 'sum', datatype: 'FP32', shape: [1, 1], data: [7] }];
    response.end(JSON.stringify({ outputs }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reference = {
    protocol: 'OPEN_INFERENCE',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    model: 'add',
    secret: null,
    prices: { request: '0', row: '0', promptTokens: '0', completionTokens: '0' },
    inputs: [{ name: 'a', datatype: 'FP32', width: 2 }],
    outputs: [{ name: 'sum', datatype: 'FP32', width: 1 }],
  };
  const bytes = Buffer.from(JSON.stringify(reference));
  await remotes.load({
    versionId: 'mdv_far',
    inputWidth: 2,
    outputWidth: 1,
    files: [{ format: 'REMOTE', source: { bytes } }],
  });
});

afterAll(async () => {
  remotes.stop();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (): Promise<unknown> =>
  remotes.infer('mdv_far', { rows: Float32Array.of(3, 4), count: 1 }).then(
    ({ outputs }) => [...outputs],
    ({ code }: { code: string }) => code,
  );

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
