/** Margins, for staff. */
import { Arg, Int, Query, Resolver } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { periodAsked, PeriodInput } from '../../../platform/graphql';
import { Can } from '../../identity';
import type { MarginService } from './margin.service';
import { MarginAlert, MarginDimension, MarginLine } from './margin.type';

const DEFAULT_DAYS = 30;
const MOST = 100;

@Resolver()
export class MarginResolver {
  constructor(
    private readonly margins: MarginService,
    private readonly clock: Clock,
  ) {}

  @Query(() => [MarginLine], {
    nullable: true,
    name: 'margins',
    description:
      'Earnings and costs by customer, plan, model and deployment, in any combination; the lowest margin first, each currency by itself. Needs margin:read.',
  })
  @Can('margin:read')
  async marginLines(
    @Arg('by', () => [MarginDimension], { description: 'Told apart by these; an empty list = one sum.' })
    by: MarginDimension[],
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: `When the requests were made; absent = the last ${DEFAULT_DAYS} days.`,
    })
    period: PeriodInput | null | undefined,
    @Arg('first', () => Int, { defaultValue: 25, description: `How many, 1–${MOST}.` }) first: number,
  ): Promise<MarginLine[]> {
    if (first < 1 || first > MOST) throw invalidInput(['first'], `Ask for 1 to ${MOST} at a time.`, 'range');
    return this.margins.lines(by, periodAsked(period) ?? this.lastDays(), first);
  }

  @Query(() => [MarginAlert], {
    nullable: true,
    description:
      'Customers who cost more than they were charged in a billing period, the newest 100 alerts. Needs margin:read.',
  })
  @Can('margin:read')
  marginAlerts(): Promise<MarginAlert[]> {
    return this.margins.alerts();
  }

  private lastDays(): PeriodInput {
    const now = this.clock.millis();
    // The half-open period includes this very instant.
    return { from: new Date(now - DEFAULT_DAYS * 86_400_000), to: new Date(now + 1) };
  }
}
