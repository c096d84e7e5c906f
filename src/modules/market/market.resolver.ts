/** The market for staff: one view in one currency, each part of it read only when it is asked for. */
import { Arg, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../kernel/clock';
import { moneyOf, MoneyType, periodAsked, PeriodInput } from '../../platform/graphql';
import { Can } from '../identity';
import type { RevenueReportService } from './revenue/revenue-report.service';
import { Market, PlanCustomers, RevenueMonth } from './market.type';

const DEFAULT_MONTHS = 12;

@Resolver(() => Market)
export class MarketResolver {
  constructor(
    private readonly reports: RevenueReportService,
    private readonly clock: Clock,
  ) {}

  @Query(() => Market, {
    nullable: true,
    description: 'Revenue and customers, from our own facts. Needs market:read.',
  })
  @Can('market:read')
  market(
    @Arg('currency', () => String, {
      defaultValue: 'USD',
      description: 'ISO 4217 code: amounts of other currencies are left out, never converted.',
    })
    currency: string,
  ): Market {
    return { currency: currency.toUpperCase() };
  }

  @FieldResolver(() => MoneyType, {
    description:
      'Monthly recurring revenue now: what customers pay for their plans, yearly ones by the twelfth. Trials and usage do not count.',
  })
  async mrr(@Root() { currency }: Market): Promise<MoneyType> {
    return moneyOf(await this.reports.mrr(currency));
  }

  @FieldResolver(() => [RevenueMonth], {
    description: 'How it moved, month by month, oldest first; at most the last 120 of the period.',
  })
  movements(
    @Root() { currency }: Market,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'The months that it touches. Absent = the last twelve, the present one included.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<RevenueMonth[]> {
    return this.reports.months(currency, periodAsked(period) ?? this.lastYear());
  }

  @FieldResolver(() => [PlanCustomers], { description: 'Customers on each plan now, by its code.' })
  customersByPlan(@Root() { currency }: Market): Promise<PlanCustomers[]> {
    return this.reports.customersByPlan(currency);
  }

  private lastYear(): PeriodInput {
    const now = this.clock.now();
    const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
    return {
      from: new Date(Date.UTC(year, month - DEFAULT_MONTHS + 1, 1)),
      to: new Date(Date.UTC(year, month + 1, 1)),
    };
  }
}
