/** What stands between a parsed request and its execution, and between the answer and the wire. */
import { type ApolloServerPlugin, type GraphQLRequestListener, HeaderMap } from '@apollo/server';
import { AppError } from '../../kernel/errors';
import type { RequestContext } from './context';
import { refusal } from './errors';
import type { Executor } from './executor';
import type { CostReport, OperationLimits } from './limits';

const MODERN = 'application/graphql-response+json';

/** Refuses what exceeds a limit before it runs, and tells in `extensions.cost` what an operation cost. */
export function limitOperations(limits: OperationLimits): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => {
      let cost: CostReport | undefined;
      return {
        didResolveOperation: async ({ document, operation, request, contextValue }) => {
          try {
            if (operation) cost = limits.admit(document, operation, request.variables ?? {}, contextValue);
          } catch (error) {
            throw error instanceof AppError ? refusal(error) : error;
          }
        },
        willSendResponse: async ({ response: { body } }) => {
          if (!cost || body.kind !== 'single') return;
          body.singleResult.extensions = { ...body.singleResult.extensions, cost };
        },
      };
    },
  };
}

/**
 * Clients of before the specification read `application/json` only when the status is 200; GraphQL over HTTP asks servers
 * to answer them so once the document was read, and Apollo answers 400.
 */
export const statusForOldClients: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { http }, source }) => {
      const isModern = request.http?.headers.get('accept')?.includes(MODERN);
      if (source && http.status === 400 && !isModern) http.status = 200;
    },
  }),
};

/** Answers what the executor can; Apollo executes the rest. A gateway would be the other way in, at a higher price. */
export function executePlainQueries(execute: Executor): ApolloServerPlugin<RequestContext> {
  const http = { status: undefined, headers: new HeaderMap() };
  const listener: GraphQLRequestListener<RequestContext> = {
    responseForOperation: async ({ document, operation, request, contextValue }) => {
      const data = await execute({ document, operation, variableValues: request.variables, contextValue });
      if (!data) return null;
      return {
        http,
        body: { kind: 'single', singleResult: { data: data as unknown as Record<string, unknown> } },
      };
    },
  };
  return { requestDidStart: async () => listener };
}
