/** GraphQL over HTTP: Apollo Server on Fastify, with limits before and the compiled executor behind it. */
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { createHttpServer, type HttpServerSettings, networkOf } from '../http';
import type { Platform } from '../module';
import { apolloLog } from './apollo-log';
import { contextOf, type RequestContext } from './context';
import { formatError } from './errors';
import { createExecutor, type Executor, stringifyResult } from './executor';
import { addExplorer } from './explorer';
import { LIMITS, type LimitSettings, OperationLimits } from './limits';
import { serveOperations } from './request-plugins';
import { addStreams, type WebSocketTimes } from './stream';
import { shippedDocuments, TrustedDocuments } from './trusted-documents';

/**
 * Documents that are kept parsed, in letters of their texts, of which each costs some 50 bytes. Apollo’s own bound lets those
 * of a client that writes its values into its queries grow to hundreds of megabytes, and serialises each to know its size.
 */
const KEPT_LETTERS = 500_000;

export interface GraphqlServerSettings {
  readonly schema: GraphQLSchema;
  readonly platform: Platform;
  readonly authenticate: HttpServerSettings['authenticate'];
  readonly notReady: HttpServerSettings['notReady'];
  readonly boughtBy?: LimitSettings['boughtBy'];
  /** Routes beside GraphQL, from the modules. */
  readonly routes: readonly ((http: FastifyInstance) => void | Promise<void>)[];
  /** Runs plain queries; the compiled executor unless another one is given. */
  readonly executor?: Executor;
  /** Texts of the trusted documents; those in schema/operations unless others are given. */
  readonly documents?: readonly string[];
  readonly webSocketTimes?: WebSocketTimes;
}

export async function createGraphqlServer(settings: GraphqlServerSettings): Promise<FastifyInstance> {
  const { schema, platform, authenticate, notReady, routes } = settings;
  const { config, log, clock, metrics } = platform;
  const { executor = createExecutor(schema), documents = shippedDocuments() } = settings;
  const http = createHttpServer({ platform, authenticate, notReady });
  const trusted = new TrustedDocuments(config.trustedDocuments, documents);
  const limits = new OperationLimits({
    schema,
    clock,
    rateLimits: config.rateLimits,
    boughtBy: settings.boughtBy,
    mayIntrospect: ({ principal }) => !config.production || principal.kind === 'STAFF',
  });
  const counter = metrics.counter('graphql_errors', 'Errors that answers of GraphQL told, by code.', [
    'code',
  ]);
  const errors = { log, hidesSchema: config.production, counter };
  const requestIds = new WeakMap<object, string>();
  const apollo = new ApolloServer<RequestContext>({
    schema,
    // Whether a caller may read the schema is one of the limits: it depends on who asks.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    formatError: (_formatted, error) => formatError(error, errors, requestIds.get(error as object)),
    logger: apolloLog(log),
    stringifyResult,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    documentStore: new InMemoryLRUCache<DocumentNode>({
      maxSize: KEPT_LETTERS,
      sizeCalculation: ({ loc }) => loc?.source.body.length ?? 1,
    }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      fastifyApolloDrainPlugin(http),
      serveOperations(limits, executor, requestIds, log),
    ],
  });
  await apollo.start();
  const serve = fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) });
  if (!config.production) addExplorer(http);
  http.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    config: { carriesNoActor: true },
    handler: (request, reply) => {
      limits.enter(callerOf(request));
      trusted.resolve(request);
      return serve.call(http, request, reply);
    },
  });
  addStreams({
    http,
    schema,
    limits,
    trusted,
    authenticate,
    errors,
    log,
    webSocketTimes: settings.webSocketTimes,
  });
  http.decorate('spend', (request, cost) => {
    limits.spend(cost, callerOf(request));
  });
  /** Whose body is read before anybody knows what the call costs, and what their connection had brought until then. */
  const entered = new WeakMap<FastifyRequest, number>();
  const readOf = (request: FastifyRequest): number => {
    const before = entered.get(request);
    entered.delete(request);
    return before === undefined ? 0 : request.raw.socket.bytesRead - before;
  };
  http.decorate('enterCall', (request) => {
    limits.enterCall(callerOf(request));
    entered.set(request, request.raw.socket.bytesRead);
  });
  http.decorate('spendCall', (request, cost) => {
    limits.draw(cost, callerOf(request), readOf(request));
  });
  http.decorate('callsLeft', ({ acting }) => acting && limits.callsLeft(acting.principal));
  http.decorate('readInVain', (request) => {
    if (entered.has(request)) limits.bodyInVain(readOf(request), callerOf(request));
  });
  for (const route of routes) await route(http);
  return http;
}

function callerOf({ acting: { principal }, ip }: FastifyRequest) {
  return { principal, remoteAddress: networkOf(ip) };
}
