import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { endSlowBodies } from './slow-bodies';

let http: FastifyInstance;
let passed = 0;
let cameIn = 0;
const some = new EventEmitter();

beforeAll(async () => {
  http = fastify();
  endSlowBodies(http, { now: () => passed, everyMs: 5 });
  http.addContentTypeParser('*', (_request, payload, done) => {
    payload.on('data', ({ length }: Buffer) => some.emit('came', (cameIn += length)));
    payload.on('end', () => done(null));
  });
  http.post('/', async () => 'whole');
  await http.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => http.close());

/** Sends the head of a request and the first bytes of its body; answers all that comes back until the connection ends. */
async function sending(length: number, first: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString()));
  socket.on('error', () => undefined);
  const answer = once(socket, 'close').then(() => text);
  const asked = once(http.server, 'request');
  const head = `POST / HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-type: a/b\r\ncontent-length: ${length}`;
  socket.write(`${head}\r\n\r\n${first}`);
  await asked;
  return { socket, answer };
}

it('a body that does not come ends its connection', async () => {
  const { answer } = await sending(10, '');
  passed += 20_001;
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
});

it('one that goes on coming has the longer the more has come', async () => {
  const slow = await sending(10, '1');
  const much = await sending(400_001, '2'.repeat(400_000));
  while (cameIn < 400_000) await once(some, 'came');
  passed += 60_000;
  // Whoever is too slow is looked at first: once it is ended, both were looked at.
  expect(await slow.answer).toMatch(/^HTTP\/1\.1 408 /);
  much.socket.write('2');
  expect(await much.answer).toMatch(/^HTTP\/1\.1 200 [^]*whole$/);
});
