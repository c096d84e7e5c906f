/** GraphQL over HTTP: Apollo Server on Fastify, with the compiled executor behind it. */
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { scopeOf } from '../database';
import { createHttpServer, type HttpServerSettings } from '../http';
import type { Platform } from '../module';
import type { RequestContext } from './context';
import { formatError } from './errors';
import { createExecutor, stringifyResult } from './executor';

export interface GraphqlServerSettings {
  readonly schema: GraphQLSchema;
  readonly platform: Platform;
  readonly authenticate: HttpServerSettings['authenticate'];
  readonly notReady: HttpServerSettings['notReady'];
  /** Routes beside GraphQL, from the modules. */
  readonly routes: readonly ((http: FastifyInstance) => void | Promise<void>)[];
}

export async function createGraphqlServer({
  schema,
  platform,
  authenticate,
  notReady,
  routes,
}: GraphqlServerSettings): Promise<FastifyInstance> {
  const { config, log } = platform;
  const http = createHttpServer({ platform, authenticate, notReady });
  const execute = createExecutor(schema);
  const apollo = new ApolloServer<RequestContext>({
    gateway: {
      load: async () => ({
        executor: ({ document, operationName, request, context }) =>
          execute({
            document,
            operationName,
            variableValues: request.variables,
            contextValue: context,
          }) as never,
      }),
      onSchemaLoadOrUpdate: (announce) => {
        announce({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => undefined;
      },
      stop: async () => undefined,
    },
    introspection: !config.production,
    includeStacktraceInErrorResponses: false,
    formatError: (_formatted, error) => formatError(error, log),
    stringifyResult,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginCacheControlDisabled(), fastifyApolloDrainPlugin(http)],
  });
  await apollo.start();
  http.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, { context: async (request) => contextOf(request) }),
  });
  const stream = createHandler<RequestContext & Record<PropertyKey, unknown>>({
    schema,
    onSubscribe: ({ raw }, { query, variables, operationName }) => {
      const document = parse(String(query));
      const faults = validate(schema, document);
      return faults.length > 0
        ? { errors: faults }
        : { schema, document, variableValues: variables, operationName, contextValue: { ...contextOf(raw) } };
    },
  });
  http.all('/graphql/stream', (request, reply) => stream(request, reply));
  for (const route of routes) await route(http);
  return http;
}

function contextOf(request: FastifyRequest): RequestContext {
  const { requestId, principal } = request.acting;
  return {
    requestId,
    principal,
    scope: scopeOf(principal),
    signal: request.abortSignal,
    remoteAddress: request.ip,
    globalPrivacyControl: request.headers['sec-gpc'] === '1',
  };
}
