/** Builds the market module. */
import type { ModuleManifest, Platform } from '../../platform/module';
import { CustomerStanding } from './customer-standing.entity';
import { MarketReportService } from './market-report.service';
import { MarketResolver } from './market.resolver';
import { RevenueMovement } from './revenue-movement.entity';
import { RevenueService } from './revenue.service';

export const marketEntities = [RevenueMovement, CustomerStanding];

export interface MarketModule {
  readonly revenue: RevenueService;
  readonly manifest: ModuleManifest;
}

export function createMarketModule({ database, clock }: Platform): MarketModule {
  const revenue = new RevenueService(database.unitOfWork);
  return {
    revenue,
    manifest: {
      name: 'market',
      resolvers: [new MarketResolver(new MarketReportService(database), clock)],
      subscribers: [revenue.subscriber],
    },
  };
}
