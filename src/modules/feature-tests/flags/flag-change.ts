/** A change of a flag: what it makes of it, what differs then, and whether somebody else must agree first. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { Environment } from '../../deployments';
import type { FeatureFlag, FlagPrerequisite, FlagRule } from './feature-flag.entity';
import { type FlagDifference, FlagPart } from './flag-revision.entity';

/** What is absent stays as it is. */
export interface FlagChange {
  readonly defaultValue?: unknown;
  readonly rules?: readonly FlagRule[] | null;
  readonly environments?: readonly { readonly environment: Environment; readonly enabled: boolean }[] | null;
  readonly prerequisites?: readonly FlagPrerequisite[] | null;
  readonly valueSchema?: unknown;
  readonly requiresReview?: boolean | null;
  readonly permanent?: boolean | null;
  /** Why staff say that it should be removed; null = it is of use again. */
  readonly stale?: string | null;
  readonly archived?: boolean;
}

export function changed(before: FeatureFlag, change: FlagChange, now: Date): FeatureFlag {
  const wanted = new Map(change.environments?.map(({ environment, enabled }) => [environment, enabled]));
  const { archived } = change;
  return {
    ...before,
    defaultValue: change.defaultValue === undefined ? before.defaultValue : change.defaultValue,
    rules: change.rules
      ? change.rules.map(({ condition, value, percentage }) => ({
          condition: condition ?? null,
          value,
          percentage: percentage ?? null,
        }))
      : before.rules,
    environments: before.environments.map(({ environment, enabled }) => ({
      environment,
      enabled: wanted.get(environment) ?? enabled,
    })),
    prerequisites: change.prerequisites
      ? change.prerequisites.map(({ flagId, value }) => ({ flagId, value }))
      : before.prerequisites,
    valueSchema: change.valueSchema === undefined ? before.valueSchema : change.valueSchema,
    requiresReview: change.requiresReview ?? before.requiresReview,
    permanent: change.permanent ?? before.permanent,
    staleNote: change.stale === undefined ? before.staleNote : change.stale,
    archivedAt: archived === undefined ? before.archivedAt : archived ? (before.archivedAt ?? now) : null,
    revision: before.revision + 1,
    updatedAt: now,
  };
}

export function differences(before: FeatureFlag, after: FeatureFlag): FlagDifference[] {
  const parts = new Map(partsOf(before));
  return partsOf(after).flatMap(([part, value]) =>
    isDeepStrictEqual(parts.get(part), value) ? [] : [{ part, before: parts.get(part), after: value }],
  );
}

/**
 * Whether a change of a protected flag must wait: it changes what production answers, or takes the protection away. What concerns
 * other environments only, or only what is said about the flag, need not.
 */
export function needsReview(before: FeatureFlag, after: FeatureFlag): boolean {
  const isLoosened = before.requiresReview && !after.requiresReview;
  return isLoosened || !isDeepStrictEqual(answeredInProduction(before), answeredInProduction(after));
}

/** Whether rules come into force in production that were of no consequence there. */
export function switchesOn(before: FeatureFlag, after: FeatureFlag): boolean {
  return !isOnInProduction(before) && isOnInProduction(after);
}

/** All that the answers of production depend on. */
function answeredInProduction(flag: FeatureFlag): unknown {
  const { archivedAt, defaultValue, rules, prerequisites } = flag;
  if (archivedAt) return 'archived';
  return isOnInProduction(flag) ? { defaultValue, rules: rules.map(plain), prerequisites } : { defaultValue };
}

function isOnInProduction({ environments }: FeatureFlag): boolean {
  return environments.some(({ environment, enabled }) => environment === Environment.PRODUCTION && enabled);
}

function plain({ condition, value, percentage }: FlagRule): FlagRule {
  return { condition: condition ?? null, value, percentage: percentage ?? null };
}

function partsOf(flag: FeatureFlag): [FlagPart, unknown][] {
  return [
    [FlagPart.DEFAULT_VALUE, flag.defaultValue],
    [FlagPart.RULES, flag.rules.map(plain)],
    [FlagPart.ENVIRONMENTS, flag.environments],
    [FlagPart.PREREQUISITES, flag.prerequisites],
    [FlagPart.VALUE_SCHEMA, flag.valueSchema],
    [FlagPart.REQUIRES_REVIEW, flag.requiresReview],
    [FlagPart.PERMANENT, flag.permanent],
    [FlagPart.STALE_NOTE, flag.staleNote],
    [FlagPart.ARCHIVED, flag.archivedAt !== null],
  ];
}
