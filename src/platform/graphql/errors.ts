/**
 * What a client sees of a failure at the top level. Ours keep their code and words; GraphQL's own get a code; anything
 * unknown is logged under the request id and masked.
 */
import { HeaderMap } from '@apollo/server';
import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { hasLeft } from '../../kernel/cancellation';
import { AppError, AppErrors, type ErrorCode } from '../../kernel/errors';
import { blobStoreFailure } from '../blob/blob-store-error';
import { databaseFailure } from '../database';
import type { Log } from '../log';
import { tooCostly } from './limits';
import { asAppErrors } from './mutation';

const MASKED = 'Something failed on our side. Quote the requestId to support.';

/** Codes by which Apollo names faults of the request itself. */
const MALFORMED: ReadonlySet<unknown> = new Set<string>(
  Object.values(ApolloServerErrorCode).filter((code) => code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR),
);

/** graphql-js says it in its own words when the parser stops at the limit of tokens. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] \d+ tokens/;
/** What graphql-js adds where a name is close to one that there is. */
const GUESS = / Did you mean [^?]*\?/g;
/** What V8 says when it reads what nests by thousands: before anything measures its depth. */
const ENDLESS = /^Maximum call stack size exceeded$/;

/** Refuses a request before it runs, with the HTTP status and the header that the failure is due. */
export function refusal(error: AppError): GraphQLError {
  const { retryAfterMs } = error.data;
  const headers = new HeaderMap(
    retryAfterMs === undefined ? [] : [['retry-after', String(Math.ceil(retryAfterMs / 1000))]],
  );
  const http = { status: error.definition.status, headers };
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code, http } });
}

export interface ErrorSettings {
  readonly log: Log;
  /** Where the schema is not for everybody to read, no message guesses at names in it either. */
  readonly hidesSchema: boolean;
  /** Counts what clients are told: over GraphQL a failure has no status by which it could be seen. */
  readonly counter?: { inc(labels: { code: string }): void };
}

export function formatError(
  error: unknown,
  { log, hidesSchema, counter }: ErrorSettings,
  requestId: string | undefined,
): GraphQLFormattedError {
  const graphqlError =
    error instanceof GraphQLError ? error : new GraphQLError('unexpected', { originalError: error as Error });
  const { locations, path } = graphqlError.toJSON();
  const cause = graphqlError.originalError ?? unwrapResolverError(error);
  const unanswered = databaseFailure(cause);
  if (unanswered?.code === 'UNAVAILABLE')
    // One of many: where it failed is the driver, each time.
    log.warn({ why: (cause as Error).message, requestId, path }, 'the database could not be used');
  const unstored = blobStoreFailure(cause);
  if (unstored) log.error({ error: cause, requestId, path }, 'the blob store failed a request');
  const original = limitIn(graphqlError) ?? unanswered ?? unstored ?? asAppErrors(cause);
  const known =
    original instanceof AppErrors ? original.errors[0] : original instanceof AppError ? original : undefined;
  const shape = (message: string, code: ErrorCode, more: object = {}): GraphQLFormattedError => {
    if (!hasLeft(original)) counter?.inc({ code });
    return {
      message,
      ...(locations && { locations }),
      ...(path && { path }),
      extensions: { code, requestId, docs: `errors.md#${code.toLowerCase()}`, ...more },
    };
  };
  if (known) {
    const all = original instanceof AppErrors ? original.errors : known.path ? [known] : [];
    const faults = all.map(({ message, path: at, data: { constraint } }) => ({
      message,
      path: at,
      constraint,
    }));
    return shape((original as Error).message, known.code, {
      ...(faults.length > 0 && { faults }),
      ...dataOf(known),
    });
  }
  if (MALFORMED.has(graphqlError.extensions.code) || isRequestFault(graphqlError))
    return shape(hidesSchema ? graphqlError.message.replace(GUESS, '') : graphqlError.message, 'MALFORMED');
  if (hasLeft(original)) log.debug({ requestId, path }, 'a client left before its answer');
  else log.error({ error: original, requestId, path }, 'a resolver failed');
  return shape(MASKED, 'INTERNAL');
}

/** What a payload would tell in the fields of its type of error, as these write it: a stream has no payload. */
function dataOf({ data }: AppError): object {
  const { limit, used, resetsAt, constraint: _ofFault, ...plain } = data;
  return {
    ...plain,
    ...(limit !== undefined && { limit: String(limit) }),
    ...(used !== undefined && { used: String(used) }),
    ...(resetsAt && { resetsAt: resetsAt.toISOString() }),
  };
}

/** The limit that a document breaks while it is read. */
function limitIn({ message, extensions }: GraphQLError): AppError | undefined {
  if (TOO_MANY_TOKENS.test(message)) return tooCostly('tokens');
  return ENDLESS.test(message) && MALFORMED.has(extensions.code) ? tooCostly('depth') : undefined;
}

/** graphql-js reports bad variables and arguments without an original error. */
function isRequestFault(error: GraphQLError): boolean {
  return error.originalError === undefined || error.originalError instanceof GraphQLError;
}
