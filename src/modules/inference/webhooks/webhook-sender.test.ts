import net, { type AddressInfo, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Span, underSpan } from '../../../platform/trace';
import { RecordingTracer } from '../../../platform/trace/tracer';
import { WebhookSender } from './webhook-sender';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const TIMEOUT_MS = 300;
const sender = new WebhookSender(true, TIMEOUT_MS);
let receive: (socket: Socket) => void;
const sockets: Socket[] = [];
let server: net.Server;
let url: string;

beforeAll(async () => {
  server = net.createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    receive(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const send = (signal = new AbortController().signal): Promise<string | undefined> =>
  sender.send({ url, headers: {}, body: '{}', signal });

test.each([
  ['never answers, whatever the collector of memory does', () => setInterval(collect, 20)],
  [
    'sends a byte now and then',
    (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      return setInterval(() => socket.write('.'), 20);
    },
  ],
])('a receiver that %s is left in time', async (_what, act) => {
  const left = new Promise<void>((resolve) => {
    receive = (socket) => {
      const timer = act(socket);
      // A socket that is read hears of its end.
      socket.resume().once('close', () => {
        clearInterval(timer);
        resolve();
      });
    };
  });
  expect(await send()).toBe(`The endpoint did not answer within ${TIMEOUT_MS} ms.`);
  await left;
});

test('a delivery that is interrupted, before or meanwhile, ends at once', async () => {
  const left = new Promise<void>((resolve) => {
    receive = (socket) => {
      socket.resume().once('close', () => resolve());
      meanwhile.abort();
    };
  });
  const meanwhile = new AbortController();
  const interrupted = 'The endpoint was not reached: it was interrupted.';
  expect(await send(meanwhile.signal)).toBe(interrupted);
  await left;
  expect(await send(AbortSignal.abort())).toBe(interrupted);
});

test('a receiver is told in which trace it is called', async () => {
  const ended: Span[] = [];
  const done = Promise.resolve();
  const sink = { add: (span: Span) => void ended.push(span), flush: () => done, stop: () => done };
  const tracer = new RecordingTracer({ sampler: 'always_on', ratio: 1 }, { millis: () => 0 }, sink);
  const traced = new WebhookSender(true, undefined, tracer);
  let heard = '';
  receive = (socket) =>
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      if (heard.includes('{}')) socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  const job = tracer.begin('job');
  const message = { url, headers: {}, body: '{}', signal: new AbortController().signal };
  expect(await underSpan(job, () => traced.send(message))).toBeUndefined();
  expect(ended[0]).toMatchObject({ traceId: job!.traceId, attributes: { 'http.response.status_code': 204 } });
  expect(heard).toContain(`traceparent: ${ended[0]!.traceparent}\r\n`);
});
