/**
 * Streams over WebSockets, in the protocol graphql-transport-ws of graphql-ws: many operations a connection. The credential comes
 * with `connection_init`, because a browser can set no header; nothing is ever taken from the address, which proxies write down.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { AppError } from '../../../kernel/errors';
import type { HttpServerSettings } from '../../http';
import type { Log } from '../../log';
import { formatError } from '../errors';
import { SocketLink, TRY_AGAIN_LATER } from './socket-link';
import { StreamFailure, type Streams } from './streams';

/** In milliseconds. */
export interface WebSocketTimes {
  /** Until `connection_init` must have come. */
  readonly init: number;
  /** Between two signs of life that are asked for. */
  readonly beat: number;
  /** From the stop of the server until nobody is waited for. */
  readonly lastWords: number;
}

/** A client may have to get a token first; proxies commonly close what is silent for a minute. */
const TIMES: WebSocketTimes = { init: 10_000, beat: 30_000, lastWords: 5_000 };
/** The library asks of what kind an operation is when it was opened already. */
const SUBSCRIPTION = parse('subscription { opened }');

export interface WebSocketSettings {
  readonly http: FastifyInstance;
  readonly schema: GraphQLSchema;
  readonly authenticate: HttpServerSettings['authenticate'];
  readonly log: Log;
}

type Opened = ExecutionArgs & { readonly events: AsyncIterable<ExecutionResult> };

/** Answers what takes the connection of a request that asks for a WebSocket. */
export function webSockets(
  streams: Streams,
  { http, schema, authenticate, log }: WebSocketSettings,
  times = TIMES,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const links = new Set<SocketLink>();
  let isStopping = false;
  const beats = setInterval(() => links.forEach((link) => link.beat()), times.beat).unref();
  http.addHook('preClose', async () => {
    isStopping = true;
    clearInterval(beats);
    for (const link of links) link.stop(times.lastWords);
  });

  const protocol = makeServer<Record<string, unknown>, SocketLink>({
    connectionInitWaitTimeout: times.init,
    onConnect: async ({ extra: link, connectionParams }) => {
      link.authorization = shownIn(connectionParams) ?? link.authorization;
      try {
        link.acting = { ...link.acting, principal: await authenticate(link.authorization) };
        for (const act of http.onAsker) await act(link);
        return true;
      } catch (error) {
        refuse(link, error, log);
        return false;
      }
    },
    onSubscribe: async ({ extra: link }, _id, payload) => {
      const reader = link.reader();
      try {
        const events = untilOver(await streams.open(askedIn(payload), reader), reader.end);
        return { schema, document: SUBSCRIPTION, rootValue: undefined, contextValue: undefined, events };
      } catch (error) {
        reader.end();
        return [new GraphQLError('', { originalError: error as Error })];
      }
    },
    subscribe: (args) => (args as Opened).events as AsyncGenerator<ExecutionResult>,
    // Both are ready to be written.
    onNext: (_context, _id, _payload, _args, result) => result as never,
    onError: ({ extra: link }, _id, _payload, [error]) => {
      const failure = error?.originalError;
      if (!(failure instanceof StreamFailure)) throw failure ?? new Error('a stream failed without a reason');
      const [{ message, extensions } = { message: '' }] = failure.errors;
      // The credential of a connection is the same for all that runs on it: the client comes again with a new one.
      if (extensions?.code === 'UNAUTHENTICATED' && link.authorization !== undefined)
        link.refusal = `UNAUTHENTICATED: ${message}`;
      return failure.errors;
    },
  });

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: http.initialConfig.bodyLimit,
    handleProtocols,
  });
  return (request, reply) => {
    const { raw, upgrade } = request;
    reply.hijack();
    server.handleUpgrade(raw, upgrade!.take(), upgrade!.head, (socket) => {
      const link = new SocketLink(socket, request, log);
      links.add(link);
      // Let in while the others were told; nobody would end it otherwise, and the server waits for it.
      if (isStopping) link.stop(times.lastWords);
      const closed = protocol.opened(
        {
          protocol: socket.protocol,
          send: (text) => link.send(text),
          close: (code, reason) => socket.close(code, reason),
          onMessage: (told) => link.hear(told),
        },
        link,
      );
      socket.once('close', (code) => {
        links.delete(link);
        void closed(code);
      });
    });
  };
}

/** `Authorization` in any case, as headers have it. */
function shownIn(params: Readonly<Record<string, unknown>> = {}): string | undefined {
  const [, shown] = Object.entries(params).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return shown == null ? undefined : String(shown);
}

/** The protocol asks for a `query`: whoever names a document leaves it empty. */
function askedIn({ query, variables, operationName, ...rest }: SubscribePayload & { documentId?: unknown }) {
  const { documentId } = rest;
  return {
    query: query === '' && documentId !== undefined ? undefined : query,
    documentId,
    variables,
    operationName,
  };
}

/** A client that was refused does not hear why but by how it is closed. */
function refuse(link: SocketLink, error: unknown, log: Log): void {
  const { message, extensions } = formatError(error, { log, hidesSchema: true }, link.acting.requestId);
  const code = String(extensions?.code);
  if (code === 'UNAUTHENTICATED') return link.close(CloseCode.Forbidden, `${code}: ${message}`);
  if (error instanceof AppError || code === 'UNAVAILABLE')
    return link.close(TRY_AGAIN_LATER, `${code}: ${message}`);
  return link.close(CloseCode.InternalServerError, `${code}: ${message}`);
}

/** A generator that waits for its next value hears of `return` only then; `end` tells it at once. */
function untilOver(events: AsyncGenerator<ExecutionResult>, end: () => void): AsyncIterable<ExecutionResult> {
  const iterator: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      try {
        const next = await events.next();
        if (next.done) end();
        return next;
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      end();
      return events.return(undefined);
    },
  };
  return iterator;
}
