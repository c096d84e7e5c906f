/**
 * A wire to PostgreSQL that can be tampered with: what clients send passes through `pass`, which may change it, drop it or cut it,
 * and what they are told through `tell`.
 */
import net, { type AddressInfo, type Socket } from 'node:net';

/** What goes on to the server; undefined = nothing does. */
export type Pass = (bytes: Buffer, client: Socket) => Buffer | undefined;

const NOTHING = Buffer.alloc(0);

export interface PostgresProxy {
  /** The same database, asked through the proxy. */
  readonly url: string;
  pass: Pass;
  tell: (bytes: Buffer) => Buffer;
  close(): Promise<void>;
}

export async function proxyTo(databaseUrl: string): Promise<PostgresProxy> {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    const behind = net.connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (sockets.delete(socket), other.destroy()));
    }
    client.on('data', (bytes: Buffer) => {
      const passed = proxy.pass(bytes, client);
      if (passed) behind.write(passed);
    });
    // Who takes leave of a server that hears nothing waits for its answer.
    client.on('end', () => proxy.pass(NOTHING, client) && behind.end());
    behind.on('data', (bytes: Buffer) => client.write(proxy.tell(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The server's own socket would go by the wire.
  url.searchParams.delete('host');
  const proxy: PostgresProxy = {
    url: url.href,
    pass: (bytes) => bytes,
    tell: (bytes) => bytes,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
