/** The funnel within the view of the market. */
import { Arg, FieldResolver, Resolver } from 'type-graphql';
import { PeriodInput } from '../../../platform/graphql';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import type { FunnelService } from './funnel.service';
import { Funnel, FunnelFilter } from './funnel.type';

@Resolver(() => Market)
export class FunnelResolver {
  constructor(
    private readonly funnels: FunnelService,
    private readonly periods: MarketPeriods,
  ) {}

  @FieldResolver(() => Funnel, {
    description: 'From visit to paying customer, of all currencies. A few seconds behind.',
  })
  funnel(
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'When they came. Absent = the last twelve months, the present one included.',
    })
    period: PeriodInput | null | undefined,
    @Arg('filter', () => FunnelFilter, { nullable: true, description: 'Whose way.' })
    filter: FunnelFilter | null | undefined,
  ): Promise<Funnel> {
    return this.funnels.of(this.periods.asked(period), filter ?? {});
  }
}
