/** Where the assessed uses of models stood at a moment: what a report tells of them. */
import { type Database, SERVICE } from '../../../platform/database';
import { impactStanding, type ImpactStandingName, isOverdue } from './impact-standing';
import type { RiskTierName } from './risk-tier';

export interface AssessedUseFigure {
  readonly assessmentId: string;
  readonly model: string;
  readonly use: string;
  readonly number: number;
  readonly tier: RiskTierName;
  /** Id of a member of staff. */
  readonly owner: string;
  readonly reviewBy: string;
  readonly standing: ImpactStandingName;
  readonly openActions: number;
  readonly overdueActions: number;
}

const ASSESSED = `select a.id as "assessmentId", m.name as model, a.use, a.number, a.tier, a.owner_id as owner,
    a.review_by as "reviewBy", coalesce(array_agg(c.due_at) filter (where c.id is not null), '{}') as due
  from impact_assessments a
  join models m on m.id = a.model_id
  left join (impact_actions c join impact_assessments o on o.id = c.assessment_id)
    on c.model_id = a.model_id and c.use = a.use and o.assessed_at < $1 and (c.closed_at is null or c.closed_at >= $1)
  where a.assessed_at < $1 and (a.superseded_at is null or a.superseded_at >= $1)
    and ($2::text is null or a.customer_id is null or a.customer_id = $2)
  group by a.id, m.name order by m.name, a.use, a.id`;

interface AssessedRow extends Omit<AssessedUseFigure, 'standing' | 'openActions' | 'overdueActions'> {
  readonly due: readonly string[];
}

/** @param at the moment. @param customerId leaves other customers' private models out; null = all. */
export async function assessedUses(
  { read }: Pick<Database, 'read'>,
  at: Date,
  customerId: string | null,
): Promise<AssessedUseFigure[]> {
  const rows = await read.sql<AssessedRow>(SERVICE, 'ethics.assessed-uses-at', ASSESSED, [at, customerId]);
  return rows.map(({ due, ...row }) => {
    const actions = due.map((dueAt) => ({ dueAt: new Date(dueAt), closedAt: null }));
    const reviewBy = new Date(row.reviewBy);
    return {
      ...row,
      reviewBy: reviewBy.toISOString(),
      standing: impactStanding({ tier: row.tier, reviewBy, supersededAt: null }, actions, at),
      openActions: actions.length,
      overdueActions: actions.filter((action) => isOverdue(action, at)).length,
    };
  });
}
