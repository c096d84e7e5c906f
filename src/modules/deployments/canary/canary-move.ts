/** What a decision about a canary means for the routes, and how it reads in the history of the deployment. */
import type { Deployment } from '../deployment.entity';
import type { PromotionVerdict } from '../gate/promotion-check';
import type { WeightedRoute } from '../routes/split';
import type { CanaryDecision } from './canary-decision';
import type { CanaryCheck } from './canary-metrics';

/** The candidate's part goes off the baseline's; versions that are only kept warm stay. */
export function routesAt(
  routes: readonly WeightedRoute[],
  baseline: string,
  candidate: string,
  weight: number,
): WeightedRoute[] {
  const others = routes.filter(
    ({ versionId, weight: own }) => own === 0 && versionId !== candidate && versionId !== baseline,
  );
  const served = weight === 100 ? [] : [{ versionId: baseline, weight: 100 - weight }];
  return [...served, { versionId: candidate, weight }, ...others];
}

/** The numbers of a measure, as the history of the deployment keeps them. */
export function verdictOf({
  metric,
  verdict,
  baseline,
  candidate,
  bound,
  tolerance,
  n,
}: CanaryCheck): PromotionVerdict {
  const told = (value: number | null): string => (value === null ? 'unknown' : value.toPrecision(4));
  return {
    name: `canary ${metric.toLowerCase().replaceAll('_', ' ')}`,
    passed: verdict !== 'WORSE',
    detail: `${verdict}: candidate ${told(candidate)}, baseline ${told(baseline)}, worse by at least ${told(bound)} (${told(tolerance)} is taken for the same) on ${n}`,
  };
}

export function reasonOf({ reason, checks }: CanaryDecision, { failure }: Deployment): string {
  const worse = checks.filter(({ verdict }) => verdict === 'WORSE').map(({ metric }) => metric);
  if (reason === 'WORSE') return `The canary is worse: ${worse.join(', ')}.`;
  if (reason === 'NEVER_ANSWERED') return 'The candidate of the canary was asked and answered nobody.';
  const why = failure ? `: ${failure}` : '';
  return `The candidate of the canary could not be made ready in time${why}.`;
}
