/**
 * What impact assessments ask at the gate of a deployment: that none of the uses of the model is prohibited, and that what was
 * assessed was looked at in time. Where nobody assessed a use the check says nothing: it cannot know what the model is used for.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { PromotionCandidate, PromotionCheck, PromotionVerdict } from '../../deployments';
import { type AssessmentState, impactStanding, isOverdue } from './impact-standing';
import type { RiskReason } from './risk-tier';

const LATEST = `select v.id as "versionId", a.id, a.use, a.tier, a.reasons, a.review_by as "reviewBy",
    coalesce(array_agg(c.due_at) filter (where c.id is not null), '{}') as due
  from model_versions v
  join impact_assessments a on a.model_id = v.model_id and a.superseded_at is null
  left join impact_actions c on c.model_id = a.model_id and c.use = a.use and c.closed_at is null
  where v.id = any($1) group by v.id, a.id order by v.id, a.use`;

interface AssessedUse extends Pick<AssessmentState, 'tier'> {
  readonly versionId: string;
  readonly id: string;
  readonly use: string;
  readonly reasons: readonly RiskReason[];
  readonly reviewBy: string;
  readonly due: readonly string[];
}

export class ImpactCheck implements PromotionCheck {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly clock: Clock,
  ) {}

  async check({ newVersionIds }: PromotionCandidate): Promise<PromotionVerdict[]> {
    if (newVersionIds.length === 0) return [];
    const now = this.clock.now();
    const uses = await this.database.read.sql<AssessedUse>(SERVICE, 'ethics.assessed-uses', LATEST, [
      [...newVersionIds],
    ]);
    return uses.map((assessed) => verdictOn(assessed, now));
  }
}

function verdictOn(
  { versionId, id, use, tier, reasons, reviewBy, due }: AssessedUse,
  now: Date,
): PromotionVerdict {
  const actions = due.map((dueAt) => ({ dueAt: new Date(dueAt), closedAt: null }));
  const state = { tier, reviewBy: new Date(reviewBy), supersededAt: null };
  const standing = impactStanding(state, actions, now);
  const articles = reasons.map(({ article }) => article).join(', ');
  const says = {
    IN_FORCE: `${tier}${articles && ` by ${articles}`}, to be reviewed by ${state.reviewBy.toISOString()}`,
    PROHIBITED: `this use is prohibited by ${articles}`,
    REVIEW_OVERDUE: `its review was due on ${state.reviewBy.toISOString()}; impactAssessmentRecord assesses it anew`,
    ACTIONS_OVERDUE: `${actions.filter((action) => isOverdue(action, now)).length} of ${actions.length} open actions are overdue`,
    SUPERSEDED: 'it was superseded',
  }[standing];
  const passed = standing === 'IN_FORCE';
  return { name: `impact assessment of ${use}`, passed, detail: `${versionId}: ${says} (${id})` };
}
