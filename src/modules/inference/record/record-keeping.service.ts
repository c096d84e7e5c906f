/** Makes the record of an answer, whatever kind of call it answers: what it was, who asked whom, its price and its cost. */
import { newId } from '../../../kernel/id';
import { addDecimals } from '../../../kernel/money';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { PricingService, Reservation, UsageUnits } from '../../billing';
import type { EngineInfo } from '../../compute';
import type { WarmVersion } from '../../deployments';
import type { TestAssignment } from '../prediction/assignment-source';
import { engineIdOf, type InferenceRecord, toMicroseconds } from './inference-record';
import type { Metered } from '../prediction/model-work';
import { type Payload, PAYLOAD_LIFETIME_MS, type PayloadService } from './payload.service';
import { versionChoiceOf } from '../prediction/version-choice';

export interface AnsweredCall {
  readonly call: {
    readonly customerId: string;
    readonly principal: Principal;
    readonly requestId: string;
    readonly versionId?: string | null;
  };
  readonly endUserId: string | null;
  readonly deploymentId: string;
  readonly version: Pick<WarmVersion, 'id' | 'modelId'>;
  readonly engine: EngineInfo;
  readonly assignments: readonly TestAssignment[];
  readonly reservation: Reservation;
  readonly createdAt: Date;
  /** By the clock of `performance`. */
  readonly startedAt: number;
  readonly rows: number;
  /** Its device time is what is charged to our devices: none where somebody else's worked. */
  readonly metered: Metered;
  readonly units: UsageUnits;
  /** What an engine outside asks for it, as a decimal of minor units. */
  readonly upstream: string;
  readonly payload: Payload;
  /** Share of the payloads of its deployment that may be kept. */
  readonly payloadSampleRate: number;
  /** What only some kinds of call have. */
  readonly particulars: Pick<
    InferenceRecord,
    | 'idempotency'
    | 'kept'
    | 'serviceClass'
    | 'status'
    | 'promptTokens'
    | 'completionTokens'
    | 'askedDeploymentId'
    | 'fallbackStep'
    | 'sourceInferenceId'
  >;
}

export class RecordKeepingService {
  constructor(
    private readonly pricing: PricingService,
    private readonly payloads: PayloadService,
  ) {}

  async recordOf(answered: AnsweredCall): Promise<InferenceRecord> {
    const { call, endUserId, version, engine, metered, createdAt, payload, upstream } = answered;
    const { deploymentId, assignments, reservation, rows, units, startedAt, particulars } = answered;
    const { customerId, principal, requestId } = call;
    const { deviceMs, batchRows } = metered;
    const id = newId('inf', createdAt);
    return {
      id,
      createdAt,
      principal,
      principalId: actorOf(principal),
      requestId,
      customerId,
      endUserId,
      deploymentId,
      modelId: version.modelId,
      modelVersionId: version.id,
      engine,
      engineId: engineIdOf(engine),
      rows,
      batchRows,
      queueMs: toMicroseconds(metered.queueMs),
      computeMs: toMicroseconds(metered.computeMs),
      totalMs: toMicroseconds(performance.now() - startedAt),
      deviceMs,
      price: await this.pricing.priceOf(customerId, version.modelId, units),
      cost: addDecimals(this.pricing.costOf(deviceMs), upstream),
      reservation,
      assignments,
      versionChoice: versionChoiceOf(call, assignments),
      // Without a person there is nobody who could agree to its being kept.
      payload:
        endUserId === null
          ? null
          : this.payloads.seal({ id, customerId }, payload, answered.payloadSampleRate),
      payloadUntil: new Date(createdAt.getTime() + PAYLOAD_LIFETIME_MS),
      ...particulars,
    };
  }
}
