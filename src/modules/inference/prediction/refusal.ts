/**
 * What becomes of a refusal by a version's signature: it is counted by input, and where another version of the same routes takes
 * what this one refused, it speaks against this one. A candidate that has forgotten a category would else be promoted for the
 * answers that it does give.
 */
import { AppErrors } from '../../../kernel/errors';
import type { CanaryWatch, RefusedInputs, RouteService, WarmVersion } from '../../deployments';
import { type Routed, tellCanary } from '../fallback/canary-outcome';
import { type ModelWork, planPrediction, type WorkPlan } from './model-work';

export interface RefusalDoors {
  readonly routes: Pick<RouteService, 'peek'>;
  readonly canaries: Pick<CanaryWatch, 'observe'>;
  readonly refused: Pick<RefusedInputs, 'add'>;
}

export interface RefusedCall extends Routed {
  readonly step: Routed['step'] & {
    readonly call: { readonly rows: unknown; readonly work?: { readonly plan: WorkPlan } };
  };
}

/** What the version will be asked. @throws AppErrors with the faults of the rows, which are told before. */
export function planOrTell(doors: RefusalDoors, routed: RefusedCall, version: WarmVersion): ModelWork {
  const { rows, work } = routed.step.call;
  const plan = work?.plan ?? planPrediction;
  try {
    return plan(version, rows);
  } catch (error) {
    if (error instanceof AppErrors) tell(doors, { routed, version, plan, refusal: error });
    throw error;
  }
}

interface Refusal {
  readonly routed: RefusedCall;
  readonly version: WarmVersion;
  readonly plan: WorkPlan;
  readonly refusal: AppErrors;
}

function tell(
  { routes, canaries, refused }: RefusalDoors,
  { routed, version, plan, refusal }: Refusal,
): void {
  const { rows } = routed.step.call;
  refused.add(routed.routes.deploymentId, version, refusal, rows);
  const isTakenElsewhere = routed.routes.routes.some(({ versionId }) => {
    const other = versionId === version.id ? undefined : routes.peek(versionId);
    return other !== undefined && takes(other, plan, rows);
  });
  if (isTakenElsewhere) tellCanary(canaries, routed, version.id, { outcome: 'FAILED' });
}

function takes(version: WarmVersion, plan: WorkPlan, rows: unknown): boolean {
  try {
    plan(version, rows);
    return true;
  } catch {
    return false;
  }
}
