/**
 * The one path of a prediction, whoever asks and through which face: who and what → quota → queue and batch → engine →
 * record and bill in one group commit → answer. Whatever fails on the way gives the reservation back and bills nobody.
 */
import type { Clock } from '../../kernel/clock';
import { contentHash } from '../../kernel/hash';
import { bornAt, newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import { type Database, SERVICE } from '../../platform/database';
import type { CustomerTerms, MeteringService, PricingService, Reservation } from '../billing';
import type { EngineInfo } from '../compute';
import type { HeldVersion, RouteService, ServedRoutes, WarmVersion } from '../deployments';
import type { AssignmentSource, TestAssignment } from './assignment-source';
import type { BatchingService } from './batching.service';
import type { EndUserDirectory } from './end-user-directory';
import type { Execution } from './execution';
import type { FeedbackTokenService } from './feedback-token.service';
import type { Explanation } from './explanations/explanation.type';
import { checkPlan } from './inference.errors';
import { Inference } from './inference.entity';
import { inferenceOf, type InferenceRecord, toMicroseconds } from './inference-record';
import type { InferenceWriter } from './inference-writer.service';
import {
  carryOut,
  type Metered,
  type ModelWork,
  planPrediction,
  requestsFor,
  type WorkPlan,
  type WorkResult,
} from './model-work';
import { PAYLOAD_LIFETIME_MS, type PayloadService } from './payload.service';
import type { PredictionKeys } from './prediction-key.service';

export interface PredictionCall {
  readonly principal: Principal;
  readonly requestId: string;
  readonly customerId: string;
  /** Id or name. */
  readonly deployment: string;
  /** One of its versions; absent = the one that routes and feature tests choose. */
  readonly versionId?: string;
  readonly rows: unknown;
  readonly endUserId?: string | null;
  readonly endUserExternalId?: string | null;
  readonly deadlineMs: number;
  readonly idempotencyKey?: string | null;
  readonly signal: AbortSignal;
  /** What is done with the model; a plain prediction unless told otherwise. */
  readonly work?: PurposeOfCall;
}

export interface PurposeOfCall {
  /** Tells it from other purposes, so that a repeated idempotency key with another one is noticed. */
  readonly identity: object;
  readonly plan: WorkPlan;
}

export interface Prediction {
  readonly inference: Inference;
  readonly feedbackToken: string;
  readonly explanation?: Explanation;
}

export interface PredictionDoors {
  readonly database: Database;
  readonly clock: Clock;
  readonly execution: Pick<Execution, 'of'>;
  readonly routes: RouteService;
  readonly metering: MeteringService;
  readonly pricing: PricingService;
  readonly batching: BatchingService;
  readonly writer: InferenceWriter;
  readonly payloads: PayloadService;
  readonly tokens: FeedbackTokenService;
  readonly endUsers: EndUserDirectory;
  readonly keys: PredictionKeys<Prediction>;
}

/** What is settled about a call before anything is reserved. */
interface Checked {
  readonly call: PredictionCall;
  readonly endUserId: string | null;
  readonly routes: ServedRoutes;
  readonly work: ModelWork;
  readonly terms: CustomerTerms;
  readonly assignments: readonly TestAssignment[];
  readonly idempotency: InferenceRecord['idempotency'];
  readonly startedAt: number;
  readonly createdAt: Date;
}

export class PredictionService {
  private assignmentSource: AssignmentSource | undefined;
  private engine: { readonly info: EngineInfo; readonly id: string } | undefined;

  constructor(private readonly doors: PredictionDoors) {}

  useAssignments(source: AssignmentSource): void {
    this.assignmentSource = source;
  }

  async predict(call: PredictionCall): Promise<Prediction> {
    const startedAt = performance.now();
    const { customerId, principal } = call;
    const endUserId = await this.doors.endUsers.resolve(principal, customerId, call);
    if (call.idempotencyKey == null) return this.run(call, endUserId, startedAt, null);
    // A key is its principal's own: two people of a customer who choose the same one do not meet.
    const key = `${actorOf(principal)} ${call.idempotencyKey}`;
    const input = { deployment: call.deployment, rows: call.rows, endUserId, ...call.work?.identity };
    const idempotency = { key, inputHash: this.doors.keys.hash(input) };
    return this.doors.keys.once(
      customerId,
      idempotency,
      () => this.run(call, endUserId, startedAt, idempotency),
      (inferenceId) => this.replay(inferenceId, call),
    );
  }

  private async run(
    call: PredictionCall,
    endUserId: string | null,
    startedAt: number,
    idempotency: InferenceRecord['idempotency'],
  ): Promise<Prediction> {
    const { customerId } = call;
    const createdAt = this.doors.clock.now();
    const routes = this.doors.routes.find(customerId, call.deployment, ['input', 'deployment']);
    const terms = await this.doors.pricing.termsOf(customerId);
    // Who names a version is not in a test: the choice was the caller's.
    const assignments = call.versionId
      ? []
      : ((await this.assignmentSource?.assign(customerId, endUserId, routes.deploymentId)) ?? []);
    const assigned = assignments.find(({ versionId }) => versionId !== null)?.versionId ?? undefined;
    const preferred = call.versionId ?? assigned;
    const held = this.doors.routes.hold(routes, endUserId ?? customerId, preferred);
    try {
      checkPlan(terms, held.version);
      const work = (call.work?.plan ?? planPrediction)(held.version, call.rows);
      const fixed = { call, endUserId, routes, work, terms, assignments, idempotency };
      const reservation = await this.doors.metering.reserve(customerId, requestsFor(work.rows));
      return await this.answer({ ...fixed, startedAt, createdAt }, held.version, reservation);
    } finally {
      held.release();
    }
  }

  /** From the reservation on: either everything is written and settled, or the reservation goes back. */
  private async answer(
    checked: Checked,
    version: WarmVersion,
    reservation: Reservation,
  ): Promise<Prediction> {
    const { metering, writer } = this.doors;
    let settled = false;
    try {
      const { metered, ...result } = await this.compute(checked, version);
      const { outputs, explanation } = result;
      const record = await this.record(checked, version, reservation, metered, result);
      const written = await writer.write(record);
      settled = written !== 'KEY_TAKEN';
      if (written === 'KEY_TAKEN') return await this.lostRace(checked);
      const inference = inferenceOf(record, written, outputs);
      return { inference, feedbackToken: this.tokenOf(record), explanation };
    } finally {
      if (!settled) metering.release(reservation);
    }
  }

  private compute(
    { call, work, terms: { weight } }: Pick<Checked, 'call' | 'work' | 'terms'>,
    { id: versionId }: WarmVersion,
  ): Promise<WorkResult & { readonly metered: Metered }> {
    const { customerId, deadlineMs: withinMs, signal } = call;
    return carryOut(work, this.doors.batching, { customerId, weight, versionId, withinMs, signal });
  }

  private async record(
    checked: Checked,
    version: WarmVersion,
    reservation: Reservation,
    { deviceMs, queueMs, computeMs, batchRows }: Metered,
    { outputs, explanation }: WorkResult,
  ): Promise<InferenceRecord> {
    const { call, endUserId, routes, work, assignments, idempotency, startedAt, createdAt } = checked;
    const { pricing, payloads } = this.doors;
    const { customerId, principal, requestId } = call;
    const { rows } = work;
    const { requests } = reservation;
    const id = newId('inf', createdAt);
    const engine = this.engineOf(version.id);
    return {
      id,
      createdAt,
      principal,
      principalId: actorOf(principal),
      requestId,
      customerId,
      endUserId,
      deploymentId: routes.deploymentId,
      modelId: version.modelId,
      modelVersionId: version.id,
      engine: engine.info,
      engineId: engine.id,
      rows,
      batchRows,
      queueMs: toMicroseconds(queueMs),
      computeMs: toMicroseconds(computeMs),
      totalMs: toMicroseconds(performance.now() - startedAt),
      deviceMs,
      price: await pricing.priceOf(customerId, version.modelId, { requests, rows, deviceMs }),
      cost: pricing.costOf(deviceMs),
      reservation,
      assignments,
      // Without a person there is nobody who could agree to its being kept.
      payload: endUserId === null ? null : payloads.seal(id, { inputs: call.rows, outputs, explanation }),
      payloadUntil: new Date(createdAt.getTime() + PAYLOAD_LIFETIME_MS),
      idempotency,
    };
  }

  /** Another process answered this key while we computed: its prediction is the one that counts. */
  private async lostRace({ call, idempotency }: Checked): Promise<Prediction> {
    const { key, inputHash } = idempotency!;
    const inferenceId = await this.doors.keys.known(call.customerId, key, inputHash);
    return this.replay(inferenceId!, call);
  }

  /** The same prediction again. Outputs that were not kept are computed anew from the same input, unbilled. */
  private async replay(inferenceId: string, call: PredictionCall): Promise<Prediction> {
    const { database, routes, pricing } = this.doors;
    const { customerId } = call;
    const where = { customerId, createdAt: bornAt(inferenceId), id: inferenceId };
    const inference = (await database.read.one(Inference, { scope: SERVICE, where }))!;
    const held: HeldVersion | undefined = routes.holdVersion(inference.modelVersionId);
    try {
      if (held) {
        const work = (call.work?.plan ?? planPrediction)(held.version, call.rows);
        const terms = await pricing.termsOf(customerId);
        const { outputs, explanation } = await this.compute({ call, work, terms }, held.version);
        inference.answer = outputs;
        return { inference, feedbackToken: this.tokenOf(inference), explanation };
      }
      return { inference, feedbackToken: this.tokenOf(inference) };
    } finally {
      held?.release();
    }
  }

  private tokenOf({ id, customerId, endUserId }: Pick<Inference, 'id' | 'customerId' | 'endUserId'>): string {
    return this.doors.tokens.issue({ inferenceId: id, customerId, endUserId }, bornAt(id)!);
  }

  private engineOf(versionId: string): { readonly info: EngineInfo; readonly id: string } {
    const info = this.doors.execution.of(versionId).infoOf(versionId);
    if (this.engine?.info !== info) this.engine = { info, id: contentHash(info).slice(0, 32) };
    return this.engine;
  }
}
