/** Whether an assessment still speaks for a use of a model: by its tier, its review date and its open actions. */
import type { RiskTierName } from './risk-tier';

export type ImpactStandingName =
  'IN_FORCE' | 'PROHIBITED' | 'REVIEW_OVERDUE' | 'ACTIONS_OVERDUE' | 'SUPERSEDED';

export interface AssessmentState {
  readonly tier: RiskTierName;
  readonly reviewBy: Date;
  readonly supersededAt: Date | null;
}

export interface ActionState {
  readonly dueAt: Date;
  readonly closedAt: Date | null;
}

export const isOverdue = ({ dueAt, closedAt }: ActionState, now: Date): boolean =>
  closedAt === null && dueAt.getTime() <= now.getTime();

/** The gravest that holds. */
export function impactStanding(
  { tier, reviewBy, supersededAt }: AssessmentState,
  actions: readonly ActionState[],
  now: Date,
): ImpactStandingName {
  if (supersededAt !== null) return 'SUPERSEDED';
  if (tier === 'PROHIBITED') return 'PROHIBITED';
  if (reviewBy.getTime() <= now.getTime()) return 'REVIEW_OVERDUE';
  return actions.some((action) => isOverdue(action, now)) ? 'ACTIONS_OVERDUE' : 'IN_FORCE';
}

const MOST_YEARS = 2;

/** The last instant until which an assessment may speak: the same day two years on, whether or not one of them has a leap day. */
export function latestReview(now: Date): Date {
  const latest = new Date(now);
  latest.setUTCFullYear(now.getUTCFullYear() + MOST_YEARS);
  return latest;
}
