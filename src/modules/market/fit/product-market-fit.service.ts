/** Feedback tells what people answered, our own projections which segment and plan their customers are of. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { type FeedbackModule, SURVEY_QUESTION } from '../../feedback';
import { KNOWN_ORIGIN_SQL } from '../funnel/known-origin';
import { BENCHMARK, fitBy, fitOf } from './product-market-fit';
import type { ProductMarketFit } from './product-market-fit.type';

const MOST_GROUPS = 100;

const GROUPS = `select asked.id as "customerId", segment, plan_code as plan from unnest($1::text[]) as asked (id)
  left join (${KNOWN_ORIGIN_SQL}) as origin on origin.customer_id = asked.id
  left join customer_standings as standing on standing.customer_id = asked.id`;

interface Row {
  readonly customerId: string;
  readonly segment: string | null;
  readonly plan: string | null;
}

export class ProductMarketFitService {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly surveys: FeedbackModule['surveys'],
  ) {}

  /** Two statements, however many customers and groups there are. */
  async of(period: Period): Promise<ProductMarketFit> {
    const parts = await this.surveys.byCustomer(period);
    const ids = parts.map(({ customerId }) => customerId);
    const rows = await this.database.read.sql<Row>(SERVICE, 'market.fit-groups', GROUPS, [ids]);
    const groups = new Map(rows.map((row) => [row.customerId, row]));
    const by = (what: 'segment' | 'plan') =>
      fitBy(parts, (id) => groups.get(id)?.[what] ?? null).slice(0, MOST_GROUPS);
    return {
      period,
      question: SURVEY_QUESTION,
      benchmark: BENCHMARK,
      total: fitOf(parts),
      bySegment: by('segment'),
      byPlan: by('plan'),
    };
  }
}
