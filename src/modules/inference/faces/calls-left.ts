/**
 * What a caller may still ask, in the headers that the OpenAI protocol has for it: gateways and clients slow down by them, and by
 * Retry-After. Only what this process knows without a look, and only in calls: how many are left in a key's own minute; and
 * when the period's are gone, that none is (decision 0393).
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../../kernel/clock';
import type { AppError } from '../../../kernel/errors';

const LIMIT = 'x-ratelimit-limit-requests';
const REMAINING = 'x-ratelimit-remaining-requests';
const RESET = 'x-ratelimit-reset-requests';

/** On every answer and refusal to a key that has a limit of its own. */
export function tellCallsLeft(http: FastifyInstance): void {
  http.addHook('onSend', (request, reply, _payload, done) => {
    const left = reply.hasHeader(REMAINING) ? undefined : http.callsLeft(request);
    if (left)
      reply.headers({ [LIMIT]: left.limit, [REMAINING]: left.remaining, [RESET]: durationOf(left.fullInMs) });
    done();
  });
}

/** On a refusal that passes with time. */
export function tellWhen(reply: FastifyReply, { data }: AppError, clock: Clock): void {
  const { retryAfterMs, resetsAt } = data;
  const waitMs = retryAfterMs ?? (resetsAt && Math.max(0, resetsAt.getTime() - clock.millis()));
  if (waitMs === undefined) return;
  reply.header('retry-after', Math.ceil(waitMs / 1000));
  if (resetsAt) reply.headers({ [REMAINING]: 0, [RESET]: durationOf(waitMs) });
}

/** As Go writes it, in whole seconds from the first on: 20ms, 1s, 6m0s, 312h4m30s. Never too short. */
export function durationOf(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1000) return `${Math.ceil(milliseconds)}ms`;
  const seconds = Math.ceil(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60)];
  if (hours > 0) return `${hours}h${minutes % 60}m${seconds % 60}s`;
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
