/** Structured log lines on standard error. One redactor stands before every line: no secret and no personal datum passes. */
import pino from 'pino';
import type { Config } from '../config';
import { activeIds } from '../trace/active-span';
import { LogOutput } from './log-output';

/** Names of fields whose values never reach a log, at any of the first three depths. */
const SECRET_FIELDS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'feedbackToken',
  'secret',
  'apiKey',
  'authorization',
  'cookie',
  'email',
  'name',
  'text',
  'body',
  'inputs',
  'rows',
  'outputs',
  'correction',
  'externalId',
  'masterKey',
  'masterKeyBefore',
  'clientSecret',
  'secretAccessKey',
  'keyServices',
];

export interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

const STANDARD_ERROR = new LogOutput(process.stderr.fd);

export function createLog(
  config: Pick<Config, 'logLevel'>,
  stream: Pick<LogOutput, 'write'> = STANDARD_ERROR,
): Log {
  return pino(
    {
      level: config.logLevel,
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
      serializers: { error: describeError },
      base: null,
      // Which work a line tells of, where its trace is recorded.
      mixin: () => activeIds(),
    },
    stream,
  );
}

/** An error's own words and place; its attached values (SQL parameters, request bodies) stay out. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: typeof error };
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const message = quotesValues(error, code ?? driverError?.code)
    ? error.message.replace(QUOTED, '[redacted]')
    : error.message;
  const places = error.stack?.split('\n').filter((line) => PLACE.test(line));
  return { type: error.name, message, code, stack: places?.join('\n') };
}

/** A line of a stack that names a place in the code, not one that repeats the message. */
const PLACE = /^ +at /;
/** From the first quotation mark to the last. */
const QUOTED = /["'`][^]*["'`]/g;
/** Class 22 of PostgreSQL: values that their type cannot hold. */
const DATA_EXCEPTION = /^22/;

/** PostgreSQL and the parser of JSON repeat in their words what they could not read; others name columns and constraints. */
function quotesValues(error: Error, code: unknown): boolean {
  return error instanceof SyntaxError || DATA_EXCEPTION.test(typeof code === 'string' ? code : '');
}
