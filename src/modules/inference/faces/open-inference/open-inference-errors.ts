/** Failures as the Open Inference Protocol tells them: a status and one sentence. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasLeft } from '../../../../kernel/cancellation';
import type { Clock } from '../../../../kernel/clock';
import type { AppError } from '../../../../kernel/errors';
import type { Log } from '../../../../platform/log';
import { tellWhen } from '../calls-left';
import { CLIENT_LEFT, failuresOf, inTheirWords, placeOf, statusOf, unread } from '../face';

const MAX_LISTED = 20;

export function answerFailure({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    request.server.readInVain(request);
    if (hasLeft(error)) return reply.status(CLIENT_LEFT).send();
    const failures = failuresOf(error).map(inTheirWords);
    const [first] = failures;
    if (first) {
      tellWhen(reply, first, clock);
      const told = failures.slice(0, MAX_LISTED).map(sentence);
      return reply.status(statusOf(first)).send({ error: told.join(' ') });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.status(status).send({ error: unread(error) });
    const { requestId } = request.acting;
    log.error({ error, requestId }, 'a request of the open inference protocol failed');
    return reply.status(500).send({ error: `Something failed on our side. Quote ${requestId} to support.` });
  };
}

function sentence(failure: AppError): string {
  const place = placeOf(failure).join('.');
  return place ? `${place}: ${failure.message}` : failure.message;
}
