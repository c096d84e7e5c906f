/** What went wrong about the database itself, in words: for who set DATABASE_URL, and for who asks while it is away. */
import { DatabaseError as ServerError } from 'pg';
import { AppError, invalidInput } from '../../kernel/errors';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

/** The server is not there, or takes nobody now: that may pass, and nothing was asked of it. */
export class UnreachableError extends DatabaseError {}

const NO_SOCKET = 'ENOENT';
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  NO_SOCKET,
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);
const NOT_SIGNED_IN = new Set(['28P01', '28000']);
const NO_DATABASE = '3D000';
const NOT_ALLOWED = '42501';
/** What to do where something on the way takes a connection's options off. */
export const PASS_OPTIONS = 'name PostgreSQL itself in DATABASE_URL, or a pooler that passes "options" on.';
/** PgBouncer's words. */
const UNKNOWN_OPTIONS = /^unsupported startup parameter/;
/** Of a certificate that is not believed, and of a server that has none. */
const UNTRUSTED = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;
const NO_FILE = new Set(['ENOENT', 'EACCES', 'EISDIR']);
const NO_TLS = /does not support SSL connections/;

/** The refusal behind an error of the driver; undefined when it is none that a person can mend. */
export function refusalOf(error: unknown, url: string): DatabaseError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DatabaseError) return error;
  const { username, pathname } = new URL(url);
  const place = placeOf(url);
  const code = (error as { code?: string }).code ?? '';
  if (NO_FILE.has(code) && (error as NodeJS.ErrnoException).syscall === 'open')
    return new DatabaseError(`DATABASE_URL names a file that cannot be read (${error.message}): correct it.`);
  if (UNTRUSTED.test(code) || NO_TLS.test(error.message))
    return new DatabaseError(
      `${place} cannot be spoken to under TLS (${error.message}): have its certificate name that host, and name its CA by sslrootcert=FILE in DATABASE_URL; sslmode=disable goes without.`,
    );
  if (UNREACHABLE.has(code) || error.message === 'timeout expired')
    return new UnreachableError(
      `${place} cannot be reached (${code || error.message}): start it, or correct DATABASE_URL.`,
    );
  if (UNKNOWN_OPTIONS.test(error.message))
    return new DatabaseError(
      `${place} does not take the "options" of connections, by which tenants are kept apart (${error.message}): ${PASS_OPTIONS}`,
    );
  if (isUnreachable(error))
    return new UnreachableError(
      `${place} takes no connection now (${error.message}): see to it that it does, or correct DATABASE_URL.`,
    );
  if (NOT_SIGNED_IN.has(code))
    return new DatabaseError(
      `${place} does not let ${username} in (${error.message}): correct DATABASE_URL.`,
    );
  if (code === NO_DATABASE)
    return new DatabaseError(
      `${place} has no database ${pathname.slice(1)}: create it, or correct DATABASE_URL.`,
    );
  if (code === NOT_ALLOWED)
    return new DatabaseError(`${place} does not let ${username} do what is needed: ${error.message}.`);
  return undefined;
}

/** It answers, and is a standby, or changes are switched off there: both may pass. */
export function takesNoChanges(url: string): UnreachableError {
  return new UnreachableError(
    `${placeOf(url)} takes no changes now (it is a standby, or default_transaction_read_only is on): name the one that does in DATABASE_URL, or let it.`,
  );
}

function placeOf(url: string): string {
  return `The database server at ${new URL(url).host || 'the local socket'}`;
}

/**
 * Classes of SQLSTATE that say that the connection broke or was ended by the server (also because it was idle for too long), or that
 * the server takes nothing now: it starts, it has no room (53: disk, memory, connections), or it became a standby.
 */
const BROKEN_STATE = /^(08|25006|25P0[34]|53|57P0[1235])/;
/** What pg and its pool say of a connection that broke or was not made, without a code. */
const BROKEN_WORDS =
  /^(Connection terminated|Client has encountered a connection error|timeout expired|timeout exceeded when trying to connect)/;
/** What TypeORM says of a transaction whose connection broke before its end: to what repositories ask, and to texts. */
const BROKEN_RUNNER = new Set(['QueryRunnerAlreadyReleasedError', 'QueryRunnerProviderAlreadyReleasedError']);
/** An administrator has closed it. */
const CLOSED_WORDS = /is not currently accepting connections$/;
const RETRY_AFTER_MS = 1_000;
/** Of a statement that was stopped because it took too long: somebody's cancelling it has the same code. */
const TOO_SLOW_STATE = '57014';
const TOO_SLOW_WORDS = /statement timeout/;
/** It will hardly be faster at once. */
const RETRY_SLOW_AFTER_MS = 10_000;

/** Whether the database could not be asked, took nothing, or broke off: what was under way may or may not have been done. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  const { driverError = error } = (error ?? {}) as { driverError?: unknown };
  if (!(driverError instanceof Error)) return false;
  const { code, syscall, message, name } = driverError as NodeJS.ErrnoException;
  if (BROKEN_RUNNER.has(name)) return true;
  if (code === undefined) return BROKEN_WORDS.test(message);
  // A file that is missing is not a socket that is.
  if (code === NO_SOCKET) return syscall === 'connect';
  return UNREACHABLE.has(code) || BROKEN_STATE.test(code) || CLOSED_WORDS.test(message);
}

/** Whether what failed so may have been committed all the same: it was sent, and the connection broke before the server said so. */
export function mayStand(error: unknown): boolean {
  return !(error instanceof UnreachableError || error instanceof ServerError);
}

/** The five-character SQLSTATE of a PostgreSQL error, wherever TypeORM put it. */
export function sqlState(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' ? state : undefined;
}

/** What PostgreSQL says of text with a NUL character, which it cannot hold: in a column, and within JSON. */
const IMPOSSIBLE_TEXT = new Set(['22021', '22P05']);

/** What a connection is given back with: what the server did not say is the connection's own failure, and it is used no more. */
export function brokenBy(error: Error | undefined): Error | undefined {
  return error instanceof ServerError ? undefined : error;
}

/** What to tell who asked when the database could not answer, or cannot hold what it was given; undefined when it is a fault of ours. */
export function databaseFailure(error: unknown): AppError | undefined {
  if (isUnreachable(error))
    return new AppError(
      'UNAVAILABLE',
      `The database cannot be used at the moment. Send the request again in ${RETRY_AFTER_MS} ms; a change that has an idempotency key is made once, however often it is sent.`,
      undefined,
      { retryAfterMs: RETRY_AFTER_MS },
    );
  if (sqlState(error) === TOO_SLOW_STATE && TOO_SLOW_WORDS.test((error as Error).message))
    return new AppError(
      'UNAVAILABLE',
      `The database worked on this for longer than one request may take. It was stopped, and nothing was changed by it. Ask for less at a time, or send it again in ${RETRY_SLOW_AFTER_MS} ms.`,
      undefined,
      { retryAfterMs: RETRY_SLOW_AFTER_MS },
    );
  if (IMPOSSIBLE_TEXT.has(sqlState(error) ?? ''))
    return invalidInput(
      ['input'],
      'A text of the input holds a NUL character, which cannot be kept. Leave it out.',
      'text',
    );
  return undefined;
}
