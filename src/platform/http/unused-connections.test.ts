import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import fastify from 'fastify';
import { endUnusedConnections } from './unused-connections';

it('a server that stops does not wait for connections that never asked anything', async () => {
  const http = fastify({ forceCloseConnections: 'idle' });
  endUnusedConnections(http);
  await http.listen({ host: '127.0.0.1', port: 0 });
  const accepted = once(http.server, 'connection');
  const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  await accepted;
  const ended = once(socket, 'close');
  await http.close();
  await ended;
});
