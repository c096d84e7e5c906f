/**
 * One deployment's attempt at a text: plan and consent → quota → turn → engine → record and bill in one group commit → last
 * chunk. A text is cut off when its reader leaves; what was delivered is recorded and billed in either case, and what failed
 * before its first token is billed to nobody, and may be asked of the next deployment.
 */
import type { Clock } from '../../../kernel/clock';
import { AppError } from '../../../kernel/errors';
import { bornAt } from '../../../kernel/id';
import type { Log } from '../../../platform/log';
import type { Span } from '../../../platform/trace';
import {
  type CustomerTerms,
  type MeteringService,
  PlanFeature,
  type PricingService,
  type Reservation,
} from '../../billing';
import type { CanaryWatch, RouteService, ServedRoutes, WarmVersion } from '../../deployments';
import { writesText } from '../../models';
import type { Attendance } from '../batching/attendance';
import type { BatchingService } from '../batching/batching.service';
import { brokenOff } from '../faces/text-stream';
import { type Allowed, failureOf, tellCanary } from '../fallback/canary-outcome';
import { timeLeft, timeLeftToEnd } from '../fallback/fallback-chain';
import {
  checkPlan,
  endedInSilence,
  keptTextBroken,
  predictionEnded,
  textEngineFailed,
  wantsRows,
  writtenElsewhere,
} from '../inference.errors';
import { type AssignmentSource, metBy, type TestAssignment } from '../prediction/assignment-source';
import type { RemoteConsent } from '../prediction/remote-consent';
import { assertServed } from '../prediction/version-choice';
import type { FeedbackTokenService } from '../record/feedback-token.service';
import { cameBy, COMMIT_PATIENCE_MS, unlessWritten } from '../record/commit-wait';
import { InferenceStatus } from '../record/inference.entity';
import { inferenceOf, type InferenceRecord } from '../record/inference-record';
import type { InferenceWriter, WriteResult } from '../record/inference-writer.service';
import type { RecordKeepingService } from '../record/record-keeping.service';
import type { ChunkLog } from './chunk-log';
import type { FinishReason, GenerationCall } from './generation';
import type { GenerationAdmission, GenerationTurn } from './generation-admission.service';
import type { GenerationPort, GenerationPorts } from './generation-port';
import { textRecorded } from './generation-span';
import { TextDeadline } from './text-deadline';
import { TEXT_LIMITS } from './text-limits';
import { WrittenText } from './written-text';

export interface TextStepDoors {
  readonly clock: Clock;
  readonly log: Log;
  readonly ports: GenerationPorts;
  readonly routes: RouteService;
  readonly canaries: Pick<CanaryWatch, 'observe'>;
  readonly metering: MeteringService;
  readonly pricing: PricingService;
  readonly admission: GenerationAdmission;
  readonly batching: Pick<BatchingService, 'unattributed'>;
  readonly attendance: Attendance;
  readonly writer: InferenceWriter;
  readonly records: RecordKeepingService;
  readonly tokens: FeedbackTokenService;
  readonly remoteConsent: RemoteConsent;
}

/** A call on its way along the chain. */
export interface TextStep {
  readonly call: GenerationCall;
  readonly endUserId: string | null;
  /** Nothing is delivered before the end. */
  readonly whole: boolean;
  /** Of the call, by the clock of `performance`. */
  readonly startedAt: number;
  readonly deploymentId: string;
  readonly askedDeploymentId: string;
  /** 0 = the deployment that was asked for. */
  readonly number: number;
}

/** What is settled about a step before anything is reserved. */
interface Checked {
  readonly step: TextStep;
  readonly routes: ServedRoutes;
  readonly version: WarmVersion;
  readonly port: GenerationPort;
  readonly terms: CustomerTerms;
  readonly assignments: readonly TestAssignment[];
  readonly createdAt: Date;
  /** Absent where its trace is not recorded. */
  readonly span: Span | undefined;
}

export class GenerationStepService {
  private assignmentSource: AssignmentSource | undefined;

  constructor(private readonly doors: TextStepDoors) {}

  useAssignments(source: AssignmentSource): void {
    this.assignmentSource = source;
  }

  /**
   * Writes the text into the log. Answers what broke it off after its first token; undefined for one that is whole.
   * @throws what kept it from beginning, or from being whole where it is to be.
   */
  async take(step: TextStep, log: ChunkLog, span: Span | undefined): Promise<unknown> {
    const { call, endUserId, deploymentId } = step;
    const { customerId } = call;
    const { clock, routes: served, pricing, ports, metering } = this.doors;
    const createdAt = clock.now();
    const terms = await pricing.termsOf(customerId);
    const wanted = await this.assignmentsOf(step);
    const assigned = wanted.find(({ versionId }) => versionId !== null)?.versionId ?? undefined;
    // In one turn with the hold: a switch that came between would have unloaded what these routes lead to.
    const routes = served.find(customerId, deploymentId, ['input', 'deployment']);
    assertServed(routes, call.versionId);
    const { version, release } = served.hold(routes, endUserId ?? customerId, call.versionId ?? assigned);
    try {
      if (!writesText(version)) throw wantsRows();
      checkPlan(terms, version, PlanFeature.TEXT_GENERATION);
      const port = ports.of(version.id);
      if (port.leavesHouse) await this.doors.remoteConsent.require(customerId, endUserId);
      const assignments = metBy(wanted, version.id);
      const reservation = await metering.reserve(customerId, 1);
      const checked = { step, routes, version, port, terms, assignments, createdAt, span };
      return await this.answer(checked, reservation, log);
    } finally {
      release();
    }
  }

  /** Who names a version is not in a test, the choice was the caller's; nor is who was answered by a stand-in. */
  private async assignmentsOf({ call, endUserId, deploymentId, number }: TextStep) {
    if (call.versionId !== undefined || number > 0) return [];
    return (await this.assignmentSource?.assign(call.customerId, endUserId, deploymentId)) ?? [];
  }

  /** From the reservation on: either what was delivered is written and settled, or the reservation goes back. */
  private async answer(checked: Checked, reservation: Reservation, log: ChunkLog): Promise<unknown> {
    const { call, whole } = checked.step;
    const allowed = allowedOf(checked.step);
    const text = new WrittenText();
    let settled = false;
    let fate: Promise<WriteResult> | undefined;
    try {
      const { finish, failure, queueMs } = await this.doors.attendance.during(() =>
        this.deliver(checked, text, log),
      );
      if (failure && call.keeping) throw failure;
      // A text that ends properly before its first token is an answer, and its prompt was read.
      if (failure && text.completionTokens === 0) throw failure;
      if (failure && whole && !call.signal.aborted) throw isCutOff(failure) ? failure : brokenOff();
      const record = await this.record(checked, reservation, text, queueMs, finish);
      fate = this.doors.writer.write(record);
      const stored = await cameBy(performance.now() + COMMIT_PATIENCE_MS, fate);
      if (stored === 'KEY_TAKEN') throw writtenElsewhere();
      if (stored === 'UNWANTED') throw predictionEnded();
      settled = true;
      textRecorded(checked.span, record, {
        finish,
        provider: record.engine.kind,
        startedAt: checked.step.startedAt,
      });
      // A text that broke after its first token is billed for what was delivered, and failed all the same.
      const outcome = failure ? failureOf(failure, call.signal, allowed) : 'ANSWERED';
      if (outcome)
        tellCanary(this.doors.canaries, checked, checked.version.id, {
          outcome,
          cost: record.cost,
        });
      const { promptTokens, completionTokens } = text;
      log.push({
        number: log.next,
        text: text.undelivered,
        versionId: checked.version.id,
        finishReason: finish,
        usage: { promptTokens, completionTokens },
        inference: inferenceOf(record, stored, { text: text.all }),
        feedbackToken: this.tokenOf(record),
        brokenBy: isCutOff(failure) ? failure : undefined,
      });
      return failure;
    } catch (error) {
      const outcome = failureOf(error, call.signal, allowed);
      if (outcome && !settled)
        tellCanary(this.doors.canaries, checked, checked.version.id, { outcome, askedAt: allowed.askedAt });
      throw error;
    } finally {
      if (!settled)
        unlessWritten(fate, () => {
          this.doors.metering.release(reservation);
          this.doors.batching.unattributed('UNRECORDED', text.deviceMs);
        });
    }
  }

  /** Has the text written, and delivers all of it but its last piece, which goes with the record. */
  private async deliver(
    { step, version, port, terms }: Checked,
    text: WrittenText,
    log: ChunkLog,
  ): Promise<{ finish: FinishReason; failure?: unknown; queueMs: number }> {
    const { customerId, prompt, parameters } = step.call;
    const withinMs = timeLeft(step);
    const deadline = new TextDeadline(step.call.signal, {
      beginsWithinMs: withinMs,
      endsWithinMs: timeLeftToEnd(step),
    });
    const { signal } = deadline;
    let turn: GenerationTurn | undefined;
    try {
      const { weight } = terms;
      turn = await this.doors.admission.enter({
        customerId,
        weight,
        versionId: version.id,
        port,
        withinMs,
        signal,
      });
      for await (const chunk of port.generate(version.id, { ...parameters, prompt }, signal)) {
        deadline.begun();
        text.add(chunk);
        if (chunk.finish) return { finish: chunk.finish, queueMs: turn.queueMs };
        const piece = text.deliver();
        if (piece !== '')
          log.push({ number: log.next, text: piece, finishReason: null, versionId: version.id });
      }
      throw endedInSilence();
    } catch (error) {
      const failure = signal.aborted ? signal.reason : this.inWords(step.call, version.id, error);
      return { finish: 'ERROR', failure, queueMs: turn?.queueMs ?? 0 };
    } finally {
      deadline.end();
      turn?.leave(text.deviceMs);
    }
  }

  /** What an engine threw, so that another may stand in for it; what it did not say to the caller is told by the log. */
  private inWords({ keeping }: GenerationCall, versionId: string, error: unknown): AppError {
    if (error instanceof AppError) return error;
    this.doors.log.error({ error, versionId }, 'an engine that writes text failed');
    return keeping ? keptTextBroken() : textEngineFailed(error);
  }

  private record(
    { step, routes, version, port, assignments, createdAt }: Checked,
    reservation: Reservation,
    text: WrittenText,
    queueMs: number,
    finish: FinishReason,
  ): Promise<InferenceRecord> {
    const { call, endUserId, startedAt, number, askedDeploymentId } = step;
    const { promptTokens, completionTokens, deviceMs } = text;
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
      rows: 1,
      metered: { queueMs, computeMs: deviceMs, deviceMs, batchRows: 1 },
      units: { requests: 1, rows: 1, deviceMs, promptTokens, completionTokens },
      upstream: port.costOf?.(version.id, promptTokens, completionTokens) ?? '0',
      payload: { inputs: { prompt: call.prompt }, outputs: { text: text.all } },
      payloadSampleRate: routes.payloadSampleRate,
      particulars: {
        idempotency: call.keeping?.idempotency ?? null,
        askedDeploymentId: number > 0 ? askedDeploymentId : undefined,
        fallbackStep: number,
        kept: call.keeping?.answerOf({ text: text.all, pieces: text.pieces, finishReason: finish }),
        status: finish === 'ERROR' ? InferenceStatus.PARTIAL : InferenceStatus.SUCCEEDED,
        promptTokens,
        completionTokens,
      },
    });
  }

  private tokenOf({ id, customerId, endUserId }: InferenceRecord): string {
    return this.doors.tokens.issue({ inferenceId: id, customerId, endUserId }, bornAt(id)!);
  }
}

function allowedOf(step: TextStep): Allowed {
  const toEnd = step.call.completeWithinMs != null;
  const askedAt = performance.now();
  return { leftMs: timeLeft(step), askedAt, usualMs: TEXT_LIMITS.usualDeadlineMs, toEnd };
}

/** Whether its own deadline ended it. */
function isCutOff(failure: unknown): failure is AppError {
  return failure instanceof AppError && failure.code === 'DEADLINE_UNREACHABLE';
}
