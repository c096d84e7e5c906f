/** Reads what the map of demand is folded of: feedback tells who spoke of what, our own projections who that is and what they pay. */
import { money } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { moneyOf } from '../../../platform/graphql';
import type { FeedbackModule } from '../../feedback';
import { KNOWN_ORIGIN_SQL } from '../funnel/known-origin';
import { type DemandLimits, type DemandSums, foldDemand } from './demand-folding';
import type { DemandFigures, DemandMap } from './demand-map.type';

/** More rows and columns than this nobody reads. */
export const DEMAND_LIMITS: DemandLimits = { topics: 20, segments: 12 };

const FACTS = `select asked.id as "customerId", origin.segment, coalesce(standing.monthly_minor, 0)::text as monthly
  from unnest($1::text[]) as asked (id)
  left join (${KNOWN_ORIGIN_SQL}) as origin on origin.customer_id = asked.id
  left join customer_standings as standing on standing.customer_id = asked.id and standing.currency = $2`;

interface Row {
  readonly customerId: string;
  readonly segment: string | null;
  readonly monthly: string;
}

export class DemandMapService {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly topics: FeedbackModule['topics'],
  ) {}

  /** Two statements, however many customers, topics and segments there are. */
  async map(currency: string, period: Period): Promise<DemandMap> {
    const said = await this.topics.byCustomer(period);
    const ids = [...new Set(said.map(({ customerId }) => customerId))];
    const rows = await this.database.read.sql<Row>(SERVICE, 'market.demand-facts', FACTS, [ids, currency]);
    const customers = rows.map(({ monthly, ...row }) => ({ ...row, monthlyMinor: BigInt(monthly) }));
    const { topics, segments, total } = foldDemand(said, customers, DEMAND_LIMITS);
    const shown = ({ monthlyMinor, monthlyMinorBefore, ...sums }: DemandSums): DemandFigures => ({
      ...sums,
      monthlyRevenue: moneyOf(money(monthlyMinor, currency)),
      monthlyRevenueBefore: moneyOf(money(monthlyMinorBefore, currency)),
    });
    return {
      period,
      topics: topics.map((topic) => ({ ...topic, total: shown(topic.total) })),
      segments: segments.map((row) => ({ ...row, cells: row.cells.map(shown), total: shown(row.total) })),
      total: shown(total),
    };
  }
}
