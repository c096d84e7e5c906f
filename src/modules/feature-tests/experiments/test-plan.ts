/** What a plan must be before it is kept: all faults at once, each at its path. */
import type { AppError } from '../../../kernel/errors';
import { contentHash } from '../../../kernel/hash';
import {
  denominatorMissing,
  denominatorWithoutUse,
  dividedByItself,
  duplicateKey,
  duplicateMetric,
  notServed,
  quantileMissing,
  quantileWithoutUse,
  weightsMustSum,
} from '../feature-tests.errors';
import type { FeatureTest } from './feature-test.entity';
import type { Variant } from './feature-test.type';
import { metricKey, MetricKind, type WantedMetric } from './metric-plan';

export interface PlannedGroups {
  readonly variants: readonly Variant[];
  readonly primaryMetric: WantedMetric;
  readonly guardrails: readonly WantedMetric[];
}

/** @param served versions that the deployment keeps warm. */
export function planFaults(plan: PlannedGroups, served: ReadonlySet<string>): AppError[] {
  const faults: AppError[] = [];
  const sum = plan.variants.reduce((total, { weight }) => total + weight, 0);
  if (sum !== 100) faults.push(weightsMustSum(sum));
  const keys = new Set<string>();
  plan.variants.forEach(({ key, versionId }, index) => {
    if (keys.has(key)) faults.push(duplicateKey(index));
    keys.add(key);
    if (!served.has(versionId)) faults.push(notServed(index));
  });
  const metrics = new Set([metricKey(plan.primaryMetric)]);
  faults.push(...metricFaults(plan.primaryMetric, ['input', 'primaryMetric']));
  plan.guardrails.forEach((metric, index) => {
    faults.push(...metricFaults(metric, ['input', 'guardrails', String(index)]));
    const key = metricKey(metric);
    if (metrics.has(key)) faults.push(duplicateMetric(index));
    metrics.add(key);
  });
  return faults;
}

function metricFaults(metric: WantedMetric, path: readonly string[]): AppError[] {
  return [...quantileFaults(metric, path), ...denominatorFaults(metric, path)];
}

function denominatorFaults({ name, kind, denominator }: WantedMetric, path: readonly string[]): AppError[] {
  const given = typeof denominator === 'string';
  if (kind !== MetricKind.RATIO) return given ? [denominatorWithoutUse(path)] : [];
  if (!given) return [denominatorMissing(path)];
  return name === denominator ? [dividedByItself(path)] : [];
}

function quantileFaults({ kind, quantile }: WantedMetric, path: readonly string[]): AppError[] {
  const given = typeof quantile === 'number';
  if (kind === MetricKind.QUANTILE) return given ? [] : [quantileMissing(path)];
  return given ? [quantileWithoutUse(path)] : [];
}

/** What the results refer to: nothing of it can change without the hash changing too. */
export function planHashOf({ key, hypothesis, deploymentId, variants, plan }: FeatureTest): string {
  return contentHash({ key, hypothesis, deploymentId, variants, plan });
}
