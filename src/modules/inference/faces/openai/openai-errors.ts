/** Failures as the OpenAI protocol tells them, with the headers by which its clients decide whether to try again. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasLeft } from '../../../../kernel/cancellation';
import type { Clock } from '../../../../kernel/clock';
import type { AppError, ErrorCode } from '../../../../kernel/errors';
import type { Log } from '../../../../platform/log';
import { tellWhen } from '../calls-left';
import { CLIENT_LEFT, failuresOf, inTheirWords, placeOf, statusOf, unread } from '../face';

export interface OpenAiError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** Those that pass by themselves when the client waits. */
const PASSING: readonly ErrorCode[] = [
  'RATE_LIMITED',
  'OVERLOADED',
  'ENGINE_UNAVAILABLE',
  'DEADLINE_UNREACHABLE',
  'UPSTREAM_FAILED',
  'UNAVAILABLE',
];

/** What is called differently there; everything else keeps its own code in lower case. */
const CODES: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'invalid_api_key',
  QUOTA_EXCEEDED: 'insufficient_quota',
  RATE_LIMITED: 'rate_limit_exceeded',
  INVALID_INPUT: 'invalid_value',
};

export function openAiErrorOf(failures: readonly AppError[]): OpenAiError {
  const [first] = failures;
  if (!first)
    return {
      message: 'Something failed on our side.',
      type: 'server_error',
      param: null,
      code: 'internal_error',
    };
  const param = paramOf(first);
  const isModel = first.code === 'NOT_FOUND' && param === 'model';
  return {
    message: failures.map(({ message }) => message).join(' '),
    type: typeOf(first),
    param,
    code: isModel ? 'model_not_found' : (CODES[first.code] ?? first.code.toLowerCase()),
  };
}

export function answerFailure({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    request.server.readInVain(request);
    if (hasLeft(error)) return reply.status(CLIENT_LEFT).send();
    const failures = failuresOf(error).map(inTheirWords);
    const [first] = failures;
    const status = first ? statusOf(first) : (error.statusCode ?? 500);
    if (!first && status < 500) {
      const told = { message: unread(error), type: 'invalid_request_error', param: null, code: null };
      return reply.status(status).header('x-should-retry', 'false').send({ error: told });
    }
    if (!first)
      log.error({ error, requestId: request.acting.requestId }, 'a request of the openai face failed');
    const retryAfterMs = first?.data.retryAfterMs;
    if (retryAfterMs !== undefined) reply.header('retry-after-ms', Math.ceil(retryAfterMs));
    if (first) tellWhen(reply, first, clock);
    const passes = first !== undefined && PASSING.includes(first.code) && !isTooLong(first);
    return reply
      .status(status)
      .header('x-should-retry', String(passes))
      .send({ error: openAiErrorOf(failures) });
  };
}

/** The texts of an embedding are the rows of the one path. */
function paramOf(failure: AppError): string | null {
  const place = placeOf(failure);
  const [first, row] = place;
  return (first === 'rows' && row !== undefined ? `input.${row}` : place.join('.')) || null;
}

/** By itself, and not at the present load. */
function isTooLong({ code, data }: AppError): boolean {
  return code === 'DEADLINE_UNREACHABLE' && data.retryAfterMs === undefined;
}

function typeOf({ code, definition: { status } }: AppError): string {
  if (code === 'QUOTA_EXCEEDED') return 'insufficient_quota';
  if (code === 'RATE_LIMITED') return 'rate_limit_error';
  if (code === 'UNAUTHENTICATED') return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
