import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../kernel/clock';
import { ANONYMOUS } from '../../kernel/principal';
import type { Config } from '../config';
import { Metrics } from '../metrics';
import type { Platform } from '../module';
import { NO_TRACES } from '../trace';
import { createHttpServer } from './http-server';

const warned: string[] = [];
const log = { warn: (_fields: object, message: string) => warned.push(message), error: () => undefined };
let http: FastifyInstance;
let url: string;

function serverWith(trustedProxies?: Config['trustedProxies']): FastifyInstance {
  const config = { trustedProxies, trace: { kind: 'OFF' } };
  const platform = { clock: systemClock, log, config, metrics: new Metrics(), tracer: NO_TRACES };
  return createHttpServer({
    platform: platform as unknown as Platform,
    authenticate: async () => ANONYMOUS,
    notReady: () => [],
  });
}

beforeAll(async () => {
  http = serverWith();
  http.get('/breaks', async (_request, reply) => {
    reply.raw.writeHead(200, { 'content-length': 10 });
    reply.raw.write('half');
    throw new Error('as it happens');
  });
  await http.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
});
afterAll(() => http.close());

test('an answer that fails half way is broken off and ends nothing but itself', async () => {
  const over = new AbortController();
  const unhandled = once(process, 'unhandledRejection', over);
  unhandled.catch(() => undefined);
  const broken = fetch(`${url}/breaks`).then((response) => response.text());
  await expect(Promise.race([broken, unhandled])).rejects.toThrow(/terminated|fetch failed/);
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
  expect(warned).toEqual(['an answer broke off']);
  over.abort();
});

test.each([
  ['nobody, without proxies', undefined, '127.0.0.1'],
  ['one proxy', 1, '9.9.9.9'],
  ['two proxies', 2, '8.8.8.8'],
  ['proxies of this machine', ['127.0.0.0/8'], '9.9.9.9'],
  ['proxies of another network', ['10.0.0.0/8'], '127.0.0.1'],
])('who calls is believed of %s', async (_name, trustedProxies, address) => {
  const behind = serverWith(trustedProxies);
  behind.get('/who', async ({ ip }) => ip);
  // Whoever calls may write anything before what the proxies add.
  const headers = { 'x-forwarded-for': '1.1.1.1, 8.8.8.8, 9.9.9.9' };
  expect((await behind.inject({ url: '/who', headers })).body).toBe(address);
  await behind.close();
});

test.each([
  ['[', 400],
  ['a b', 400],
  ['%', 400],
  ['name:a', 400],
  ['me@here', 400],
  ['here/there', 400],
  ['here:3000', 200],
  ['[::1]:3000', 200],
  ['', 200],
])('who is called %j is told that it is no name, and everybody else is answered', async (host, status) => {
  const answer = await bare(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  if (status === 400) expect(answer).toContain('"code":"MALFORMED"');
});

test('who asks for HTTP/2 with each request of a connection leaves nothing behind', async () => {
  const { port } = http.server.address() as AddressInfo;
  const accepted = once(http.server, 'connection') as Promise<[Socket]>;
  const client = connect(port, '127.0.0.1');
  const [socket] = await accepted;
  const ask = async (): Promise<number> => {
    client.write('GET /healthz HTTP/1.1\r\nhost: here\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n');
    await once(client, 'data');
    return socket.listenerCount('close');
  };
  const atFirst = await ask();
  for (let again = 0; again < 5; again++) expect(await ask()).toBe(atFirst);
  client.destroy();
});

function bare(request: string): Promise<string> {
  const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}
