import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../kernel/clock';
import { ANONYMOUS } from '../../kernel/principal';
import type { Config } from '../config';
import type { Platform } from '../module';
import { NO_TRACES } from '../trace';
import { createHttpServer } from './http-server';

const warned: string[] = [];
const log = { warn: (_fields: object, message: string) => warned.push(message), error: () => undefined };
let http: FastifyInstance;
let url: string;

function serverWith(trustedProxies?: Config['trustedProxies']): FastifyInstance {
  const config = { trustedProxies, trace: { kind: 'OFF' } };
  const platform = { clock: systemClock, log, config, tracer: NO_TRACES } as unknown as Platform;
  return createHttpServer({ platform, authenticate: async () => ANONYMOUS, notReady: () => [] });
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
