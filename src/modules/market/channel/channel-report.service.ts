/** Cost per acquired customer and payback by channel, from costs, origins and first payments, in one statement. */
import { money } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { moneyOf } from '../../../platform/graphql';
import { KNOWN_ORIGIN_SQL } from '../funnel/known-origin';
import { monthsIn } from '../revenue/revenue-movement';
import { ratio, share } from '../revenue/revenue-rates';
import type { ChannelReport } from './channel.type';

interface Sums {
  readonly id: string | null;
  readonly code: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly cost: string;
  readonly visits: number | null;
  readonly signUps: number;
  readonly acquired: number;
  readonly revenue: string;
}

const REPORT = `with origin as (${KNOWN_ORIGIN_SQL}),
  spent as (
    select channel_id, sum(cost_minor) filter (where currency = $1) as cost, max(visits) as visits
    from (select channel_id, month, currency, cost_minor, visits from channel_months where month between $2 and $3) as months
    group by channel_id, month),
  cost as (select channel_id, coalesce(sum(cost), 0) as cost, sum(visits)::int as visits from spent group by channel_id),
  signed as (
    select channel_id, count(*)::int as sign_ups from origin
    where signed_up_at >= $2::date::timestamp at time zone 'UTC'
      and signed_up_at < ($3::date + interval '1 month') at time zone 'UTC' group by channel_id),
  first as (
    select distinct on (customer_id) customer_id, month, closing_minor from revenue_movements
    where currency = $1 order by customer_id, month),
  paid as (
    select channel_id, count(*)::int as acquired, sum(closing_minor) as revenue from first left join origin using (customer_id)
    where month between $2 and $3 group by channel_id)
  select channel.id, code, name, created_at as "createdAt", coalesce(cost, 0)::text as cost, visits,
    coalesce(sign_ups, 0) as "signUps", coalesce(acquired, 0) as acquired, coalesce(revenue, 0)::text as revenue
  from (select id, code, name, created_at from channels union all select null, null, null, null) as channel
  left join cost on cost.channel_id = channel.id
  left join signed on signed.channel_id is not distinct from channel.id
  left join paid on paid.channel_id is not distinct from channel.id
  order by code nulls last`;

export class ChannelReportService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Every channel, and last what came by none. */
  async channels(currency: string, { from, to }: Period): Promise<ChannelReport[]> {
    const months = monthsIn(from, to);
    const values = [currency, months[0], months.at(-1)];
    const rows = await this.database.read.sql<Sums>(SERVICE, 'market.channels', REPORT, values);
    const shown = (amount: bigint) => moneyOf(money(amount, currency));
    return rows.map(({ id, code, name, createdAt, visits, signUps, acquired, ...sums }) => {
      const [cost, revenue] = [BigInt(sums.cost), BigInt(sums.revenue)];
      const each = id === null ? null : share(cost, acquired);
      return {
        channel: id === null ? null : { id, code, name, createdAt },
        cost: shown(cost),
        visits,
        signUps,
        acquired,
        revenue: shown(revenue),
        costPerAcquired: each === null ? null : shown(each),
        paybackMonths: id === null ? null : ratio(cost, revenue),
      };
    });
  }
}
