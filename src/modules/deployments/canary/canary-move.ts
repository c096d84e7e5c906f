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
  const least = bound === null ? 'by how much worse cannot be told' : `worse by at least ${told(bound)}`;
  return {
    name: `canary ${metric.toLowerCase().replaceAll('_', ' ')}`,
    passed: verdict !== 'WORSE',
    detail: `${verdict}: candidate ${told(candidate)}, baseline ${told(baseline)}, ${least} (${told(tolerance)} is taken for the same) on ${n}`,
  };
}

export function reasonOf({ reason, checks }: CanaryDecision, { failure }: Deployment): string {
  const worse = checks.filter(({ verdict }) => verdict === 'WORSE');
  if (reason === 'WORSE') return `The canary went back: ${worse.map(worseIn).join('; ')}.`;
  if (reason === 'NEVER_ANSWERED') return 'The candidate of the canary was asked and answered nobody.';
  const why = failure ? `: ${failure}` : '';
  return `The candidate of the canary could not be made ready in time${why}.`;
}

/** That scores moved does not say which version is right: whoever meant them to move is told what to do. */
function worseIn({ metric, baseline, candidate, bound, tolerance, n }: CanaryCheck): string {
  const told = (value: number | null): string => String(Number((value ?? 0).toPrecision(2)));
  const beyond = `${told(bound)}, and ${told(tolerance)} is taken for the same`;
  return metric === 'DRIFT'
    ? `DRIFT, its scores lie otherwise than the baseline’s (a distance of at least ${beyond}; ${n} requests). Which of the two is right they do not say: if a better version is meant to score otherwise, start it again with a larger tolerances.drift`
    : `${metric}, ${told(candidate)} instead of ${told(baseline)} (worse by at least ${beyond}; ${n} ${metric === 'FEEDBACK_SCORE' ? 'ratings' : 'requests'})`;
}
