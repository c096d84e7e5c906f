/**
 * One deployment's attempt at a prediction: plan and consent → quota → an earlier answer, or queue and engine → record and
 * bill in one group commit. Whatever fails on the way gives the reservation back and bills nobody.
 */
import type { Clock } from '../../../kernel/clock';
import type { Log } from '../../../platform/log';
import {
  type CustomerTerms,
  type MeteringService,
  PlanFeature,
  type PricingService,
  type Reservation,
} from '../../billing';
import type { CanaryWatch, RefusedInputs, RouteService, ServedRoutes, WarmVersion } from '../../deployments';
import type { AnswerListener } from '../record/answer-listener';
import { type AssignmentSource, metBy, type TestAssignment } from './assignment-source';
import type { Attendance } from '../batching/attendance';
import type { BatchingService } from '../batching/batching.service';
import { type Allowed, failureOf, tellCanary } from '../fallback/canary-outcome';
import { timeLeft } from '../fallback/fallback-chain';
import type { Execution } from '../batching/execution';
import { EXPLAIN_DEADLINE_MS } from '../explanations/explain.input';
import type { Explanation } from '../explanations/explanation.type';
import { checkPlan, predictionEnded } from '../inference.errors';
import { latestAnswer } from '../record/commit-wait';
import type { Inference } from '../record/inference.entity';
import { DEFAULT_DEADLINE_MS } from '../record/inference.input';
import { inferenceOf, type InferenceRecord } from '../record/inference-record';
import type { InferenceWriter } from '../record/inference-writer.service';
import { carryOut, type Metered, type ModelWork, requestsFor, type WorkResult } from './model-work';
import type { PredictionCall } from './prediction.service';
import type { RecordKeepingService } from '../record/record-keeping.service';
import { planOrTell } from './refusal';
import type { RemoteConsent } from './remote-consent';
import type { RepeatedAnswers } from '../cache/repeated-answers.service';
import { ServiceClass } from '../service-class';
import { assertServed } from './version-choice';
import type { ShadowTraffic } from '../unbilled/shadow-traffic.service';

export interface StepDoors {
  readonly clock: Clock;
  readonly log: Log;
  readonly execution: Pick<Execution, 'of'>;
  readonly routes: RouteService;
  readonly canaries: Pick<CanaryWatch, 'observe'>;
  readonly refused: Pick<RefusedInputs, 'add'>;
  readonly shadow: Pick<ShadowTraffic, 'offer'>;
  readonly metering: MeteringService;
  readonly pricing: PricingService;
  readonly batching: BatchingService;
  readonly attendance: Attendance;
  readonly writer: InferenceWriter;
  readonly records: RecordKeepingService;
  readonly repeated: RepeatedAnswers;
  readonly remoteConsent: RemoteConsent;
}

/** A call on its way along the chain. */
export interface Step {
  readonly call: PredictionCall;
  readonly endUserId: string | null;
  readonly idempotency: InferenceRecord['idempotency'];
  readonly startedAt: number;
  readonly deploymentId: string;
  readonly askedDeploymentId: string;
  /** 0 = the deployment that was asked for. */
  readonly number: number;
}

export interface Answered {
  readonly inference: Inference;
  readonly explanation?: Explanation;
}

/** What is settled about a step before anything is reserved. */
interface Checked {
  readonly step: Step;
  readonly routes: ServedRoutes;
  readonly work: ModelWork;
  readonly terms: CustomerTerms;
  readonly assignments: readonly TestAssignment[];
  readonly createdAt: Date;
}

/** What there is to record; `sourceId` when an earlier answer was given again. */
interface Computed extends WorkResult {
  readonly metered: Metered;
  readonly sourceId?: string;
}

const NO_WORK: Metered = { queueMs: 0, computeMs: 0, deviceMs: 0, batchRows: 0 };

export class PredictionStepService {
  private assignmentSource: AssignmentSource | undefined;
  private listener: AnswerListener | undefined;

  constructor(private readonly doors: StepDoors) {}

  useAssignments(source: AssignmentSource): void {
    this.assignmentSource = source;
  }

  useListener(listener: AnswerListener): void {
    this.listener = listener;
  }

  /** Undefined when another process answered this call's key meanwhile: that prediction is the one that counts. */
  async take(step: Step): Promise<Answered | undefined> {
    const { call, endUserId, deploymentId } = step;
    const { customerId } = call;
    const { routes: routing, pricing, metering } = this.doors;
    const createdAt = this.doors.clock.now();
    const terms = await pricing.termsOf(customerId);
    const wanted = await this.assignmentsOf(step);
    const assigned = wanted.find(({ versionId }) => versionId !== null)?.versionId ?? undefined;
    // In one turn with the hold: a switch that came between would have unloaded what these routes lead to.
    const routes = routing.find(customerId, deploymentId, ['input', 'deployment']);
    assertServed(routes, call.versionId);
    const held = routing.hold(routes, endUserId ?? customerId, call.versionId ?? assigned);
    try {
      call.accepts?.(held.version);
      checkPlan(terms, held.version, call.work && PlanFeature.EXPLANATIONS);
      if (this.doors.execution.of(held.version.id).leavesHouse)
        await this.doors.remoteConsent.require(customerId, endUserId);
      const assignments = metBy(wanted, held.version.id);
      const work = planOrTell(this.doors, { step, routes, assignments }, held.version);
      const reservation = await metering.reserve(customerId, requestsFor(work.rows));
      const checked = { step, routes, work, terms, assignments, createdAt };
      return await this.answer(checked, held.version, reservation);
    } finally {
      held.release();
    }
  }

  /** Does the work, through the same queue as everyone's. */
  compute(
    call: PredictionCall,
    work: ModelWork,
    { weight }: Pick<CustomerTerms, 'weight'>,
    version: WarmVersion,
    withinMs = call.deadlineMs,
  ): Promise<Computed> {
    const { customerId, signal } = call;
    const request = { customerId, weight, versionId: version.id, withinMs, signal };
    const carrying = (): Promise<Computed> => carryOut(work, this.doors.batching, request);
    // Nobody waits for what may wait.
    if (call.serviceClass === ServiceClass.ECONOMY) return carrying();
    return this.doors.attendance.during(carrying);
  }

  /** Who names a version is not in a test, the choice was the caller's; nor is who was answered by a stand-in. */
  private async assignmentsOf({ call, endUserId, deploymentId, number }: Step) {
    if (call.versionId !== undefined || number > 0) return [];
    return (await this.assignmentSource?.assign(call.customerId, endUserId, deploymentId)) ?? [];
  }

  /** From the reservation on: either everything is written and settled, or the reservation goes back. */
  private async answer(
    checked: Checked,
    version: WarmVersion,
    reservation: Reservation,
  ): Promise<Answered | undefined> {
    const { metering, writer, batching, repeated } = this.doors;
    const { step, routes } = checked;
    const allowed = allowedOf(step);
    let settled = false;
    let deviceMs = 0;
    try {
      return await repeated.answerOnce(this.repetition(checked, version), async (earlier) => {
        const computed: Computed = earlier
          ? { outputs: earlier.outputs, metered: NO_WORK, sourceId: earlier.inferenceId }
          : await this.compute(step.call, checked.work, checked.terms, version, timeLeft(step));
        deviceMs = computed.metered.deviceMs;
        const record = await this.record(checked, version, reservation, computed);
        const written = await writer.write(record, latestAnswer(step.startedAt, step.call.deadlineMs));
        settled = typeof written === 'object';
        if (written === 'UNWANTED') throw predictionEnded();
        if (written === 'KEY_TAKEN') return undefined;
        const inference = inferenceOf(record, written, computed.outputs);
        this.tellOthers(checked, version, record.cost, computed);
        return { inference, explanation: computed.explanation, lifetimeMs: lifetimeOf(routes) };
      });
    } catch (error) {
      const outcome = failureOf(error, step.call.signal, allowed);
      if (outcome)
        tellCanary(this.doors.canaries, checked, version.id, { outcome, askedAt: allowed.askedAt });
      throw error;
    } finally {
      if (!settled) {
        metering.release(reservation);
        batching.unattributed('UNRECORDED', deviceMs);
      }
    }
  }

  /** The canary and the shadow, unless an earlier answer was given again, and who counts answers. None of them keeps it. */
  private tellOthers(
    checked: Checked,
    version: WarmVersion,
    cost: string,
    { outputs, sourceId }: Computed,
  ): void {
    const { canaries, shadow, log } = this.doors;
    const { step, routes } = checked;
    const { customerId, rows, work, versionId } = step.call;
    const { deploymentId } = routes;
    const answered = { deploymentId, customerId, endUserId: step.endUserId, rows, outputs };
    try {
      if (!sourceId) tellCanary(canaries, checked, version.id, { outcome: 'ANSWERED', cost, outputs });
      if (!sourceId && !work && versionId === undefined) shadow.offer(answered);
      if (!work) this.listener?.answered({ ...answered, versionId: version.id });
    } catch (error) {
      log.error(
        { error, deploymentId, versionId: version.id },
        'nobody but its caller was told of an answer',
      );
    }
  }

  /** What makes two calls the same question; undefined where answers are not given again. */
  private repetition({ step, routes }: Checked, version: WarmVersion) {
    const { call } = step;
    const leavesHouse = this.doors.execution.of(version.id).leavesHouse;
    if (routes.cacheSeconds === null || call.work || leavesHouse) return undefined;
    return {
      question: { customerId: call.customerId, versionId: version.id, rows: call.rows },
      signal: call.signal,
      withinMs: timeLeft(step),
    };
  }

  private record(
    { step, routes, work, assignments, createdAt }: Checked,
    version: WarmVersion,
    reservation: Reservation,
    { outputs, explanation, metered, sourceId }: Computed,
  ): Promise<InferenceRecord> {
    const { call, endUserId, idempotency, startedAt, number, askedDeploymentId } = step;
    const { rows } = work;
    const { requests } = reservation;
    const { promptTokens = 0 } = metered;
    const port = this.doors.execution.of(version.id);
    // Time that somebody else's device took is on their bill, which is what the port says it costs.
    const deviceMs = port.leavesHouse ? 0 : metered.deviceMs;
    return this.doors.records.recordOf({
      call,
      endUserId,
      deploymentId: routes.deploymentId,
      version,
      engine: port.infoOf(version.id),
      assignments,
      reservation,
      createdAt,
      startedAt,
      rows,
      metered: { ...metered, deviceMs },
      units: sourceId
        ? { requests: 0, cachedRequests: requests, rows: 0, deviceMs: 0 }
        : { ...unitsOf(call, requests), rows, deviceMs, promptTokens },
      upstream: port.costOfRows?.(version.id, rows, promptTokens) ?? '0',
      payload: { inputs: call.rows, outputs, explanation },
      payloadSampleRate: routes.payloadSampleRate,
      particulars: {
        idempotency,
        askedDeploymentId: number > 0 ? askedDeploymentId : undefined,
        fallbackStep: number,
        sourceInferenceId: sourceId,
        serviceClass: call.serviceClass,
        // Nothing is told of tokens where rows are what is counted.
        ...(promptTokens > 0 ? { promptTokens, completionTokens: 0 } : {}),
        kept: call.keep?.(outputs),
      },
    });
  }
}

function allowedOf(step: Step): Allowed {
  const usualMs = step.call.work ? EXPLAIN_DEADLINE_MS : DEFAULT_DEADLINE_MS;
  return { leftMs: timeLeft(step), askedAt: performance.now(), usualMs };
}

/** Requests have a price by the hurry that they are in. */
function unitsOf({ serviceClass }: PredictionCall, requests: number) {
  return serviceClass === ServiceClass.ECONOMY ? { requests: 0, economyRequests: requests } : { requests };
}

function lifetimeOf({ cacheSeconds }: ServedRoutes): number {
  return (cacheSeconds ?? 0) * 1000;
}
