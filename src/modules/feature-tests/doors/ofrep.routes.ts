/**
 * OFREP 0.3 (OpenFeature Remote Evaluation Protocol) over the one rule store, for any OpenFeature SDK, browsers included:
 * one flag, all flags with an entity tag, and a stream that says when to ask again.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Cancellation } from '../../../kernel/cancellation';
import { unauthenticated } from '../../../kernel/errors';
import type { Signals } from '../../../platform/events';
import { networkOf, sendEvents } from '../../../platform/http';
import type { Log } from '../../../platform/log';
import { authorize } from '../../identity';
import { CONSENT_CHANNEL } from '../feature-tests.events';
import type { RuleStore } from '../flags/rule-store.service';
import { sendTagged } from './entity-tag';
import type { FlagAnswers, FlagCaller } from './flag-answers.service';
import { eventOf, flagNews } from './flag-news';
import { answerFailure, contextOf, environmentOf, flagNotFound } from './ofrep-request';
import type { StreamTickets } from './stream-ticket';

export const OFREP_PREFIX = '/ofrep/v1';
/** A context is about one person. */
const BODY_LIMIT = 64 * 1024;
/** After so long in the background a page closes its stream. */
const INACTIVITY_SECONDS = 120;

export interface OfrepDoors {
  readonly answers: FlagAnswers;
  readonly rules: RuleStore;
  readonly tickets: StreamTickets;
  readonly signals: Signals;
  readonly log: Log;
}

interface OneFlag {
  Params: { key: string };
}

interface Stream {
  Querystring: { ticket?: unknown };
}

export class OfrepDoor {
  private readonly closing = new Cancellation();

  constructor(private readonly doors: OfrepDoors) {}

  register(http: FastifyInstance): void {
    http.setErrorHandler(answerFailure(this.doors.log));
    http.addHook('preClose', async () => this.closing.abort());
    const options = { bodyLimit: BODY_LIMIT, onRequest: admit };
    http.post('/evaluate/flags', options, (request, reply) => this.all(request, reply));
    http.post<OneFlag>('/evaluate/flags/:key', options, (request, reply) => this.one(request, reply));
    http.get<Stream>('/events', { exposeHeadRoute: false }, (request, reply) => this.events(request, reply));
  }

  private async all(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { answers, tickets } = this.doors;
    const caller = callerOf(request);
    const environment = environmentOf(request);
    const flags = answers.all(environment, await answers.unitOf(caller, contextOf(request)));
    // Without an origin: it is the one at which we were just found.
    const requestUri = `${OFREP_PREFIX}/events?ticket=${tickets.issue(caller)}`;
    const stream = { type: 'sse', endpoint: { requestUri }, inactivityDelaySec: INACTIVITY_SECONDS };
    return sendTagged(request, reply, JSON.stringify({ flags, eventStreams: [stream] }));
  }

  private async one(request: FastifyRequest<OneFlag>, reply: FastifyReply): Promise<FastifyReply> {
    const { answers } = this.doors;
    const caller = callerOf(request);
    const environment = environmentOf(request);
    const unit = await answers.unitOf(caller, contextOf(request));
    const { key } = request.params;
    const answer = answers.one(key, environment, unit);
    if (!answer) return reply.status(404).send(flagNotFound(key));
    return reply.status('errorCode' in answer ? 400 : 200).send(answer);
  }

  private async events(request: FastifyRequest<Stream>, reply: FastifyReply): Promise<FastifyReply> {
    const { rules, tickets } = this.doors;
    const ticket = await tickets.read(String(request.query.ticket));
    if (!ticket)
      throw unauthenticated('This address of a stream is over: evaluate all flags to get a new one.');
    const { reader } = ticket;
    request.acting = { ...request.acting, principal: reader };
    request.server.spend(request, 1);
    const leave = request.server.openStreams.enter({
      principal: reader,
      remoteAddress: networkOf(request.ip),
    });
    request.answer.once('close', leave);
    const news = flagNews({
      subscribe: (ring) => {
        const leave = [rules.onChange(ring), this.decisionsOf(reader, ring)];
        return () => leave.forEach((stop) => stop());
      },
      mayHear: () => tickets.isGood(ticket),
      tell: () => refetch(rules.version),
      // What changed before the stream was open, nobody has told yet.
      beginsWithNews: request.headers['last-event-id'] !== rules.version,
      ends: [this.closing, request.abortSignal],
    });
    return sendEvents(reply, news);
  }

  /** A person who decides anew about analytics takes part in other tests from then on. */
  private decisionsOf(reader: FlagCaller, ring: () => void): () => void {
    const again = ({ id }: Record<string, unknown>): void => {
      if (reader.kind === 'END_USER' && id === reader.endUserId) ring();
    };
    return this.doors.signals.subscribe(CONSENT_CHANNEL, again);
  }
}

/** Before the context is read. @throws AppError UNAUTHENTICATED, FORBIDDEN or RATE_LIMITED. */
async function admit(request: FastifyRequest): Promise<void> {
  callerOf(request);
  request.server.spend(request, 1);
}

/** @throws AppError UNAUTHENTICATED or FORBIDDEN. */
function callerOf(request: FastifyRequest): FlagCaller {
  const { principal } = request.acting;
  authorize({ principal }, 'flag:read');
  if (!('customerId' in principal))
    throw unauthenticated('Send the key of a customer, or an end user’s token.');
  return principal;
}

function refetch(version: string): string {
  return eventOf({
    id: version,
    name: 'message',
    data: JSON.stringify({ type: 'refetchEvaluation', etag: version }),
  });
}
