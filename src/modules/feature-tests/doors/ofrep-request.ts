/** What an evaluation is asked with, and how what cannot be answered is told in the words of OFREP. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, invalidInput } from '../../../kernel/errors';
import { databaseFailure } from '../../../platform/database';
import { textFaults } from '../../../platform/graphql';
import type { Log } from '../../../platform/log';
import { Environment } from '../../deployments';
import type { EvaluationContext } from './flag-answers.service';

const MOST_LETTERS = 200;
const ENVIRONMENT = 'flywheel-environment';
const STATUS_WITHOUT_BODY: ReadonlySet<number> = new Set([401, 403, 429]);

/** The context of the body. @throws AppError where it is none. */
export function contextOf({ body }: FastifyRequest): EvaluationContext {
  if (!isObject(body)) throw malformed('Send one JSON object: { "context": { "targetingKey": "…" } }.');
  const { context = {} } = body;
  if (!isObject(context)) throw invalidInput(['context'], 'The context is a JSON object.', 'type');
  const { targetingKey } = context;
  // Some SDKs send an empty one for none.
  if (targetingKey === undefined || targetingKey === null || targetingKey === '')
    return { ...context, targetingKey: undefined };
  if (typeof targetingKey !== 'string' || targetingKey.length > MOST_LETTERS) {
    const message = `The targetingKey is your id of the person, a text of 1–${MOST_LETTERS} letters.`;
    throw invalidInput(['context', 'targetingKey'], message, 'type');
  }
  const [fault] = textFaults(targetingKey);
  if (fault) throw invalidInput(['context', 'targetingKey'], fault.message, 'text');
  return { ...context, targetingKey };
}

/** In which environment flags are asked for. @throws AppError for one that is none. */
export function environmentOf({ headers }: FastifyRequest): Environment {
  const named = headers[ENVIRONMENT];
  if (named === undefined || named === '') return Environment.PRODUCTION;
  const found = Object.values(Environment).find((environment) => environment === named);
  if (found) return found;
  const known = Object.values(Environment).join(', ');
  throw invalidInput([ENVIRONMENT], `The header ${ENVIRONMENT} is one of ${known}.`, 'environment');
}

/** Answers failures with the error codes of the OpenFeature specification. */
export function answerFailure(log: Log) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const expected = error instanceof AppError ? error : databaseFailure(error);
    const status = statusOf(error, expected);
    const { requestId } = request.acting;
    if (status >= 500) log.error({ error, requestId }, 'a request of the OFREP door failed');
    const retryAfterMs = expected?.data.retryAfterMs;
    if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    const errorDetails =
      status === 500 ? 'Something failed on our side. Quote the request id to support.' : error.message;
    if (STATUS_WITHOUT_BODY.has(status)) return reply.status(status).send({ errorDetails });
    const { key } = request.params as { key?: string };
    return reply.status(status).send({ key, errorCode: codeOf(status, expected), errorDetails });
  };
}

export function flagNotFound(key: string): object {
  return { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: 'There is no flag with this key for you.' };
}

function malformed(message: string): AppError {
  return new AppError('MALFORMED', message);
}

function statusOf(error: FastifyError, expected: AppError | undefined): number {
  if (!expected) return error.statusCode ?? 500;
  const { status } = expected.definition;
  return status === 422 ? 400 : status;
}

function codeOf(status: number, expected: AppError | undefined): string {
  if (expected?.code === 'INVALID_INPUT')
    return expected.path?.[0] === 'context' ? 'INVALID_CONTEXT' : 'GENERAL';
  return status < 500 && status !== 413 ? 'PARSE_ERROR' : 'GENERAL';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
