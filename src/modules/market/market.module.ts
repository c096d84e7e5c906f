/** Builds the market module. */
import type { IdPrefix } from '../../kernel/id';
import { inOrder } from '../../platform/graphql';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import { may } from '../identity';
import { ContactResolver } from './contact/contact.resolver';
import { CONTACT_RETENTION, ContactService } from './contact/contact.service';
import { CustomerContact } from './contact/customer-contact.entity';
import { MarketResolver } from './market.resolver';
import { CustomerStanding } from './revenue/customer-standing.entity';
import { RevenueMovement } from './revenue/revenue-movement.entity';
import { RevenueReportService } from './revenue/revenue-report.service';
import { RevenueResolver } from './revenue/revenue.resolver';
import { RevenueService } from './revenue/revenue.service';
import { TimelineEntry } from './timeline/timeline-entry.entity';
import { CustomerTimelineResolver, TimelineEntryResolver } from './timeline/timeline.resolver';
import { TimelineService } from './timeline/timeline.service';

export const marketEntities = [RevenueMovement, CustomerStanding, TimelineEntry, CustomerContact];

export interface MarketModule {
  readonly revenue: RevenueService;
  readonly timeline: TimelineService;
  readonly manifest: ModuleManifest;
}

export interface MarketDoors {
  /** Of all earlier modules: what a timeline's entries concern. */
  readonly nodes: readonly NodeSource[];
}

export function createMarketModule(platform: Platform, { nodes }: MarketDoors): MarketModule {
  const { database, events, crypto, clock } = platform;
  const revenue = new RevenueService(database.unitOfWork);
  const timeline = new TimelineService(database.unitOfWork);
  const contacts = new ContactService(database, events, crypto, clock);
  const node = <T extends { id: string }>(prefix: IdPrefix, entity: new () => T): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, 'market:read'),
    load: async (ids, { scope }) =>
      inOrder(ids, await database.read.list(entity, { scope, where: { id: { in: ids } } }), ({ id }) => id),
  });
  const own = [node('cct', CustomerContact)];
  return {
    revenue,
    timeline,
    manifest: {
      name: 'market',
      resolvers: [
        new MarketResolver(),
        new RevenueResolver(new RevenueReportService(database), clock),
        new CustomerTimelineResolver(database),
        new TimelineEntryResolver([...nodes, ...own]),
        new ContactResolver(contacts),
      ],
      nodes: own,
      retention: [CONTACT_RETENTION],
      subscribers: [revenue.subscriber, timeline.subscriber],
    },
  };
}
