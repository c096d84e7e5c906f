/** Product–market fit within the view of the market. */
import { Arg, FieldResolver, Resolver } from 'type-graphql';
import { PeriodInput } from '../../../platform/graphql';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import type { ProductMarketFitService } from './product-market-fit.service';
import { ProductMarketFit } from './product-market-fit.type';

@Resolver(() => Market)
export class ProductMarketFitResolver {
  constructor(
    private readonly fits: ProductMarketFitService,
    private readonly periods: MarketPeriods,
  ) {}

  @FieldResolver(() => ProductMarketFit, {
    description:
      'How many would be very disappointed without the product, by segment and plan, and how sure that is.',
  })
  productMarketFit(
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'When it was asked and answered. Absent = the last 90 days.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<ProductMarketFit> {
    return this.fits.of(this.periods.recent(period));
  }
}
