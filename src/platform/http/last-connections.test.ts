import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance } from 'fastify';
import { endLastConnections } from './last-connections';

async function connected(http: FastifyInstance): Promise<Socket> {
  await http.listen({ host: '127.0.0.1', port: 0 });
  const accepted = once(http.server, 'connection');
  const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  await accepted;
  return socket;
}

it('a server that stops does not wait for connections that never asked anything', async () => {
  const http = fastify({ forceCloseConnections: 'idle' });
  endLastConnections(http);
  const socket = await connected(http);
  const ended = once(socket, 'close');
  await http.close();
  await ended;
});

it('a server that stops does not wait for ever for who reads no more of an answer', async () => {
  const http = fastify({ forceCloseConnections: 'idle' });
  endLastConnections(http, 50);
  const without = (function* () {
    for (;;) yield Buffer.alloc(64 * 1024);
  })();
  http.get('/', (_request, reply) => reply.send(Readable.from(without)));
  const socket = await connected(http);
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  await once(socket, 'readable');
  await http.close();
  socket.destroy();
});
