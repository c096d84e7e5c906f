/** Reasons of churn and of lost leads within the view of the market, in one statement. */
import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { money } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import { moneyOf, PeriodInput } from '../../../platform/graphql';
import type { LossReason } from '../../billing';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import { monthsIn } from '../revenue/revenue-movement';
import { CHURNED_SQL } from './churn-reason';
import { LossReport } from './losses.type';

interface Sum {
  readonly what: 'WON' | 'LOST' | 'CHURNED' | 'UNPAID';
  readonly reason: LossReason | null;
  readonly count: number;
  readonly amount: string;
}

const LOSSES = `with churned as (${CHURNED_SQL})
  select case when unpaid then 'UNPAID' else 'CHURNED' end as what, reason, count(*)::int as count, sum(opening_minor)::text as amount
  from churned group by 1, 2
  union all
  select stage, lost_reason, count(*)::int, '0' from leads
  where stage in ('WON', 'LOST') and closed_at >= $2::date::timestamp at time zone 'UTC'
    and closed_at < ($3::date + interval '1 month') at time zone 'UTC' group by 1, 2`;

@Resolver(() => Market)
export class LossResolver {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly periods: MarketPeriods,
  ) {}

  @FieldResolver(() => LossReport, {
    description: 'Where leads and customers were won and lost, and why. A few seconds behind.',
  })
  async losses(
    @Root() { currency }: Market,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'The months that it touches. Absent = the last twelve, the present one included.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<LossReport> {
    const { from, to } = this.periods.asked(period);
    const months = monthsIn(from, to);
    const values = [currency, months[0], months.at(-1)];
    const sums = await this.database.read.sql<Sum>(SERVICE, 'market.losses', LOSSES, values);
    const of = (what: Sum['what']): Sum[] => sums.filter((sum) => sum.what === what);
    const count = (some: readonly Sum[]): number => some.reduce((sum, row) => sum + row.count, 0);
    const amount = (some: readonly Sum[]) =>
      moneyOf(
        money(
          some.reduce((sum, row) => sum + BigInt(row.amount), 0n),
          currency,
        ),
      );
    const [won, lost, churned, unpaid] = [of('WON'), of('LOST'), of('CHURNED'), of('UNPAID')];
    const closed = count(won) + count(lost);
    const reasons = [...new Set([...lost, ...churned].map(({ reason }) => reason))];
    return {
      currency,
      months,
      leadsWon: count(won),
      leadsLost: count(lost),
      winRate: closed === 0 ? null : count(won) / closed,
      reasons: reasons.sort(byName).map((reason) => {
        const own = churned.filter((sum) => sum.reason === reason);
        const leads = count(lost.filter((sum) => sum.reason === reason));
        return { reason, leads, customers: count(own), revenue: amount(own) };
      }),
      unpaidCustomers: count(unpaid),
      unpaidRevenue: amount(unpaid),
    };
  }
}

/** Null last. */
function byName(a: string | null, b: string | null): number {
  return (a ?? '~') < (b ?? '~') ? -1 : 1;
}
