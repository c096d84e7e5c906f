export { createMarketModule, marketEntities, type MarketModule } from './market.module';
