import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { addressFault } from './remote-address';
import { RemoteHttp } from './remote-http';

let server: http.Server;
let asked: string[] = [];
const known = new WeakSet<Socket>();
let url: string;
const wire = new RemoteHttp(100);

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const { url: path, socket } = request;
    asked.push(path!);
    if (path === '/begins') response.write('a');
    else if (path === '/closes') socket.destroy();
    else if (path === '/closes-kept' && known.has(socket)) socket.destroy();
    else if (path === '/breaks-off-kept' && known.has(socket)) socket.end('HTTP/1.1 200 OK\r\n');
    else if (path?.startsWith('/status/')) response.writeHead(Number(path.slice(8))).end();
    else if (path !== '/silent') response.end('whole');
    known.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => (asked = []));

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

const get = async (path: string): Promise<string> => {
  const response = await wire.send({ method: 'GET', url: url + path, headers: {} });
  return (await wire.read(response)).toString();
};

test('a kept connection that closes just as it is used again costs nobody the answer', async () => {
  const kept = ['/closes-kept', '/closes-kept'];
  for (const path of kept) expect(await get(path)).toBe('whole');
  expect(asked).toEqual([...kept, '/closes-kept']);
});

test.each(['/closes', '/breaks-off-kept'])(
  'what a server was asked on a new connection, or has begun to answer, it is not asked twice: %s',
  async (path) => {
    expect(await get('/ready')).toBe('whole');
    if (path === '/closes') wire.close();
    await expect(get(path)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    expect(asked).toEqual(['/ready', path]);
  },
);

test.each([
  [400, 'ENGINE_FAULT'],
  [413, 'ENGINE_FAULT'],
  [422, 'ENGINE_FAULT'],
  [401, 'UPSTREAM_FAILED'],
  [404, 'UPSTREAM_FAILED'],
  [500, 'UPSTREAM_FAILED'],
  [429, 'OVERLOADED'],
])('what is answered with %i is told from what is wrong with the server: %s', async (status, code) => {
  // A fault of the input is asked again without those that shared its batch, and opens no circuit for them.
  await expect(get(`/status/${status}`)).rejects.toMatchObject({ code });
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
  ['http://[fd20:ce::254]/', false],
  ['http://[64:ff9b::169.254.169.254]/', false],
  ['http://100.100.100.200/latest', false],
  ['http://100.100.100.201/v1', true],
  ['http://192.0.0.192/latest', false],
  ['http://0.0.0.0/', false],
  ['http://2852039166/', false],
  ['ftp://engine.example/', false],
  ['http://me:secret@engine.example/', false],
  ['http://engine.example/?a=b', false],
  ['engine', false],
])('%s may be an engine: %s', (address, may) => {
  expect(addressFault(address) === undefined).toBe(may);
});
