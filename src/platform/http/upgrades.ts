/**
 * Connections that ask to become a WebSocket. They go through the same hooks as every request (who asks, the request id), and a
 * route that takes them finds the bare socket. What asks for another upgrade (HTTP/2, as Java's client and curl do of themselves) is
 * answered over HTTP/1.1. Newer versions of Node ask which to take (22 and 24 do, 26 lets go of no other socket whole); Node 20 takes
 * whatever asks off HTTP once somebody listens, so there it is put back.
 */
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its handler takes requests whose `upgrade` is set. */
    webSocket?: boolean;
  }
  interface FastifyRequest {
    /** Set when the client asks for a WebSocket. */
    upgrade: Upgrade | undefined;
  }
}

export class Upgrade {
  constructor(
    private readonly answer: ServerResponse,
    private readonly bare: Duplex,
    /** What the client sent behind its request. */
    readonly head: Buffer,
  ) {}

  /** Takes the socket; there will be no HTTP answer. */
  take(): Duplex {
    this.answer.detachSocket(this.bare as never);
    this.bare.off('error', ignore);
    return this.bare;
  }
}

/** The types are of Node 20, which does not ask. */
interface ChoosingServer extends Server {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

export function takeUpgrades(http: FastifyInstance): void {
  const upgrades = new WeakMap<IncomingMessage, Upgrade>();
  const server: ChoosingServer = http.server;
  server.shouldUpgradeCallback = wantsWebSocket;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node listens no more; an error that nobody hears would end the process.
    socket.on('error', ignore);
    // An answer to an earlier request is still on its way: nobody who waits for answers asks so.
    if ((socket as { _httpMessage?: unknown })._httpMessage) return void socket.destroy();
    if (!wantsWebSocket(request)) return putBack(http, request, socket, head);
    const answer = new ServerResponse(request);
    answer.shouldKeepAlive = false;
    answer.assignSocket(socket as never);
    answer.once('finish', () => socket.end());
    upgrades.set(request, new Upgrade(answer, socket, head));
    http.routing(request, answer);
  });
  http.decorateRequest('upgrade', undefined);
  http.addHook('onRequest', async (request: FastifyRequest) => {
    request.upgrade = upgrades.get(request.raw);
    if (request.upgrade && !request.routeOptions.config.webSocket)
      throw new AppError('MALFORMED', 'No WebSocket is taken at this address; at /graphql/stream one is.');
  });
}

function wantsWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

function ignore(): void {}

/** As if the client had not asked for more than HTTP/1.1. */
function putBack(http: FastifyInstance, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at]!, rawHeaders[at + 1]!];
    if (!/^(upgrade|http2-settings|connection)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  if (/\bclose\b/i.test(request.headers.connection ?? '')) lines.push('connection: close');
  socket.off('error', ignore);
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  http.server.emit('connection', socket);
}
