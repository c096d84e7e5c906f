/** The funnel: one statement over what other projections know of each customer. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { monthsIn } from '../revenue/revenue-movement';
import type { Funnel, FunnelFilter } from './funnel.type';
import { KNOWN_ORIGIN_SQL } from './known-origin';

type Counts = Pick<Funnel, 'visits' | 'leads' | 'signUps' | 'activated' | 'paid' | 'retained'>;

const COUNTS = `select count(*)::int as "signUps", count(used.customer_id)::int as activated, count(paid.customer_id)::int as paid,
    count(*) filter (where standing.monthly_minor > 0)::int as retained,
    (select count(*)::int from leads left join channels on channels.id = channel_id
      where leads.created_at >= $1 and leads.created_at < $2 and ($3::text is null or code = $3)
        and ($4::text is null or campaign = $4) and ($5::text is null or segment = $5)) as leads,
    case when $4::text is null and $5::text is null then (
      select sum(visits)::int from (
        select max(visits) as visits from channel_months join channels on channels.id = channel_id
        where month between $6 and $7 and ($3::text is null or code = $3) group by channel_id, month) as months) end as visits
  from (${KNOWN_ORIGIN_SQL}) as origin
  left join customer_usages used using (customer_id)
  left join customer_standings standing using (customer_id)
  left join (select distinct customer_id from revenue_movements) as paid using (customer_id)
  where signed_up_at >= $1 and signed_up_at < $2 and ($3::text is null or channel = $3)
    and ($4::text is null or campaign = $4) and ($5::text is null or segment = $5)`;

export class FunnelService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Of those who came in the period. */
  async of({ from, to }: Period, filter: FunnelFilter = {}): Promise<Funnel> {
    const { channel = null, campaign = null, segment = null } = filter;
    const months = monthsIn(from, to);
    const values = [from, to, channel, campaign, segment, months[0], months.at(-1)];
    const rows = await this.database.read.sql<Counts>(SERVICE, 'market.funnel', COUNTS, values);
    const { visits, leads, signUps, activated, paid, retained } = rows[0]!;
    const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
    return {
      visits,
      leads,
      signUps,
      activated,
      paid,
      retained,
      activationRate: rate(activated, signUps),
      paidRate: rate(paid, signUps),
      retentionRate: rate(retained, paid),
    };
  }
}
