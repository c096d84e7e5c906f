/**
 * Subscriptions over server-sent events at /graphql/stream (the protocol of graphql-sse, one connection an operation).
 * Each event is read under a fresh look at who is asking, so a revoked session hears nothing more; a stream that breaks
 * ends with an error event, never with a clean close.
 */
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { Cancellation, type CancelSignal, unlessLeft } from '../../kernel/cancellation';
import { AppError, type ErrorCode } from '../../kernel/errors';
import type { HttpServerSettings } from '../http';
import { contextOf } from './context';
import { type ErrorSettings, formatError } from './errors';
import { LIMITS, type OperationLimits } from './limits';
import type { TrustedDocuments } from './trusted-documents';

export interface StreamSettings {
  readonly http: FastifyInstance;
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  readonly trusted: TrustedDocuments;
  readonly authenticate: HttpServerSettings['authenticate'];
  readonly errors: ErrorSettings;
}

type Answer = ExecutionResult | AsyncIterable<ExecutionResult>;
type Arguments = ExecutionArgs & { contextValue: Record<PropertyKey, unknown> };

/** At most, between two looks whether a connection that took no more takes something again. */
const FULL_MS = 50;
const URL_OF_STREAM = '/graphql/stream';
/** After one of these, no later event would fare better. */
const FINAL: ReadonlySet<unknown> = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'PASSWORD_CHANGE_REQUIRED',
]);

export function addStream({
  http,
  schema,
  limits,
  trusted,
  authenticate,
  errors: told,
}: StreamSettings): void {
  const closing = new Cancellation();
  http.addHook('preClose', async () => closing.abort());
  const failure = (error: unknown): ExecutionResult => ({
    data: null,
    errors: [error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error })],
  });
  const shown = ({ errors, ...rest }: ExecutionResult, { acting }: FastifyRequest): ExecutionResult =>
    errors
      ? { ...rest, errors: errors.map((error) => formatError(error, told, acting.requestId)) as never }
      : rest;

  /** Asks again who it is: a principal may have lost its right since the last event. */
  const answerAs = async (
    request: FastifyRequest,
    args: Arguments,
  ): Promise<ExecutionResult & { isLast: boolean }> => {
    const principal = await authenticate(request);
    request.acting = { ...request.acting, principal };
    const contextValue = contextOf(request);
    const answer = await execute({ ...args, contextValue });
    return { ...answer, isLast: contextValue.isLast };
  };

  async function* events(
    request: FastifyRequest,
    args: Arguments,
    source: AsyncIterable<unknown>,
  ): AsyncGenerator<ExecutionResult> {
    const end = new Cancellation();
    const stays = [end.follow(closing), end.follow(request.abortSignal)];
    const iterator = source[Symbol.asyncIterator]();
    let saidNothing = false;
    try {
      for (;;) {
        const next = await unlessLeft(iterator.next(), end);
        if (!next) break;
        if (next.done) return;
        if (!(await hasRoom(request, end))) break;
        const { isLast, ...answer } = await answerAs(request, { ...args, rootValue: next.value });
        const result = shown(answer, request);
        // Nothing after nothing is not told: its rhythm would say that something hidden is there, and changes.
        const saysNothing =
          !result.errors && Object.values(result.data ?? {}).every((value) => value === null);
        if (!(saysNothing && saidNothing)) yield result;
        saidNothing = saysNothing;
        if (isLast || result.errors?.some(({ extensions }) => FINAL.has(extensions.code))) return;
      }
      if (closing.aborted) yield shown(failure(restarting()), request);
    } catch (error) {
      yield shown(failure(error), request);
    } finally {
      for (const stay of stays) stay();
      // Not awaited: a source that is still waiting for its next value only returns after it.
      void iterator.return?.();
    }
  }

  const start = async (request: FastifyRequest, args: Arguments): Promise<Answer> => {
    const source = await createSourceEventStream(args);
    // A failure without `data` is not known for one by graphql-sse.
    return Symbol.asyncIterator in source
      ? events(request, args, source)
      : shown({ data: null, ...source }, request);
  };

  const handler = createHandler<Arguments['contextValue']>({
    // No tokens: a reserved stream would be state that another process does not have.
    authenticate: () => null,
    onSubscribe: async ({ raw }, { query, variables, operationName }) => {
      try {
        const { document, operation } = readOperation(schema, String(query), operationName);
        const context = contextOf(raw);
        limits.admit(document, operation, variables ?? {}, context);
        http.openStreams.enter(context, raw.answer);
        const args = {
          schema,
          document,
          variableValues: variables,
          operationName,
          contextValue: { ...context },
        };
        return await start(raw, args);
      } catch (error) {
        return shown(failure(error), raw);
      }
    },
  });
  http.route({
    method: ['GET', 'POST'],
    url: URL_OF_STREAM,
    config: { carriesNoActor: true },
    handler: (request, reply) => {
      trusted.resolve(request);
      return handler(request, reply);
    },
  });
}

/**
 * Waits until all that was written has left; false when the client left first, or the server stops. graphql-sse takes whatever it is given and keeps
 * it: what a reader who does not read would be told is not even asked, and of what changed meanwhile it hears the last.
 */
async function hasRoom({ answer }: FastifyRequest, end: CancelSignal): Promise<boolean> {
  // What was just written is on its way within the turn: a stream of tokens must not wait for a timer.
  for (let pause = 0; answer.writableLength > 0 && !end.aborted; pause = Math.min(FULL_MS, 2 * pause + 1))
    await (pause === 0 ? turn() : delay(pause));
  return !end.aborted;
}

/** @throws GraphQLError or AppError that says what is wrong with the document. */
function readOperation(
  schema: GraphQLSchema,
  query: string,
  operationName: string | null | undefined,
): { document: DocumentNode; operation: OperationDefinitionNode } {
  const document = parse(query, { maxTokens: LIMITS.tokens });
  const [fault] = validate(schema, document);
  if (fault) throw fault;
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new AppError('MALFORMED', unresolved(operationName));
  if (operation.operation !== 'subscription')
    throw new AppError('MALFORMED', 'One subscription runs here; queries and mutations go to /graphql.');
  return { document, operation };
}

/** In the words of graphql-js, which has them where it executes only. */
function unresolved(operationName: string | null | undefined): string {
  return operationName == null
    ? 'Must provide operation name if query contains multiple operations.'
    : `Unknown operation named "${operationName}".`;
}

function restarting(): AppError {
  const message = 'The server is stopping. Subscribe again in a moment.';
  return new AppError('OVERLOADED', message, undefined, { retryAfterMs: 1000 });
}
