/** Works out how urgent feedback is, from what stands in the books at this moment, and keeps the inbox in that order. */
import type { Clock } from '../../../kernel/clock';
import { type Database, type Scope, SERVICE } from '../../../platform/database';
import type { JobDefinition } from '../../../platform/jobs';
import { Feedback } from '../feedback.entity';
import { OPEN_STATUSES } from './feedback-status';
import type { MonthlyRevenue } from './monthly-revenue.service';
import { ageInDays, PRIORITY_FORMULA, priorityOf, type PriorityTerms } from './priority';

export type Rank = Pick<Feedback, 'priorityValue' | 'priorityTerms' | 'priorityFormula'>;
export type Ranked = Pick<Feedback, 'id' | 'customerId' | 'severity' | 'createdAt'>;

const NO_REVENUE = { minor: 0n, currency: 'USD' };
const BATCH = 500;

interface Merged {
  readonly into: string;
  readonly votes: number;
  readonly customers: readonly string[];
}

export class RankingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly revenue: Pick<MonthlyRevenue, 'of'>,
  ) {}

  async rankOf(item: Ranked, scope: Scope): Promise<Rank> {
    const [rank] = await this.ranksOf([item], scope);
    return rank!;
  }

  /** In the order of the items; two statements however many they are. */
  async ranksOf(items: readonly Ranked[], scope: Scope): Promise<Rank[]> {
    const merged = await this.mergedInto(items, scope);
    const askers = items.map(({ id, customerId }) => [
      ...new Set([customerId, ...(merged.get(id)?.customers ?? [])]),
    ]);
    const revenue = await this.revenue.of([...new Set(askers.flat())], scope);
    const now = this.clock.now();
    return items.map(({ id, severity, createdAt }, index): Rank => {
      const paid = askers[index]!.map((customerId) => revenue.get(customerId) ?? NO_REVENUE);
      const { currency } = paid.find(({ minor }) => minor > 0n) ?? NO_REVENUE;
      // Sums of different currencies would be a lie: those of the first one count.
      const sum = paid.reduce((total, one) => (one.currency === currency ? total + one.minor : total), 0n);
      const priorityTerms: PriorityTerms = {
        monthlyRevenueMinor: sum.toString(),
        currency,
        votes: 1 + (merged.get(id)?.votes ?? 0),
        severity,
        ageDays: ageInDays(new Date(createdAt), now),
      };
      return { priorityValue: priorityOf(priorityTerms), priorityTerms, priorityFormula: PRIORITY_FORMULA };
    });
  }

  /** Every hour: what waits grows older, and what its people pay changes. */
  get job(): JobDefinition {
    return { kind: 'feedback.rank', cron: '7 * * * *', run: (_payload, { signal }) => this.rankOpen(signal) };
  }

  private async rankOpen(signal: AbortSignal): Promise<void> {
    let after = '';
    while (!signal.aborted) {
      const items = await this.database.read.list(Feedback, {
        scope: SERVICE,
        where: { status: { in: OPEN_STATUSES }, id: { gt: after } },
        selection: { id: true, customerId: true, severity: true, createdAt: true },
        orderBy: [{ property: 'id', direction: 'ASC' }],
        limit: BATCH,
      });
      if (items.length === 0) return;
      after = items.at(-1)!.id;
      const ranks = await this.ranksOf(items, SERVICE);
      await this.database.unitOfWork.run(SERVICE, () => this.keep(items, ranks));
    }
  }

  /**
   * Not a change of the feedback: neither version nor history move. Most ranks are what they were an hour ago, for age counts in whole
   * days: those rows, and their places in every index, are not written anew.
   */
  private async keep(items: readonly Ranked[], ranks: readonly Rank[]): Promise<void> {
    await this.database.unitOfWork.sql(
      `update feedback set priority_value = rank.value, priority_terms = rank.terms, priority_formula = $4
       from unnest($1::text[], $2::float8[], $3::jsonb[]) as rank (id, value, terms) where feedback.id = rank.id
         and (priority_value, priority_terms, priority_formula) is distinct from (rank.value, rank.terms, $4)`,
      [
        items.map(({ id }) => id),
        ranks.map(({ priorityValue }) => priorityValue),
        ranks.map(({ priorityTerms }) => JSON.stringify(priorityTerms)),
        PRIORITY_FORMULA,
      ],
    );
  }

  private async mergedInto(items: readonly Ranked[], scope: Scope): Promise<Map<string, Merged>> {
    const rows = await this.database.read.sql<Merged>(
      scope,
      'feedback-votes',
      `select merged_into_id as into, count(*)::int as votes, array_agg(distinct customer_id) as customers
       from feedback where merged_into_id = any($1) and withdrawn_at is null group by merged_into_id`,
      [items.map(({ id }) => id)],
    );
    return new Map(rows.map((row) => [row.into, row]));
  }
}
