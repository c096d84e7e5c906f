/** The HTTP server beneath every face: who asks, the request id, error shapes, health and metrics. */
import type { ServerResponse } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Cancellation, type CancelSignal } from '../../kernel/cancellation';
import { AppError, type ErrorCode } from '../../kernel/errors';
import { newId } from '../../kernel/id';
import { ANONYMOUS, type Principal } from '../../kernel/principal';
import type { Config } from '../config';
import { blobStoreFailure } from '../blob/blob-store-error';
import { databaseFailure } from '../database';
import { type ActingRequest, requestScope } from '../events';
import type { Platform } from '../module';
import { activeIds, underSpan } from '../trace';
import { drains } from './drain';
import { endLastConnections } from './last-connections';
import { serveFigures } from './figures';
import { OpenStreams } from './open-streams';
import { allowPages } from './page-access';
import { serveReadiness } from './readiness';
import { countRequests } from './request-figures';
import { serverSpans } from './server-span';
import { endSlowBodies } from './slow-bodies';
import { readUnreadBodies } from './unread-bodies';
import { takeUpgrades } from './upgrades';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its handler says itself who acts where something is written; other handlers run in the scope of their request. */
    carriesNoActor?: boolean;
    /** What comes as `Authorization` is for its handler; whoever sends it is anonymous. */
    readsOwnCredential?: boolean;
  }
  interface FastifyInstance {
    /** Draws from the caller's allowance, the same one whichever face is asked. @throws AppError RATE_LIMITED or TOO_COSTLY. */
    spend(request: FastifyRequest, cost: number): void;
    /** In its place where a body says what a call costs: before it is read. @throws AppError RATE_LIMITED. */
    enterCall(request: FastifyRequest): void;
    /** What a call costs that has entered. @throws AppError RATE_LIMITED or TOO_COSTLY. */
    spendCall(request: FastifyRequest, cost: number): void;
    /** How many calls the caller's own limit leaves, from memory; undefined where there is none. */
    callsLeft(
      request: FastifyRequest,
    ): { readonly limit: number; readonly remaining: number; readonly fullInMs: number } | undefined;
    /** For a call that failed: where that was before it spent anything, the reading of its body is owed. */
    readInVain(request: FastifyRequest): void;
    /** What keeps the process from taking requests, in words; empty = ready. */
    notReady(): readonly string[];
    /** Called before anything is done for somebody, however they come: with each request, and once a WebSocket said who it is. */
    readonly onAsker: ((asker: Pick<FastifyRequest, 'acting' | 'headers'>) => Promise<void>)[];
    /** How many streams somebody has open, by whichever face. */
    readonly openStreams: OpenStreams;
  }
  interface FastifyRequest {
    /** Who asks, and the id under which the request is known in logs, events and answers. */
    acting: ActingRequest & { readonly requestId: string };
    /** Aborted when the client leaves before its answer is complete. Made when it is first looked at: few requests do. */
    readonly abortSignal: CancelSignal;
    answer: ServerResponse;
    leave: Cancellation | undefined;
  }
}

const BODY_LIMIT = 1024 * 1024;
/** No route here has a JSON schema: what Fastify would load to compile them is 3 MB of code that is never used. */
const NO_SCHEMAS = {
  compilersFactory: {
    buildValidator: () => () => {
      throw new Error('Routes check what they are sent themselves.');
    },
    buildSerializer: () => () => {
      throw new Error('Routes write their answers themselves.');
    },
  },
};
const HOST = /^(\[[\da-f:.]+\](:\d*)?|[^\s/?#@\\[\]]+)$/i;
const GRAPHQL_TYPE = 'application/graphql-response+json';
const GRAPHQL_PATH = /^\/graphql(\/|\?|$)/;

export interface HttpServerSettings {
  readonly platform: Pick<Platform, 'clock' | 'config' | 'log' | 'metrics' | 'database' | 'tracer'>;
  /** Who shows this `Authorization`. @throws AppError UNAUTHENTICATED for one that is not good. */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** What must hold before requests are sent here, each with its name; empty = ready. */
  readonly notReady: () => readonly string[];
}

export function createHttpServer({
  platform,
  authenticate,
  ...settings
}: HttpServerSettings): FastifyInstance {
  const { clock, config, log, metrics, database, tracer } = platform;
  const http = fastify({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustOf(config.trustedProxies),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    schemaController: NO_SCHEMAS,
    // An address that cannot be decoded is refused before any hook.
    frameworkErrors: (error, _request, reply) => {
      const { code, status, message } = shapeOf(error);
      void (reply as FastifyReply).status(status).send({ error: { message, code } });
    },
  });
  endLastConnections(http);
  endSlowBodies(http);
  readUnreadBodies(http);
  const leaving = drains(http);
  const notReady = (): readonly string[] => [...settings.notReady(), ...leaving()];

  http.decorate('notReady', notReady);
  http.decorate('openStreams', new OpenStreams());
  http.decorate('onAsker', []);
  const beginSpan = serverSpans(tracer, config.trace);
  http.decorateRequest('span', undefined);
  http.decorateRequest('leave', undefined);
  http.decorateRequest('abortSignal', { getter: abortSignal });
  // Before anything that answers at once.
  countRequests(http, metrics);
  allowPages(http);
  http.addHook('onRequest', async (request, reply) => {
    const requestId = newId('evt', clock.now()).replace('evt_', 'req_');
    // What is answered is somebody's: a cache keeps none of it unless its route says so.
    reply.header('x-request-id', requestId).header('cache-control', 'no-store');
    request.answer = reply.raw;
    request.acting = { requestId, principal: ANONYMOUS };
    const span = (request.span = beginSpan(request, reply));
    checkHost(request);
    checkCoding(request, reply);
    const { authorization } = request.headers;
    if (request.routeOptions.config?.readsOwnCredential) return;
    request.acting = { requestId, principal: await underSpan(span, () => authenticate(authorization)) };
  });
  takeUpgrades(http);
  http.addHook('preHandler', async (request) => {
    for (const act of http.onAsker) await act(request);
  });
  http.addHook('onRoute', (route) => {
    const { handler, config } = route;
    const inScope: typeof handler = config?.carriesNoActor
      ? handler
      : function (request, reply) {
          return requestScope.run(request.acting, async () => handler.call(this, request, reply));
        };
    route.handler = tracer.isOn
      ? function (request, reply) {
          const work = (): unknown => inScope.call(this, request, reply);
          return request.span ? underSpan(request.span, async () => work()) : work();
        }
      : inScope;
  });

  http.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { requestId } = request.acting;
    const told = { error, requestId, ...activeIds(request.span) };
    if (reply.raw.headersSent) {
      // Half an answer is on its way and cannot become an error: it is broken off, so that nobody takes it for whole.
      log.warn(told, 'an answer broke off');
      reply.hijack();
      return void reply.raw.destroy();
    }
    const { code, status, message, retryAfterMs } = shapeOf(error);
    if (code === 'INTERNAL') log.error(told, 'a request failed');
    if (code === 'UNAVAILABLE')
      log.warn({ ...told, error: undefined, why: error.message }, 'the database could not be used');
    if (blobStoreFailure(error)) log.error(told, 'the blob store failed a request');
    if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    const extensions = { code, requestId, docs: `errors.md#${code.toLowerCase()}`, retryAfterMs };
    if (!GRAPHQL_PATH.test(request.url))
      return reply.status(status).send({ error: { message, ...extensions } });
    // Clients read the errors of an answer that is not 200 only where its type says that they are GraphQL's.
    if (request.headers.accept?.includes(GRAPHQL_TYPE)) reply.type(`${GRAPHQL_TYPE}; charset=utf-8`);
    return reply.status(status).send({ errors: [{ message, extensions }] });
  });
  http.setNotFoundHandler((request, reply) => {
    const { requestId } = request.acting;
    return reply
      .status(404)
      .send({ error: { message: 'There is nothing at this address.', code: 'NOT_FOUND', requestId } });
  });

  http.get('/healthz', async () => ({ status: 'ok' }));
  serveReadiness(http, database, notReady);
  serveFigures(http, metrics, config.metricsToken);
  return http;
}

/**
 * Of what a client calls us nothing is made, but an address that is read with it must be one (RFC 9112, section 3.2).
 * @throws AppError MALFORMED.
 */
function checkHost({ headers }: FastifyRequest): void {
  const { host } = headers;
  // Clients of HTTP/1.0 may leave it out.
  if (!host) headers.host = 'localhost';
  else if (!HOST.test(host) || !URL.canParse(`http://${host}`))
    throw new AppError('MALFORMED', 'The header Host names no host.');
}

/** A body that came compressed would be told as one that is no JSON. @throws Error 415, with the header by which RFC 9110 answers it. */
function checkCoding({ headers }: FastifyRequest, reply: FastifyReply): void {
  const { 'content-encoding': coding = 'identity' } = headers;
  if (coding === 'identity' || coding === '') return;
  reply.header('accept-encoding', 'identity');
  const message = `No body is read here that was encoded as ${coding.slice(0, 20)}. Send it as it is.`;
  throw Object.assign(new Error(message), { statusCode: 415 });
}

/** What Fastify asks of each address, from the one that connects (0) on. */
function trustOf(
  proxies: Config['trustedProxies'],
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  return proxies ? [...proxies] : false;
}

function abortSignal(this: FastifyRequest): CancelSignal {
  if (this.leave) return this.leave;
  const { answer } = this;
  const leave = (this.leave = new Cancellation());
  const close = (): void => {
    if (!answer.writableFinished) leave.abort();
  };
  if (answer.closed) close();
  else answer.once('close', close);
  return leave;
}

interface Shape {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly retryAfterMs?: number;
}

function shapeOf(error: Error & { statusCode?: number }): Shape {
  const expected = error instanceof AppError ? error : (databaseFailure(error) ?? blobStoreFailure(error));
  if (expected) {
    const { code, definition, message, data } = expected;
    return { code, status: definition.status, message, retryAfterMs: data.retryAfterMs };
  }
  const status = error.statusCode ?? 500;
  if (status === 413)
    return { code: 'TOO_LARGE', status, message: `The body is larger than ${BODY_LIMIT} bytes. Send less.` };
  if (status < 500) return { code: 'MALFORMED', status, message: error.message };
  return {
    code: 'INTERNAL',
    status: 500,
    message: 'Something failed on our side. Quote the requestId to support.',
  };
}
