/** Links to the views of the market as tables, as reports and copies are linked. */
import { Arg, Ctx, FieldResolver, Resolver, Root, registerEnumType } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { PeriodInput, type RequestContext, URLScalar } from '../../../platform/graphql';
import type { SignedLinks } from '../../../platform/http';
import { authorize } from '../../identity';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import type { PricingReportService } from '../pricing/pricing-report.service';
import { PricingWhatIfInput } from '../pricing/pricing-what-if.input';
import { MarketTable } from './market-table';
import { tablePath } from './table.routes';

/** Longer addresses some servers on the way refuse. */
const MOST_LETTERS = 6000;
/** Those that ask for the last 90 days unless told otherwise, as their fields do. */
const RECENT = new Set([
  MarketTable.DEMAND_MAP,
  MarketTable.COMPETITOR_MENTIONS,
  MarketTable.PRODUCT_MARKET_FIT,
]);

registerEnumType(MarketTable, {
  name: 'MarketTable',
  description: 'A view of the market as a table, with the figures of the field that is named.',
  valuesConfig: {
    REVENUE_MOVEMENTS: { description: '`movements`: a line a month.' },
    COHORTS: { description: '`cohorts`: a line a cohort and month.' },
    CHANNELS: { description: '`channels`: a line a channel.' },
    FUNNEL: { description: '`funnel`: one line.' },
    DEMAND_MAP: { description: '`demandMap`: a line a segment and topic.' },
    COMPETITOR_MENTIONS: { description: '`competitorMentions`: a line a competitor and segment.' },
    PRODUCT_MARKET_FIT: { description: '`productMarketFit`: a line for all, and for each segment and plan.' },
    PRICING_WHAT_IF: { description: '`pricingWhatIf`: a line a customer, whose bill moves most first.' },
  },
});

@Resolver(() => Market)
export class MarketTableResolver {
  constructor(
    private readonly links: SignedLinks,
    private readonly periods: MarketPeriods,
    private readonly reports: Pick<PricingReportService, 'assertAsked'>,
  ) {}

  @FieldResolver(() => URLScalar, {
    description:
      'A view as a table for spreadsheets (CSV), amounts in minor units beside their currency. The address works for 15 minutes, and is answered with the figures of the moment when it is opened. PRICING_WHAT_IF needs margin:read.',
  })
  async csv(
    @Root() { currency }: Market,
    @Arg('table', () => MarketTable, { description: 'Which view.' }) table: MarketTable,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'As its field takes it; PRICING_WHAT_IF has its own in `pricing`.',
    })
    period: PeriodInput | null | undefined,
    @Arg('pricing', () => PricingWhatIfInput, {
      nullable: true,
      description: 'The other prices: with PRICING_WHAT_IF, and only with it.',
    })
    pricing: PricingWhatIfInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<string> {
    const isPricing = table === MarketTable.PRICING_WHAT_IF;
    if (isPricing !== Boolean(pricing))
      throw invalidInput(['pricing'], 'PRICING_WHAT_IF takes `pricing`, and no other table does.', 'kind');
    if (isPricing) authorize(context, 'margin:read');
    const asked = RECENT.has(table) ? this.periods.recent(period) : this.periods.asked(period);
    const path = tablePath({ table, currency, period: asked, pricing: pricing ?? null });
    if (path.length > MOST_LETTERS)
      throw invalidInput(
        ['pricing', 'changes'],
        'These are too many prices for one address. Ask for fewer.',
        'length',
      );
    // Whoever opens the address cannot be told what is wrong with the question.
    if (pricing) await this.reports.assertAsked(currency, pricing, ['pricing']);
    return this.links.sign(path);
  }
}
