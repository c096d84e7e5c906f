/** What releases of a period told, for accounts of what was done: which budgets they drew on, and by how much. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import type { PrivacyAccounting } from './privacy-loss';
import type { ReleasableDatasets } from './releasable-datasets';

interface Spent {
  readonly dataset: string;
  /** The month that the releases are about, `2026-10`; they may have been made later. */
  readonly month: string;
  readonly accounting: PrivacyAccounting;
  readonly releases: number;
  /** In ε or ρ, by the accounting. */
  readonly spent: string;
}

export interface PrivacySpending extends Spent {
  /** The whole budget of the dataset for a month; null when the dataset is offered no more. */
  readonly total: string | null;
}

const SPENT = `select dataset, to_char(period_from at time zone 'UTC', 'YYYY-MM') as month, accounting,
    count(*)::int as releases, trim_scale(sum(charged))::text as spent
  from aggregate_releases where created_at >= $1 and created_at < $2
  group by 1, 2, 3 order by 1, 2`;

export class ReleaseSummaryService {
  constructor(
    private readonly database: Database,
    private readonly datasets: ReleasableDatasets,
  ) {}

  /** By releases that were made in the period. A budget is the whole house's: there is no part of one customer. */
  async spending({ from, to }: Period): Promise<PrivacySpending[]> {
    const rows = await this.database.read.sql<Spent>(SERVICE, 'privacy spending', SPENT, [from, to]);
    const totals = new Map(this.datasets.all().map(({ name, budget }) => [name, budget.total]));
    return rows.map((row) => ({ ...row, total: totals.get(row.dataset) ?? null }));
  }
}
