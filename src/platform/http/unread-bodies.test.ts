import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { readUnreadBodies } from './unread-bodies';

const LIMIT = 1000;
let http: FastifyInstance;

beforeAll(async () => {
  http = fastify({ bodyLimit: LIMIT });
  readUnreadBodies(http);
  http.post('/', async () => 'whole');
  await http.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => http.close());

const headOf = (length: number): string =>
  `POST / HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

/** Sends the head of a body that is too large, and hears the refusal. */
async function refused(length: number): Promise<{ socket: Socket; said: string }> {
  const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(headOf(length));
  const [data] = (await once(socket, 'data')) as [Buffer];
  return { socket, said: data.toString() };
}

it('who sends too much hears so while it sends, and may ask again on the same connection', async () => {
  const { socket, said } = await refused(LIMIT + 1);
  expect(said).toMatch(/^HTTP\/1\.1 413 /);
  socket.write(`${'x'.repeat(LIMIT + 1)}${headOf(2)}{}`);
  const [again] = (await once(socket, 'data')) as [Buffer];
  expect(again.toString()).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
});

it('who announces more than anybody would wait for is cut off', async () => {
  const { socket, said } = await refused(64 * 1024 * 1024 + 1);
  expect(said).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
  await once(socket, 'close');
});
