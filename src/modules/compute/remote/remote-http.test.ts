import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressFault } from './remote-address';
import { RemoteHttp } from './remote-http';

let server: http.Server;
let url: string;
const wire = new RemoteHttp(100);

beforeAll(async () => {
  server = http.createServer((request, response) => {
    if (request.url === '/begins') response.write('a');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  wire.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a server that says nothing is given up, before its head and in the middle', async () => {
  await expect(wire.send({ method: 'GET', url: `${url}/silent`, headers: {} })).rejects.toThrow(
    'said nothing for 100 ms',
  );
  const begun = await wire.send({ method: 'GET', url: `${url}/begins`, headers: {} });
  await expect(wire.read(begun)).rejects.toThrow('said nothing for 100 ms');
});

test('a client that leaves ends the wait with its own reason', async () => {
  const leaving = new AbortController();
  const sent = wire.send({ method: 'GET', url: `${url}/silent`, headers: {}, signal: leaving.signal });
  leaving.abort(new Error('gone'));
  await expect(sent).rejects.toThrow('gone');
});

test('a port where nobody listens is told as such', async () => {
  const nobody = wire.send({ method: 'GET', url: 'http://127.0.0.1:1/', headers: {} });
  await expect(nobody).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
    message: expect.stringContaining('cannot be reached'),
  });
});

test.each([
  ['http://127.0.0.1:8000/v1', true],
  ['https://engine.example/v1', true],
  ['http://10.0.0.7/v1', true],
  ['http://169.254.169.254/latest', false],
  ['http://[::ffff:169.254.169.254]/', false],
  ['http://[fd00:ec2::254]/', false],
  ['http://0.0.0.0/', false],
  ['http://2852039166/', false],
  ['ftp://engine.example/', false],
  ['http://me:secret@engine.example/', false],
  ['http://engine.example/?a=b', false],
  ['engine', false],
])('%s may be an engine: %s', (address, may) => {
  expect(addressFault(address) === undefined).toBe(may);
});
