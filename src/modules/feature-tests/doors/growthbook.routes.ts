/**
 * GrowthBook's protocol over the one rule store, for servers that evaluate by themselves: the rules, a stream of them, and
 * where events go. The client key in the address is the only way in, and what it opens is for servers alone, because it
 * shows the rules (of this customer, never of another).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Cancellation } from '../../../kernel/cancellation';
import { AppError, unauthenticated } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import type { Signals } from '../../../platform/events';
import { networkOf, sendEvents } from '../../../platform/http';
import type { CustomerStanding } from '../../identity';
import { CLIENT_KEY_CHANNEL } from '../feature-tests.events';
import { featuresOf } from '../flags/flag-evaluation';
import type { RuleStore } from '../flags/rule-store.service';
import type { TrackService } from '../tracking/track.service';
import type { ClientKeyService, KnownClientKey } from './client-key.service';
import { sendTagged } from './entity-tag';
import { rulesFor } from './flag-answers.service';
import { eventOf, flagNews } from './flag-news';
import { sentEventsOf } from './growthbook-events';

export interface GrowthBookDoors {
  readonly keys: ClientKeyService;
  readonly customers: Pick<CustomerStanding, 'isOpen' | 'require'>;
  readonly rules: RuleStore;
  readonly tracking: TrackService;
  readonly signals: Signals;
}

type Asked = FastifyRequest<{ Params: { clientKey?: string }; Querystring: { client_key?: string } }>;

export class GrowthBookDoor {
  private readonly closing = new Cancellation();
  private readonly keyOf = new WeakMap<FastifyRequest, KnownClientKey>();

  constructor(private readonly doors: GrowthBookDoors) {}

  register(http: FastifyInstance): void {
    http.addHook('preClose', async () => this.closing.abort());
    http.addHook('onRequest', (request) => this.admit(request as Asked));
    http.get('/api/features/:clientKey', (request, reply) => this.features(request, reply));
    // Nobody who reads nothing would ever leave.
    http.get('/sub/:clientKey', { exposeHeadRoute: false }, (request, reply) =>
      this.stream(request as Asked, reply),
    );
    http.post('/track', (request) => this.track(request));
  }

  /**
   * @throws AppError UNAUTHENTICATED for a key that is none, FORBIDDEN beside a credential that is no server's of the same account,
   * ACCOUNT_CLOSING.
   */
  private async admit(request: Asked): Promise<void> {
    const clientKey = textOf(request);
    const known = await this.doors.keys.find(clientKey);
    const { principal } = request.acting;
    if (!known) {
      request.server.spend(request, 1);
      throw unauthenticated('This client key is not valid: check it for typos, or make a new one.');
    }
    this.doors.customers.require(known.customerId);
    if (principal.kind !== 'ANONYMOUS' && !isServerOf(principal, known.customerId)) {
      throw new AppError('FORBIDDEN', 'What a client key opens is for servers of its account alone.');
    }
    this.keyOf.set(request, known);
    request.acting = { ...request.acting, principal: serverOf(known) };
    request.server.spend(request, 1);
  }

  private features(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    reply.header('x-sse-support', 'enabled');
    return sendTagged(request, reply, this.payload(this.keyOf.get(request)!));
  }

  private stream(request: Asked, reply: FastifyReply): FastifyReply {
    const { rules, signals, keys, customers } = this.doors;
    const known = this.keyOf.get(request)!;
    const reader = { principal: request.acting.principal, remoteAddress: networkOf(request.ip) };
    request.answer.once('close', request.server.openStreams.enter(reader));
    const news = flagNews({
      subscribe: (ring) => {
        const leave = [
          rules.onChange(ring),
          signals.subscribe(CLIENT_KEY_CHANNEL, ({ id }) => void (id === known.id && ring())),
        ];
        return () => leave.forEach((stop) => stop());
      },
      mayHear: async () =>
        customers.isOpen(known.customerId) && (await keys.find(textOf(request))) !== undefined,
      tell: () => eventOf({ id: rules.version, name: 'features', data: this.payload(known) }),
      // What changed between the client's first look and now, nobody has told yet.
      beginsWithNews: request.headers['last-event-id'] !== rules.version,
      ends: [this.closing, request.abortSignal],
    });
    return sendEvents(reply, news);
  }

  private async track(request: FastifyRequest): Promise<object> {
    const { customerId } = this.keyOf.get(request)!;
    const { count, events } = sentEventsOf(request.body);
    request.server.spend(request, events.length);
    const { accepted } = await this.doors.tracking.keep(customerId, request.acting.principal, events);
    return { accepted, ignored: count - accepted };
  }

  private payload({ customerId, environment }: KnownClientKey): string {
    const features = featuresOf(rulesFor(this.doors.rules, customerId, environment));
    return JSON.stringify({ status: 200, features });
  }
}

function textOf({ params, query }: Asked): string {
  return params.clientKey ?? query.client_key ?? '';
}

function isServerOf(principal: Principal, customerId: string): boolean {
  return principal.kind === 'API_KEY' && principal.customerId === customerId;
}

/** A client key acts as a server that may do two things. */
function serverOf({ customerId, id }: KnownClientKey): Principal {
  return { kind: 'API_KEY', apiKeyId: id, customerId, mode: 'LIVE', scopes: ['flag:read', 'track:write'] };
}
