/** What stands in the way of a canary, in words that say what to do next. */
import { type AppError, conflict, invalidInput } from '../../../kernel/errors';
import type { Deployment } from '../deployment.entity';

/** @throws AppError INVALID_INPUT unless the steps grow up to 100. */
export function stepFaults(steps: readonly number[]): void {
  const grow = steps.every((step, at) => at === 0 || step > steps[at - 1]!);
  if (!grow || steps.at(-1) !== 100)
    throw invalidInput(['input', 'steps'], 'Steps grow, and the last one is 100.', 'steps');
}

/** The version that has all of the traffic. @throws AppError CONFLICT when several share it. */
export function baselineOf({ id, routes }: Deployment): string {
  const served = routes.filter(({ weight }) => weight > 0);
  if (served.length === 1) return served[0]!.versionId;
  const message =
    'A canary is compared with one version that has all of the traffic; here several share it. Promote one of them first, or end the canary that runs.';
  throw conflict(message, ['input', 'id'], id);
}

export function candidateServes(): AppError {
  const message = 'This version has all of the traffic already. Name another one as the candidate.';
  return conflict(message, ['input', 'versionId']);
}

export function candidateShadows(id: string): AppError {
  const message =
    'This version is the shadow here: it would be asked twice. End the shadow with deploymentShadowSet (versionId: null) first, or name another candidate.';
  return conflict(message, ['input', 'versionId'], id);
}

export function noCanary(id: string): AppError {
  return conflict('No canary runs here. Start one with deploymentCanaryStart.', ['input', 'id'], id);
}

export function canaryRuns(id: string): AppError {
  const message =
    'A canary runs here. Promote it with deploymentCanaryPromote or end it with deploymentRollBack first.';
  return conflict(message, ['input', 'id'], id);
}
