/** What stands between a parsed request and its execution, and between the answer and the wire. */
import {
  type ApolloServerPlugin,
  type GraphQLRequestContextDidEncounterErrors,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestListener,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import type { OperationDefinitionNode } from 'graphql';
import { AppError } from '../../kernel/errors';
import type { Log } from '../log';
import { enterSpan } from '../trace';
import type { RequestContext } from './context';
import { refusal } from './errors';
import type { Executor } from './executor';
import type { CostReport, OperationLimits } from './limits';

const MODERN = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
const JSON_CONTENT = 'application/json; charset=utf-8';
/** Of an operation, in a trace. */
const LONGEST_NAME = 64;
const DONE = Promise.resolve();
const NO_HEADERS = { status: undefined, headers: new HeaderMap() };

/** One listener for all of it: Apollo waits for every hook of every listener in turn, and each wait has its price. */
export function serveOperations(
  limits: OperationLimits,
  execute: Executor,
  requestIds: WeakMap<object, string>,
  log: Log,
): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => new OperationListener(limits, execute, requestIds, log),
    // Apollo throws another error in its place, which says nothing of it.
    unexpectedErrorProcessingRequest: async ({ requestContext, error }) =>
      log.error({ error, requestId: requestContext.contextValue.requestId }, 'a request failed'),
  };
}

/** Executed here, a subscription would answer once, as if nothing had happened. */
function elsewhere(): AppError {
  const message =
    'Subscriptions run at /graphql/stream: by server-sent events (accept text/event-stream), or over a WebSocket.';
  return new AppError('MALFORMED', message);
}

class OperationListener implements GraphQLRequestListener<RequestContext> {
  private cost: CostReport | undefined;
  /** Not one of those that are kept, read. */
  private isNew = false;
  private span: ReturnType<typeof enterSpan>;

  constructor(
    private readonly limits: OperationLimits,
    private readonly execute: Executor,
    private readonly requestIds: WeakMap<object, string>,
    private readonly log: Log,
  ) {}

  parsingDidStart(): Promise<void> {
    this.isNew = true;
    return DONE;
  }

  /** Refuses what exceeds a limit before it runs. */
  async didResolveOperation({
    document,
    operation,
    request,
    contextValue,
  }: GraphQLRequestContextDidResolveOperation<RequestContext>): Promise<void> {
    if (!operation) return;
    if (operation.operation === 'subscription') throw refusal(elsewhere());
    this.span = enterSpan(operation.operation, { attributes: attributesOf(operation) });
    try {
      this.cost = this.limits.admit(document, operation, request.variables ?? {}, contextValue);
    } catch (error) {
      throw error instanceof AppError ? refusal(error) : error;
    }
  }

  /** Answers what the executor can; Apollo executes the rest. A gateway would be the other way in, at a higher price. */
  async responseForOperation({
    document,
    operation,
    request,
    contextValue,
  }: GraphQLRequestContextResponseForOperation<RequestContext>): Promise<GraphQLResponse | null> {
    // No operation, or no single one, goes by the name: graphql-js says which.
    if (!(operation as OperationDefinitionNode | undefined)) return null;
    const { variables: variableValues } = request;
    const plain = await this.execute({ document, operation, variableValues, contextValue }).catch(
      (error: unknown) => {
        this.log.error({ error, requestId: contextValue.requestId }, 'the executor failed');
        return null;
      },
    );
    if (!plain) return null;
    const data = plain as unknown as Record<string, unknown>;
    return { http: NO_HEADERS, body: { kind: 'single', singleResult: { data } } };
  }

  /** Apollo formats errors without their context, so it is noted here whose they are. */
  didEncounterErrors({
    errors,
    contextValue,
  }: GraphQLRequestContextDidEncounterErrors<RequestContext>): Promise<void> {
    for (const error of errors) this.requestIds.set(error, contextValue.requestId);
    this.span?.span.fail(errors[0]?.originalError ?? { code: errors[0]?.extensions['code'] });
    return DONE;
  }

  willSendResponse({
    request,
    response: { http, body },
    source,
    contextValue,
  }: GraphQLRequestContextWillSendResponse<RequestContext>): Promise<void> {
    this.span?.end();
    if (this.isNew && !this.cost) this.limits.readInVain(source ?? '', contextValue);
    if (this.cost && body.kind === 'single') {
      body.singleResult.extensions = { ...body.singleResult.extensions, cost: this.cost };
    }
    // Clients of before the specification read `application/json` only when the status is 200; GraphQL over HTTP asks
    // servers to answer them so once the document was read, and Apollo answers 400.
    const accept = request.http?.headers.get('accept');
    if (source && http.status === 400 && !accept?.includes(MODERN)) http.status = 200;
    // Said here so that Apollo need not weigh media types for those who name just this one.
    if (accept === JSON_TYPE && body.kind === 'single') http.headers.set('content-type', JSON_CONTENT);
    return DONE;
  }
}

/** A name is the client's word: a short one of letters and digits, as the language has it. Documents and variables are told to nobody. */
function attributesOf({ operation, name }: OperationDefinitionNode) {
  return {
    'graphql.operation.type': operation,
    'graphql.operation.name': name?.value.slice(0, LONGEST_NAME),
  };
}
