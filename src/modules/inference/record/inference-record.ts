/** A prediction that was computed and is to be written down. */
import { contentHash } from '../../../kernel/hash';
import type { Principal } from '../../../kernel/principal';
import type { Price, Reservation, SettlementEntry } from '../../billing';
import type { EngineInfo } from '../../compute';
import type { TestAssignment } from '../prediction/assignment-source';
import { type Inference, InferenceStatus, type StoredConsent } from './inference.entity';
import type { KeptAnswer } from './kept-answer';
import { ServiceClass } from '../service-class';
import type { VersionChoice } from '../prediction/version-choice';

export interface InferenceRecord {
  readonly id: string;
  /** Equals `bornAt(id)`. */
  readonly createdAt: Date;
  readonly principal: Principal;
  readonly principalId: string;
  readonly requestId: string;
  readonly customerId: string;
  readonly endUserId: string | null;
  readonly deploymentId: string;
  /** The deployment that was asked for, when another one answered in its stead, and which step of its chain that was. */
  readonly askedDeploymentId?: string;
  readonly fallbackStep?: number;
  /** The prediction whose answer this is, when it was not computed anew. */
  readonly sourceInferenceId?: string;
  readonly modelId: string;
  readonly modelVersionId: string;
  readonly engine: EngineInfo;
  readonly engineId: string;
  /** STANDARD unless told otherwise. */
  readonly serviceClass?: ServiceClass;
  /** SUCCEEDED unless told otherwise. */
  readonly status?: InferenceStatus;
  readonly rows: number;
  /** Of a text; absent for rows. */
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly batchRows: number;
  readonly queueMs: number;
  readonly computeMs: number;
  readonly totalMs: number;
  readonly deviceMs: number;
  readonly price: Price;
  readonly cost: string;
  readonly reservation: Reservation;
  readonly assignments: readonly TestAssignment[];
  readonly versionChoice: VersionChoice;
  /** Sealed inputs and outputs; kept only if the statement that stores it finds the consent. */
  readonly payload: string | null;
  readonly payloadUntil: Date;
  readonly idempotency: { readonly key: string; readonly inputHash: string } | null;
  /** Of a prediction that is fetched later. */
  readonly kept?: KeptAnswer;
}

const engineIds = new WeakMap<EngineInfo, string>();

/** The id under which an engine is kept once for all that it answered: 32 hexadecimal digits of the hash of what it says of itself. */
export function engineIdOf(engine: EngineInfo): string {
  let id = engineIds.get(engine);
  if (id === undefined) engineIds.set(engine, (id = contentHash(engine).slice(0, 32)));
  return id;
}

/** Milliseconds as they are told: to the microsecond, without the noise of a double behind it. */
export function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/**
 * What the record says happened, for whoever holds it to that later: the data of the event that it is. The view `domain_events`
 * has the same, read from the row.
 */
export function factsOf(record: InferenceRecord): Record<string, unknown> {
  const { deploymentId, modelId, modelVersionId, engineId, endUserId, rows, deviceMs, totalMs, queueMs } =
    record;
  const { assignments, price, cost, promptTokens = 0, completionTokens = 0 } = record;
  return {
    deploymentId,
    modelId,
    modelVersionId,
    engineId,
    endUserId,
    rows,
    promptTokens,
    completionTokens,
    deviceMs,
    totalMs,
    queueMs,
    tests: assignments.length,
    price: price.price,
    currency: price.currency,
    cost,
    planId: price.planId,
  };
}

/** What the database decided while it stored the record. */
export interface StoredFacts {
  readonly consentStates: StoredConsent[];
  readonly payloadUntil: Date | null;
}

export function settlementOf(record: InferenceRecord): SettlementEntry {
  const { reservation, customerId, endUserId, principalId, modelId, deploymentId } = record;
  const { deviceMs, rows, promptTokens, completionTokens, createdAt, price, cost, id } = record;
  return {
    reservation,
    inferenceId: id,
    customerId,
    endUserId,
    principalId,
    modelId,
    deploymentId,
    deviceMs,
    // Nothing was computed for it.
    rows: record.sourceInferenceId === undefined ? rows : 0,
    cached: record.sourceInferenceId !== undefined,
    economy: record.sourceInferenceId === undefined && record.serviceClass === ServiceClass.ECONOMY,
    promptTokens,
    completionTokens,
    createdAt,
    price,
    cost,
  };
}

/** The record as GraphQL shows it, without reading it again. */
export function inferenceOf(record: InferenceRecord, stored: StoredFacts, outputs: unknown): Inference {
  const { id, createdAt, customerId, endUserId, deploymentId, modelId, modelVersionId } = record;
  const { engine, engineId, rows, batchRows, queueMs, computeMs, totalMs, deviceMs, price, cost } = record;
  return {
    id,
    createdAt,
    customerId,
    status: record.status ?? InferenceStatus.SUCCEEDED,
    principal: record.principalId,
    endUserId,
    deploymentId,
    modelId,
    modelVersionId,
    engineId,
    engine: {
      ...engine,
      id: engineId,
      memoryBytes: engine.memoryBytes === undefined ? null : String(engine.memoryBytes),
      refused: [...engine.refused],
    },
    rows,
    batchRows,
    queueMs,
    computeMs,
    totalMs,
    deviceMs,
    promptTokens: record.promptTokens ?? 0,
    completionTokens: record.completionTokens ?? 0,
    askedDeploymentId: record.askedDeploymentId ?? null,
    fallbackStep: record.fallbackStep ?? 0,
    sourceInferenceId: record.sourceInferenceId ?? null,
    serviceClass: record.serviceClass ?? ServiceClass.STANDARD,
    priceExact: price.price,
    costExact: cost,
    currency: price.currency,
    planId: price.planId,
    versionChoice: record.versionChoice,
    testAssignments: record.assignments.map(({ testId, variantKey }) => ({ testId, variantKey })),
    payload: null,
    ...stored,
    answer: outputs,
  };
}
