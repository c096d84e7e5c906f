/** Recurring revenue within the view of the market: a number of statements that does not depend on how many customers there are. */
import { Arg, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { moneyOf, MoneyType, PeriodInput } from '../../../platform/graphql';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import { PlanCustomers, RevenueCohort, RevenueMonth, RevenueRetention } from './revenue.type';
import type { RevenueReportService } from './revenue-report.service';

const DEFAULT_MONTHS = 12;
const MOST_MONTHS_BACK = 60;

@Resolver(() => Market)
export class RevenueResolver {
  constructor(
    private readonly reports: RevenueReportService,
    private readonly periods: MarketPeriods,
    private readonly clock: Clock,
  ) {}

  @FieldResolver(() => MoneyType, {
    description:
      'Monthly recurring revenue (MRR) now: what customers pay for their plans, yearly ones by the twelfth. Trials and usage do not count.',
  })
  async mrr(@Root() { currency }: Market): Promise<MoneyType> {
    return moneyOf(await this.reports.mrr(currency));
  }

  @FieldResolver(() => [RevenueMonth], {
    description:
      'How it moved, and the rates that follow, month by month, oldest first; at most the last 120 of the period.',
  })
  movements(
    @Root() { currency }: Market,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'The months that it touches. Absent = the last twelve, the present one included.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<RevenueMonth[]> {
    return this.reports.months(currency, this.periods.asked(period));
  }

  @FieldResolver(() => RevenueRetention, {
    description: 'What is left of those who paid some months ago; of a year ago unless asked otherwise.',
  })
  retention(
    @Root() { currency }: Market,
    @Arg('months', () => Int, {
      defaultValue: DEFAULT_MONTHS,
      description: `How many months ago, 1–${MOST_MONTHS_BACK}.`,
    })
    months: number,
  ): Promise<RevenueRetention> {
    if (months < 1 || months > MOST_MONTHS_BACK)
      throw invalidInput(['months'], `Ask for 1 to ${MOST_MONTHS_BACK} months ago.`, 'range');
    return this.reports.retention(currency, this.periods.monthsAgo(months));
  }

  @FieldResolver(() => [RevenueCohort], {
    description:
      'Customers by the month in which they paid for the first time, and what is left of them, oldest first; at most the last 120 months of the period. Months without new customers have none.',
  })
  cohorts(
    @Root() { currency }: Market,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'The first months that it touches. Absent = the last twelve, the present one included.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<RevenueCohort[]> {
    return this.reports.cohorts(currency, this.periods.asked(period), this.clock.now());
  }

  @FieldResolver(() => [PlanCustomers], { description: 'Customers on each plan now, by its code.' })
  customersByPlan(@Root() { currency }: Market): Promise<PlanCustomers[]> {
    return this.reports.customersByPlan(currency);
  }
}
