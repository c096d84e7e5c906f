import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../kernel/clock';
import { ANONYMOUS } from '../../kernel/principal';
import type { Platform } from '../module';
import { createHttpServer } from './http-server';

const warned: string[] = [];
const log = { warn: (_fields: object, message: string) => warned.push(message), error: () => undefined };
let http: FastifyInstance;
let url: string;

beforeAll(async () => {
  const platform = { clock: systemClock, log } as unknown as Platform;
  http = createHttpServer({ platform, authenticate: async () => ANONYMOUS, notReady: () => [] });
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
