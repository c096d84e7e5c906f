/** What other prices would have come to, within the view of the market, for those who may see margins. */
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { Cost, type RequestContext } from '../../../platform/graphql';
import { authorize, Customer, type IdentityLoaders } from '../../identity';
import { Market } from '../market.type';
import type { PricingReportService } from './pricing-report.service';
import { PricingWhatIfInput } from './pricing-what-if.input';
import { CustomerPricingWhatIf, PricingWhatIfReport } from './pricing-what-if.type';

const DEFAULT_CUSTOMERS = 25;
const MOST_CUSTOMERS = 100;
/** It reads the usage of every customer: some hundred milliseconds of the database for a thousand of them. */
const WHAT_IF_COST = 500;

@Resolver(() => Market)
export class PricingWhatIfResolver {
  constructor(private readonly reports: PricingReportService) {}

  @FieldResolver(() => PricingWhatIfReport, {
    description:
      'What revenue and margin of some months would have been under other prices: an empty list of changes gives what they were. Needs margin:read. Reads the usage of these months once, which costs as much as 500 objects.',
  })
  @Cost(() => WHAT_IF_COST)
  pricingWhatIf(
    @Root() { currency }: Market,
    @Arg('input', () => PricingWhatIfInput, { description: 'The other prices.' }) input: PricingWhatIfInput,
    @Ctx() context: RequestContext,
  ): Promise<PricingWhatIfReport> {
    authorize(context, 'margin:read');
    return this.reports.report(currency, input);
  }
}

@Resolver(() => PricingWhatIfReport)
export class PricingWhatIfReportResolver {
  @FieldResolver(() => [CustomerPricingWhatIf], {
    description: 'The customers whose bill would move most, these first.',
  })
  customers(
    @Root() { moved }: PricingWhatIfReport,
    @Arg('first', () => Int, {
      defaultValue: DEFAULT_CUSTOMERS,
      description: `How many, 1–${MOST_CUSTOMERS}.`,
    })
    first: number,
  ): CustomerPricingWhatIf[] {
    if (first < 1 || first > MOST_CUSTOMERS)
      throw invalidInput(['first'], `Ask for 1 to ${MOST_CUSTOMERS} at a time.`, 'range');
    return moved.slice(0, first);
  }
}

@Resolver(() => CustomerPricingWhatIf)
export class CustomerPricingWhatIfResolver {
  constructor(private readonly identity: IdentityLoaders) {}

  @FieldResolver(() => Customer, { nullable: true, description: 'The customer; null when it is gone.' })
  customer(
    @Root() { customerId }: CustomerPricingWhatIf,
    @Ctx() context: RequestContext,
  ): Promise<Customer | null> {
    return this.identity.customerById(context).load(customerId);
  }
}
