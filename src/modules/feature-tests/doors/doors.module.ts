/** Builds the open doors of feature-tests: two protocols that stock clients speak, over the one rule store. */
import type { FastifyInstance } from 'fastify';
import type { Platform } from '../../../platform/module';
import type { IdentityModule } from '../../identity';
import type { AnalyticsConsent } from '../experiments/analytics-consent';
import type { RuleStore } from '../flags/rule-store.service';
import type { TrackService } from '../tracking/track.service';
import { ClientKeyResolver } from './client-key.resolver';
import { ClientKeyService } from './client-key.service';
import { FlagAnswers } from './flag-answers.service';
import { GrowthBookDoor } from './growthbook.routes';
import { OFREP_PREFIX, OfrepDoor } from './ofrep.routes';
import { StreamTickets } from './stream-ticket';

export interface DoorsNeeds {
  readonly identity: Pick<IdentityModule, 'authentication' | 'standing' | 'customers'>;
  readonly rules: RuleStore;
  readonly consent: AnalyticsConsent;
  readonly tracking: TrackService;
}

export interface Doors {
  readonly resolvers: readonly object[];
  readonly routes: (http: FastifyInstance) => Promise<void>;
  /** Hears of revocations in any process. Answers the function that stops it. */
  readonly listen: () => () => void;
}

export function createDoors(platform: Platform, { identity, rules, consent, tracking }: DoorsNeeds): Doors {
  const { database, events, signals, crypto, clock, log } = platform;
  const { authentication, standing, customers } = identity;
  const keys = new ClientKeyService(database, events, signals, crypto, clock);
  const answers = new FlagAnswers(database, rules, consent, standing);
  const tickets = new StreamTickets(crypto, clock, (principal) => authentication.stands(principal));
  return {
    resolvers: [new ClientKeyResolver(database, keys)],
    routes: async (http) => {
      const ofrep = new OfrepDoor({ answers, rules, tickets, signals, log });
      await http.register(async (door) => ofrep.register(door), { prefix: OFREP_PREFIX });
      const growthBook = new GrowthBookDoor({ keys, customers, rules, tracking, signals });
      await http.register(async (door) => growthBook.register(door));
    },
    listen: () => keys.listen(),
  };
}
