/** Which columns each view of the market has as a table: the figures that the API tells, amounts in minor units beside their currency. */
import type { MoneyType } from '../../../platform/graphql';
import type { ChannelReportService } from '../channel/channel-report.service';
import type { CompetitorReportService } from '../competitor/competitor-report.service';
import type { MentionFigures } from '../competitor/competitor.type';
import type { DemandMapService } from '../demand/demand-map.service';
import type { DemandFigures } from '../demand/demand-map.type';
import type { ProductMarketFitService } from '../fit/product-market-fit.service';
import type { ProductMarketFitFigures } from '../fit/product-market-fit.type';
import type { FunnelService } from '../funnel/funnel.service';
import type { PricingReportService } from '../pricing/pricing-report.service';
import type { CustomerPricingWhatIf } from '../pricing/pricing-what-if.type';
import type { RevenueReportService } from '../revenue/revenue-report.service';
import { type Columns, MarketTable, type TableView, tableView } from './market-table';

export interface TableSources {
  readonly now: () => Date;
  readonly revenue: RevenueReportService;
  readonly channels: ChannelReportService;
  readonly funnel: FunnelService;
  readonly demand: DemandMapService;
  readonly competitors: CompetitorReportService;
  readonly fit: ProductMarketFitService;
  readonly pricing: PricingReportService;
}

const minor = (amount: MoneyType | null): bigint | null => amount && amount.amountMinor;

const MENTIONS: Columns<MentionFigures> = {
  feedback: ({ feedback }) => feedback,
  customers: ({ customers }) => customers,
  monthly_revenue_minor: ({ monthlyRevenue }) => minor(monthlyRevenue),
  currency: ({ monthlyRevenue }) => monthlyRevenue.currency,
  sentiment: ({ sentiment }) => sentiment,
  feedback_before: ({ feedbackBefore }) => feedbackBefore,
  growth: ({ growth }) => growth,
};
const DEMAND: Columns<DemandFigures> = {
  ...MENTIONS,
  customers_before: ({ customersBefore }) => customersBefore,
  monthly_revenue_before_minor: ({ monthlyRevenueBefore }) => minor(monthlyRevenueBefore),
};
/** The columns of one side of a comparison. */
function billColumns(side: 'before' | 'after'): Columns<CustomerPricingWhatIf> {
  const amounts = ['plans', 'usage', 'revenue', 'cost', 'margin'] as const;
  return Object.fromEntries(
    amounts.map((name) => [`${side}_${name}_minor`, ({ comparison }) => minor(comparison[side][name])]),
  );
}

const FIT: Columns<ProductMarketFitFigures> = {
  answers: ({ answers }) => answers,
  very_disappointed: ({ veryDisappointed }) => veryDisappointed,
  somewhat_disappointed: ({ somewhatDisappointed }) => somewhatDisappointed,
  not_disappointed: ({ notDisappointed }) => notDisappointed,
  share: ({ share }) => share,
  lower: ({ interval }) => interval && interval[0]!,
  upper: ({ interval }) => interval && interval[1]!,
  asked: ({ asked }) => asked,
  responded: ({ responded }) => responded,
};

export function tableViews(sources: TableSources): Readonly<Record<MarketTable, TableView>> {
  const { revenue, channels, funnel, demand, competitors, fit, pricing, now } = sources;
  return {
    [MarketTable.REVENUE_MOVEMENTS]: tableView(({ currency, period }) => revenue.months(currency, period), {
      month: ({ month }) => month.slice(0, 7),
      currency: ({ closing }) => closing.currency,
      opening_minor: ({ opening }) => minor(opening),
      new_minor: (row) => minor(row.new),
      expansion_minor: ({ expansion }) => minor(expansion),
      contraction_minor: ({ contraction }) => minor(contraction),
      churn_minor: ({ churn }) => minor(churn),
      reactivation_minor: ({ reactivation }) => minor(reactivation),
      closing_minor: ({ closing }) => minor(closing),
      customers: ({ customers }) => customers,
      new_customers: ({ newCustomers }) => newCustomers,
      churned_customers: ({ churnedCustomers }) => churnedCustomers,
      reactivated_customers: ({ reactivatedCustomers }) => reactivatedCustomers,
      arr_minor: ({ arr }) => minor(arr),
      arpa_minor: ({ arpa }) => minor(arpa),
      gross_retention: ({ grossRetention }) => grossRetention,
      net_retention: ({ netRetention }) => netRetention,
      logo_churn: ({ logoChurn }) => logoChurn,
      quick_ratio: ({ quickRatio }) => quickRatio,
      lifetime_value_minor: ({ lifetimeValue }) => minor(lifetimeValue),
    }),
    [MarketTable.COHORTS]: tableView(
      async ({ currency, period }) =>
        (await revenue.cohorts(currency, period, now())).flatMap(({ months, ...cohort }) =>
          months.map((month) => ({ cohort, month })),
        ),
      {
        cohort: ({ cohort }) => cohort.month.slice(0, 7),
        members: ({ cohort }) => cohort.customers,
        month: ({ month }) => month.month.slice(0, 7),
        age: ({ month }) => month.age,
        customers: ({ month }) => month.customers,
        customers_kept: ({ month }) => month.customersKept,
        revenue_minor: ({ month }) => minor(month.revenue),
        currency: ({ month }) => month.revenue.currency,
        revenue_kept: ({ month }) => month.revenueKept,
      },
    ),
    [MarketTable.CHANNELS]: tableView(({ currency, period }) => channels.channels(currency, period), {
      code: ({ channel }) => channel && channel.code,
      name: ({ channel }) => channel && channel.name,
      cost_minor: ({ cost }) => minor(cost),
      currency: ({ cost }) => cost.currency,
      visits: ({ visits }) => visits,
      sign_ups: ({ signUps }) => signUps,
      acquired: ({ acquired }) => acquired,
      revenue_minor: (row) => minor(row.revenue),
      cost_per_acquired_minor: ({ costPerAcquired }) => minor(costPerAcquired),
      payback_months: ({ paybackMonths }) => paybackMonths,
    }),
    [MarketTable.FUNNEL]: tableView(async ({ period }) => [await funnel.of(period)], {
      visits: ({ visits }) => visits,
      leads: ({ leads }) => leads,
      sign_ups: ({ signUps }) => signUps,
      activated: ({ activated }) => activated,
      paid: ({ paid }) => paid,
      retained: ({ retained }) => retained,
      activation_rate: ({ activationRate }) => activationRate,
      paid_rate: ({ paidRate }) => paidRate,
      retention_rate: ({ retentionRate }) => retentionRate,
    }),
    [MarketTable.DEMAND_MAP]: tableView(
      async ({ currency, period }) => {
        const { segments, topics } = await demand.map(currency, period);
        return segments.flatMap((segment) =>
          segment.cells.map((figures, at) => ({ segment, topic: topics[at]!, ...figures })),
        );
      },
      {
        segment: ({ segment }) => (segment.rest ? '(others)' : segment.segment),
        topic: ({ topic }) => (topic.rest ? '(others)' : topic.label),
        ...DEMAND,
      },
    ),
    [MarketTable.COMPETITOR_MENTIONS]: tableView(
      async ({ currency, period }) =>
        (await competitors.mentions(currency, period)).flatMap(({ competitor, segments }) =>
          segments.map(({ segment, figures }) => ({ competitor, segment, ...figures })),
        ),
      {
        competitor: ({ competitor }) => competitor.name,
        segment: ({ segment }) => segment,
        ...MENTIONS,
      },
    ),
    [MarketTable.PRODUCT_MARKET_FIT]: tableView(
      async ({ period }) => {
        const { total, bySegment, byPlan } = await fit.of(period);
        const rows = (by: string, groups: typeof bySegment) =>
          groups.map(({ group, figures }) => ({ by, group, ...figures }));
        return [{ by: 'all', group: null, ...total }, ...rows('segment', bySegment), ...rows('plan', byPlan)];
      },
      { by: ({ by }) => by, group: ({ group }) => group, ...FIT },
    ),
    [MarketTable.PRICING_WHAT_IF]: tableView(
      async ({ currency, pricing: input }) => (await pricing.report(currency, input!)).moved,
      {
        customer_id: ({ customerId }) => customerId,
        currency: ({ comparison }) => comparison.difference.currency,
        ...billColumns('before'),
        ...billColumns('after'),
        difference_minor: ({ comparison }) => minor(comparison.difference),
        refused_requests: ({ comparison }) => comparison.refusedRequests,
        demand: ({ demand: factor }) => Number(factor),
        exceeds_spend_cap: ({ exceedsSpendCap }) => (exceedsSpendCap ? 1 : 0),
      },
    ),
  };
}
