/** Builds the market module. */
import type { IdPrefix } from '../../kernel/id';
import { inOrder } from '../../platform/graphql';
import { SignedLinks } from '../../platform/http';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { BillingModule } from '../billing';
import type { FeedbackModule } from '../feedback';
import { type IdentityModule, may } from '../identity';
import { MARKET_CUSTOMER_DATA } from './customer-data';
import { Channel, ChannelMonth } from './channel/channel.entity';
import { createChannelLoader } from './channel/channel.loader';
import { ChannelReportService } from './channel/channel-report.service';
import { ChannelResolver } from './channel/channel.resolver';
import { ChannelService } from './channel/channel.service';
import { Competitor, CompetitorMention } from './competitor/competitor.entity';
import { createCompetitorLoaders } from './competitor/competitor.loader';
import { MENTIONS_PERSONAL_DATA, MENTIONS_RETENTION } from './competitor/competitor-personal-data';
import { CompetitorReportService } from './competitor/competitor-report.service';
import {
  CompetitorLossResolver,
  CompetitorResolver,
  LeadCompetitorResolver,
  MarketCompetitorsResolver,
} from './competitor/competitor.resolver';
import { CompetitorSearchService } from './competitor/competitor-search.service';
import { CompetitorService } from './competitor/competitor.service';
import { ContactResolver } from './contact/contact.resolver';
import { CONTACT_RETENTION, ContactService } from './contact/contact.service';
import { CustomerContact } from './contact/customer-contact.entity';
import { DemandMapResolver, DemandTopicResolver } from './demand/demand-map.resolver';
import { DemandMapService } from './demand/demand-map.service';
import { ProductMarketFitResolver } from './fit/product-market-fit.resolver';
import { ProductMarketFitService } from './fit/product-market-fit.service';
import { CustomerOrigin } from './funnel/customer-origin.entity';
import { CustomerOriginService } from './funnel/customer-origin.service';
import { FunnelResolver } from './funnel/funnel.resolver';
import { FunnelService } from './funnel/funnel.service';
import { CustomerHealth } from './health/customer-health.entity';
import { customerHealthJob } from './health/customer-health.job';
import {
  CustomerHealthOfResolver,
  CustomerHealthResolver,
  MarketHealthResolver,
} from './health/customer-health.resolver';
import { Lead } from './lead/lead.entity';
import { LeadResolver, MarketLeadsResolver } from './lead/lead.resolver';
import { LEAD_RETENTION, LeadService } from './lead/lead.service';
import { ChurnWish } from './losses/churn-wish.entity';
import { ChurnWishService } from './losses/churn-wish.service';
import { LossResolver } from './losses/losses.resolver';
import { MarketPeriods } from './market-periods';
import { MarketResolver } from './market.resolver';
import { PricingReportService } from './pricing/pricing-report.service';
import {
  CustomerPricingWhatIfResolver,
  PricingWhatIfReportResolver,
  PricingWhatIfResolver,
} from './pricing/pricing-what-if.resolver';
import { NpsAnswer } from './nps/nps-answer.entity';
import { NPS_PERSONAL_DATA } from './nps/nps-personal-data';
import { NpsResolver } from './nps/nps.resolver';
import { NpsService } from './nps/nps.service';
import { CustomerStanding } from './revenue/customer-standing.entity';
import { RevenueMovement } from './revenue/revenue-movement.entity';
import { RevenueReportService } from './revenue/revenue-report.service';
import { RevenueResolver } from './revenue/revenue.resolver';
import { RevenueService } from './revenue/revenue.service';
import { serveTables } from './table/table.routes';
import { MarketTableResolver } from './table/table.resolver';
import { tableViews } from './table/table-views';
import { TimelineEntry } from './timeline/timeline-entry.entity';
import { CustomerTimelineResolver, TimelineEntryResolver } from './timeline/timeline.resolver';
import { TimelineService, USE_RETENTION } from './timeline/timeline.service';

export const marketEntities = [
  RevenueMovement,
  CustomerStanding,
  TimelineEntry,
  CustomerContact,
  CustomerOrigin,
  Channel,
  ChannelMonth,
  Lead,
  CustomerHealth,
  ChurnWish,
  NpsAnswer,
  Competitor,
  CompetitorMention,
];

export interface MarketModule {
  readonly revenue: RevenueService;
  readonly timeline: TimelineService;
  readonly manifest: ModuleManifest;
}

export interface MarketDoors {
  readonly identity: Pick<IdentityModule, 'identity' | 'loaders'>;
  readonly billing: Pick<BillingModule, 'loaders' | 'whatIfs'>;
  readonly feedback: Pick<FeedbackModule, 'surveys' | 'topics' | 'words'>;
  /** Of all earlier modules: what a timeline's entries and the columns of a map concern. */
  readonly nodes: readonly NodeSource[];
  /** Known once the server listens. */
  readonly publicUrl: () => string;
}

export function createMarketModule(
  platform: Platform,
  { identity, billing, feedback, nodes, publicUrl }: MarketDoors,
): MarketModule {
  const { database, events, jobs, crypto, clock } = platform;
  const revenue = new RevenueService(database.unitOfWork);
  const timeline = new TimelineService(database.unitOfWork);
  const contacts = new ContactService(database, events, crypto, clock);
  const channels = new ChannelService(database, events, clock);
  const leads = new LeadService(database, events, crypto, clock);
  identity.identity.addSignUpHook(leads);
  const origins = new CustomerOriginService(database.unitOfWork);
  const search = new CompetitorSearchService(database, feedback.words);
  const competitors = new CompetitorService(database, events, jobs, clock);
  const competitorReports = new CompetitorReportService(database, feedback.words);
  const competitorLoaders = createCompetitorLoaders(database);
  const wishes = new ChurnWishService(database.unitOfWork);
  const nps = new NpsService(database.unitOfWork);
  const projected = [revenue, timeline, origins, wishes, nps];
  const periods = new MarketPeriods(clock);
  const pricing = new PricingReportService(database, billing, periods);
  const revenueReports = new RevenueReportService(database);
  const channelReports = new ChannelReportService(database);
  const funnel = new FunnelService(database);
  const demand = new DemandMapService(database, feedback.topics);
  const fit = new ProductMarketFitService(database, feedback.surveys);
  const links = new SignedLinks(crypto, clock, publicUrl);
  const tables = tableViews({
    now: () => clock.now(),
    revenue: revenueReports,
    channels: channelReports,
    funnel,
    demand,
    competitors: competitorReports,
    fit,
    pricing,
  });
  const node = <T extends { id: string }>(prefix: IdPrefix, entity: new () => T): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, 'market:read'),
    load: async (ids, { scope }) =>
      inOrder(ids, await database.read.list(entity, { scope, where: { id: { in: ids } } }), ({ id }) => id),
  });
  const own = [
    node('cct', CustomerContact),
    node('chn', Channel),
    node('led', Lead),
    node('cmp', Competitor),
  ];
  return {
    revenue,
    timeline,
    manifest: {
      name: 'market',
      resolvers: [
        new MarketResolver(),
        new RevenueResolver(revenueReports, periods, clock),
        new CustomerTimelineResolver(database),
        new TimelineEntryResolver([...nodes, ...own]),
        new ContactResolver(contacts),
        new ChannelResolver(channels, channelReports, periods),
        new MarketLeadsResolver(database),
        new LeadResolver(leads, identity.loaders, createChannelLoader(database)),
        new FunnelResolver(funnel, periods),
        new LossResolver(database, periods),
        new NpsResolver(database, periods),
        new DemandMapResolver(demand, periods),
        new DemandTopicResolver(nodes),
        new MarketTableResolver(links, periods, pricing),
        new MarketCompetitorsResolver(database, competitorReports, periods),
        new CompetitorResolver(competitors, competitorLoaders, nodes),
        new CompetitorLossResolver(competitorReports),
        new LeadCompetitorResolver(competitorLoaders),
        new ProductMarketFitResolver(fit, periods),
        new PricingWhatIfResolver(pricing),
        new PricingWhatIfReportResolver(),
        new CustomerPricingWhatIfResolver(identity.loaders),
        new MarketHealthResolver(database),
        new CustomerHealthOfResolver(database),
        new CustomerHealthResolver(identity.loaders, billing.loaders),
      ],
      nodes: own,
      routes: (http) => serveTables(http, links, tables),
      customerData: MARKET_CUSTOMER_DATA,
      personalData: [NPS_PERSONAL_DATA, MENTIONS_PERSONAL_DATA],
      jobs: [customerHealthJob(database, clock), search.job],
      retention: [CONTACT_RETENTION, LEAD_RETENTION, USE_RETENTION, MENTIONS_RETENTION],
      subscribers: [...projected, search].map(({ subscriber }) => subscriber),
      projections: projected.map(({ projection }) => projection),
    },
  };
}
