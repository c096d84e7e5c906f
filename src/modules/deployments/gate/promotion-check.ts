/**
 * The gate before a promotion. Later modules know what a version must have shown (feature tests, fairness, consent scope
 * of its data); each contributes checks through this port, and the gate asks them all.
 */
import type { WeightedRoute } from '../routes/split';

export interface PromotionCandidate {
  readonly deploymentId: string;
  readonly environment: string;
  readonly currentRoutes: readonly WeightedRoute[];
  readonly routes: readonly WeightedRoute[];
  /** Versions that get traffic and did not before. */
  readonly newVersionIds: readonly string[];
}

export interface PromotionVerdict {
  readonly name: string;
  readonly passed: boolean;
  /** In words, with the numbers. */
  readonly detail: string;
}

export interface PromotionCheck {
  /** One verdict a requirement; empty when the check has nothing to say about these versions. */
  check(candidate: PromotionCandidate): Promise<readonly PromotionVerdict[]>;
}

export function newVersionsOf(current: readonly WeightedRoute[], routes: readonly WeightedRoute[]): string[] {
  const before = new Set(current.filter(({ weight }) => weight > 0).map(({ versionId }) => versionId));
  return routes
    .filter(({ versionId, weight }) => weight > 0 && !before.has(versionId))
    .map(({ versionId }) => versionId);
}
