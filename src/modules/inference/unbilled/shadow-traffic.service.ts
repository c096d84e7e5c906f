/**
 * Asks a deployment's shadow what was just answered. After the answer, one at a time, and only while nobody waits for the
 * engine: a shadow is dropped first, keeps nobody waiting, is billed to nobody, and what it says is compared and forgotten.
 * What may not leave the house for the answer may not for the shadow.
 */
import { AppErrors } from '../../../kernel/errors';
import type { RefusedInputs, RouteService, ShadowService, WarmVersion } from '../../deployments';
import { answerDifference } from '../../deployments';
import type { BatchingService } from '../batching/batching.service';
import type { Execution } from '../batching/execution';
import { planPrediction } from '../prediction/model-work';
import type { RemoteConsent } from '../prediction/remote-consent';

const WITHIN_MS = 5000;

export interface ShadowDoors {
  readonly routes: Pick<RouteService, 'shadowOf' | 'holdVersion'>;
  readonly shadows: Pick<ShadowService, 'compared' | 'failed' | 'refused' | 'dropped'>;
  readonly refused: Pick<RefusedInputs, 'add'>;
  readonly execution: Pick<Execution, 'of'>;
  readonly batching: Pick<BatchingService, 'isIdle' | 'unattributed'>;
  readonly remoteConsent: Pick<RemoteConsent, 'require'>;
}

export interface AnsweredCall {
  readonly deploymentId: string;
  readonly customerId: string;
  readonly endUserId: string | null;
  readonly rows: unknown;
  readonly outputs: unknown;
}

export class ShadowTraffic {
  private asking = false;

  constructor(private readonly doors: ShadowDoors) {}

  /** Answers at once: what becomes of it is nobody's wait. */
  offer(call: AnsweredCall): void {
    const { routes, shadows, batching } = this.doors;
    const versionId = routes.shadowOf(call.deploymentId);
    if (versionId === undefined) return;
    if (this.asking || !batching.isIdle(versionId)) return shadows.dropped(call.deploymentId, versionId);
    this.asking = true;
    setImmediate(() => void this.ask(call, versionId).finally(() => (this.asking = false)));
  }

  private async ask(call: AnsweredCall, versionId: string): Promise<void> {
    const { routes, shadows, refused, execution, remoteConsent } = this.doors;
    const { deploymentId, customerId, endUserId } = call;
    const held = routes.holdVersion(versionId);
    if (!held) return;
    try {
      const port = execution.of(versionId);
      const may = port.leavesHouse
        ? await remoteConsent.require(customerId, endUserId).then(
            () => true,
            () => false,
          )
        : true;
      if (may) shadows.compared(deploymentId, versionId, await this.compare(call, held.version));
      else shadows.dropped(deploymentId, versionId);
    } catch (error) {
      if (error instanceof AppErrors) {
        shadows.refused(deploymentId, versionId);
        refused.add(deploymentId, held.version, error, call.rows);
      } else shadows.failed(deploymentId, versionId);
    } finally {
      held.release();
    }
  }

  private async compare({ rows, outputs }: AnsweredCall, version: WarmVersion) {
    const { execution, batching } = this.doors;
    const work = planPrediction(version, rows);
    const { outputs: others } = await work.run(async (numbers, count, texts) => {
      const signal = AbortSignal.timeout(WITHIN_MS);
      const answer = await execution
        .of(version.id)
        .infer(version.id, { rows: numbers, count, texts }, { signal });
      batching.unattributed('SHADOW', answer.deviceMs);
      return answer.outputs;
    });
    return answerDifference(asRows(outputs), asRows(others));
  }
}

function asRows(outputs: unknown): Record<string, unknown>[] {
  return (Array.isArray(outputs) ? outputs : [outputs]) as Record<string, unknown>[];
}
