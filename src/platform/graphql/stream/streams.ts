/**
 * Subscriptions, whatever carries them: what is refused, who is asked for, and how a stream ends. Each event is read under a fresh
 * look at who is asking, so a revoked session hears nothing more; a stream that breaks ends with its errors, never as if all were told.
 */
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { Cancellation, type CancelSignal, unlessLeft } from '../../../kernel/cancellation';
import { AppError, type ErrorCode } from '../../../kernel/errors';
import type { HttpServerSettings } from '../../http';
import { type Asker, contextOf } from '../context';
import { type ErrorSettings, formatError } from '../errors';
import { LIMITS, type OperationLimits } from '../limits';
import type { TrustedDocuments } from '../trusted-documents';

export interface StreamSettings {
  readonly http: FastifyInstance;
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  readonly trusted: TrustedDocuments;
  readonly authenticate: HttpServerSettings['authenticate'];
  readonly errors: ErrorSettings;
}

export interface StreamRequest {
  /** This, or the id of a trusted document. */
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

/** Who reads a stream, as its transport knows them. */
export interface StreamReader {
  /** `acting` is who they were when last looked at; `abortSignal` tells that they left. */
  readonly asker: Asker;
  /** What they show of themselves. */
  readonly authorization: string | undefined;
  /** Bytes that were written to them and have not left. */
  unsent(): number;
  /** Calls when they hear no more of this stream, for whatever reason. */
  whenOver(listener: () => void): void;
}

/** Why a stream does not begin, or not go on, as its reader is told. */
export class StreamFailure extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join(' '));
  }
}

type Arguments = ExecutionArgs & { contextValue: Record<PropertyKey, unknown> };

/** At most, between two looks whether a connection that took no more takes something again. */
const FULL_MS = 50;
/** After one of these, no later event would fare better. */
const FINAL: ReadonlySet<unknown> = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'ACCOUNT_CLOSING',
  'PASSWORD_CHANGE_REQUIRED',
  'SECOND_FACTOR_SETUP_REQUIRED',
]);

export class Streams {
  private readonly closing = new Cancellation();

  constructor(private readonly settings: StreamSettings) {
    settings.http.addHook('preClose', async () => this.closing.abort());
  }

  /** Events as they come, each ready to be written. It and its iteration @throw StreamFailure. */
  async open(request: StreamRequest, reader: StreamReader): Promise<AsyncGenerator<ExecutionResult>> {
    try {
      await this.look(reader);
      const args = this.admitted(request, reader);
      const source = await createSourceEventStream(args);
      if (Symbol.asyncIterator in source) return this.events(reader, args, source);
      throw this.failure(source.errors ?? [], reader);
    } catch (error) {
      throw this.failure([error], reader);
    }
  }

  /** @throws GraphQLError or AppError, for what may not run. */
  private admitted(request: StreamRequest, reader: StreamReader): Arguments {
    const { schema, limits, http, trusted } = this.settings;
    const { variables, operationName } = request;
    const context = contextOf(reader.asker);
    limits.enter(context);
    const text = String(trusted.text(request));
    try {
      const { document, operation } = readOperation(schema, text, operationName);
      limits.admit(document, operation, variables ?? {}, context);
      reader.whenOver(http.openStreams.enter(context));
      return { schema, document, variableValues: variables, operationName, contextValue: { ...context } };
    } catch (error) {
      limits.readInVain(text, context);
      throw error;
    }
  }

  private async *events(
    reader: StreamReader,
    args: Arguments,
    source: AsyncIterable<unknown>,
  ): AsyncGenerator<ExecutionResult> {
    const end = new Cancellation();
    const stays = [end.follow(this.closing), end.follow(reader.asker.abortSignal)];
    const iterator = source[Symbol.asyncIterator]();
    let saidNothing = false;
    try {
      for (;;) {
        const next = await unlessLeft(iterator.next(), end);
        if (!next) break;
        if (next.done) return;
        if (!(await hasRoom(reader, end))) break;
        const { isLast, ...answer } = await this.answer(reader, { ...args, rootValue: next.value });
        const errors = answer.errors && this.shown(answer.errors, reader);
        const isEmpty = Object.values(answer.data ?? {}).every((value) => value === null);
        const breaks = errors && (isLast || errors.some(({ extensions }) => FINAL.has(extensions?.code)));
        if (breaks && isEmpty) throw new StreamFailure(errors);
        // Nothing after nothing is not told: its rhythm would say that something hidden is there, and changes.
        const saysNothing = isEmpty && !errors;
        if (!(saysNothing && saidNothing)) yield { ...answer, ...(errors && { errors: errors as never }) };
        saidNothing = saysNothing;
        if (breaks) throw new StreamFailure(errors);
        if (isLast) return;
      }
      if (this.closing.aborted) throw restarting();
    } catch (error) {
      throw this.failure([error], reader);
    } finally {
      for (const stay of stays) stay();
      // Not awaited: a source that is still waiting for its next value only returns after it.
      void iterator.return?.();
    }
  }

  /** Asks again who it is: a principal may have lost its right since it was last heard. */
  private async look({ asker, authorization }: StreamReader): Promise<void> {
    asker.acting = { ...asker.acting, principal: await this.settings.authenticate(authorization) };
  }

  private async answer(
    reader: StreamReader,
    args: Arguments,
  ): Promise<ExecutionResult & { isLast: boolean }> {
    await this.look(reader);
    const contextValue = contextOf(reader.asker);
    const answer = await execute({ ...args, contextValue });
    return { ...answer, isLast: contextValue.isLast };
  }

  private failure(errors: readonly unknown[], reader: StreamReader): StreamFailure {
    const [first] = errors;
    return first instanceof StreamFailure ? first : new StreamFailure(this.shown(errors, reader));
  }

  private shown(errors: readonly unknown[], { asker }: StreamReader): GraphQLFormattedError[] {
    return errors.map((error) => {
      const known =
        error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error });
      return formatError(known, this.settings.errors, asker.acting.requestId);
    });
  }
}

/**
 * Waits until all that was written has left; false when the reader left first, or the server stops. What a reader who does not read
 * would be told is not even asked, and of what changed meanwhile it hears the last.
 */
async function hasRoom(reader: StreamReader, end: CancelSignal): Promise<boolean> {
  // What was just written is on its way within the turn: a stream of tokens must not wait for a timer.
  for (let pause = 0; reader.unsent() > 0 && !end.aborted; pause = Math.min(FULL_MS, 2 * pause + 1))
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
