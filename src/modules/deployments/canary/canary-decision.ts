/**
 * What becomes of a canary, from its evidence alone: pure, so that every case can be tried. It may be asked after every
 * request; a rollback needs evidence beyond chance, a promotion the absence of doubt, and what cannot be judged in time is
 * left to a person.
 */
import {
  canaryChecks,
  type CanaryCheck,
  type CanaryMetricName,
  leavesFallOpen,
  type StepEvidence,
} from './canary-metrics';
import type { CanaryPolicy } from './canary-policy';

export type CanaryAction = 'WAIT' | 'PROMOTE' | 'ROLL_BACK' | 'PAUSE';

export type CanaryReason =
  | 'PREPARING'
  | 'GATHERING'
  | 'DOUBTFUL'
  | 'PAUSED'
  | 'NO_WORSE'
  | 'WORSE'
  | 'NOT_READY'
  | 'NEVER_ANSWERED'
  | 'OUT_OF_TIME';

/** Doubt that so many times the smallest sample did not settle will not be settled by more requests of the same people. */
const PATIENCE = 5;
/** Measures without which nobody gets all of the traffic. */
const INDISPENSABLE: readonly CanaryMetricName[] = ['ERROR_RATE', 'P99_LATENCY'];

export interface CanarySituation {
  /** Oldest first; the last one is the present step. */
  readonly steps: readonly StepEvidence[];
  readonly stepSeconds: number;
  /** The next step gives the candidate everything. */
  readonly isLast: boolean;
  /** Of the deployment, with the weights of this step. */
  readonly state: 'PREPARING' | 'READY' | 'FAILED';
  /** A person stopped it: it gets no further, and is still rolled back. */
  readonly paused: boolean;
}

export interface CanaryDecision {
  readonly action: CanaryAction;
  readonly reason: CanaryReason;
  readonly checks: readonly CanaryCheck[];
}

/** So many failures without a single answer need no statistics, as long as the baseline answers. */
const ALL_FAILED = 20;

export function canaryDecision(
  { steps, stepSeconds, isLast, state, paused }: CanarySituation,
  policy: CanaryPolicy,
): CanaryDecision {
  const checks = canaryChecks(steps, policy);
  const decide = (action: CanaryAction, reason: CanaryReason): CanaryDecision => ({ action, reason, checks });
  const step = steps.at(-1);
  const requests = step?.candidate.total('requests') ?? 0;
  const tooLate = stepSeconds >= policy.answerSeconds;

  if (state === 'FAILED') return decide('ROLL_BACK', 'NOT_READY');
  if (checks.some(({ verdict }) => verdict === 'WORSE')) return decide('ROLL_BACK', 'WORSE');
  if (state === 'PREPARING' && tooLate) return decide('ROLL_BACK', 'NOT_READY');
  if (step && isDead(step, tooLate)) return decide('ROLL_BACK', 'NEVER_ANSWERED');
  if (paused) return decide('WAIT', 'PAUSED');
  if (state === 'PREPARING') return decide('WAIT', 'PREPARING');

  const doubtful = checks.some(({ verdict }) => verdict === 'DOUBTFUL');
  // An early step may be passed on too few people to judge, because more of them is what the next one brings.
  const judged = !isLast || INDISPENSABLE.every((metric) => isNoWorse(checks, metric));
  // That no fall was seen is no promise there is none: before everything, a large one must be ruled out.
  const open = isLast && checks.some(leavesFallOpen);
  const enough = requests >= policy.minimumRequests && stepSeconds >= policy.minimumStepSeconds;
  if (enough && judged && !doubtful && !open) return decide('PROMOTE', 'NO_WORSE');
  // More people may settle it, and the next step brings them; nobody gets everything while there is doubt.
  if (enough && !isLast && requests >= PATIENCE * policy.minimumRequests)
    return decide('PROMOTE', 'DOUBTFUL');
  if (stepSeconds >= policy.stepSeconds) return decide('PAUSE', 'OUT_OF_TIME');
  return decide('WAIT', doubtful || (enough && open) ? 'DOUBTFUL' : 'GATHERING');
}

function isNoWorse(checks: readonly CanaryCheck[], wanted: CanaryMetricName): boolean {
  return checks.some(({ metric, verdict }) => metric === wanted && verdict === 'NO_WORSE');
}

/** It was asked, or should have been, and answered nobody, while the baseline answers. */
function isDead({ baseline, candidate }: StepEvidence, tooLate: boolean): boolean {
  const answers = baseline.total('answered');
  if (candidate.total('answered') > 0 || answers === 0) return false;
  const failed = candidate.total('failed');
  if (failed >= ALL_FAILED && answers > baseline.total('failed')) return true;
  return tooLate && candidate.total('requests') + candidate.total('left') > 0;
}
