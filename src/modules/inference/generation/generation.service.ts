/**
 * Texts go the one path of a prediction: who and what → quota → turn → engine → record and bill in one group commit →
 * last chunk. A text is written to its end even if its reader is slow, and cut off when its reader leaves; what was
 * delivered is recorded and billed in either case, and what failed before its first token is billed to nobody.
 */
import { Cancellation } from '../../../kernel/cancellation';
import type { Clock } from '../../../kernel/clock';
import { bornAt } from '../../../kernel/id';
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
import { type AssignmentSource, metBy, type TestAssignment } from '../prediction/assignment-source';
import type { Attendance } from '../batching/attendance';
import type { BatchingService } from '../batching/batching.service';
import { failureOf, tellCanary } from '../fallback/canary-outcome';
import type { EndUserDirectory } from '../prediction/end-user-directory';
import type { FeedbackTokenService } from '../record/feedback-token.service';
import { checkPlan, keptTextBroken, predictionEnded, writtenElsewhere, wantsRows } from '../inference.errors';
import { InferenceStatus } from '../record/inference.entity';
import { inferenceOf, type InferenceRecord } from '../record/inference-record';
import type { InferenceWriter } from '../record/inference-writer.service';
import type { RecordKeepingService } from '../record/record-keeping.service';
import type { RemoteConsent } from '../prediction/remote-consent';
import { brokenOff } from '../faces/text-stream';
import { ChunkLog } from './chunk-log';
import type { GenerationAdmission, GenerationTurn } from './generation-admission.service';
import type { FinishReason, GenerationCall, GenerationChunk } from './generation';
import type { GenerationPort, GenerationPorts } from './generation-port';
import { textRecorded, writeInSpan } from './generation-span';
import { WrittenText } from './written-text';

export interface GenerationDoors {
  readonly clock: Clock;
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
  readonly endUsers: EndUserDirectory;
  readonly remoteConsent: RemoteConsent;
}

interface Asked {
  readonly call: GenerationCall;
  /** Nothing is delivered before the end. */
  readonly whole: boolean;
  readonly startedAt: number;
  /** Absent where its trace is not recorded. */
  readonly span: Span | undefined;
}

/** What is settled about a call before anything is reserved. */
interface Checked extends Asked {
  readonly endUserId: string | null;
  readonly routes: ServedRoutes;
  readonly version: WarmVersion;
  readonly port: GenerationPort;
  readonly terms: CustomerTerms;
  readonly assignments: readonly TestAssignment[];
  readonly createdAt: Date;
}

export class GenerationService {
  private assignmentSource: AssignmentSource | undefined;

  constructor(private readonly doors: GenerationDoors) {}

  useAssignments(source: AssignmentSource): void {
    this.assignmentSource = source;
  }

  /**
   * The chunks of a text. Leaving the iteration is leaving: the text ends, and what was delivered is billed.
   * @throws AppError when nothing could be delivered; a text that breaks later ends with a chunk that says ERROR.
   */
  async *generate(call: GenerationCall): AsyncGenerator<GenerationChunk, void> {
    const leaving = new Cancellation();
    const stay = leaving.follow(call.signal);
    const log = new ChunkLog();
    const written = this.write({ ...call, signal: leaving }, log);
    try {
      for (let number = 1; ; number++) {
        const chunk = await log.at(number);
        if (!chunk) return;
        yield chunk;
      }
    } finally {
      stay();
      if (!log.ended) leaving.abort(new Error('The reader left.'));
      await written;
    }
  }

  /** All chunks of a text, once it has ended. @throws AppError when it broke off: nothing is delivered then, nor billed. */
  async chunksOf(call: GenerationCall): Promise<readonly GenerationChunk[]> {
    const log = new ChunkLog();
    await this.run(call, log, true);
    return log.chunks;
  }

  /** Writes a text that is read later. @throws what keeps it from being whole; nothing is billed then. */
  complete(call: GenerationCall & Required<Pick<GenerationCall, 'keeping'>>): Promise<void> {
    return this.run(call, new ChunkLog());
  }

  /** Writes a text into the log, which is closed at the end. Never throws: what fails is told by the log. */
  async write(call: GenerationCall, log: ChunkLog): Promise<void> {
    try {
      await this.run(call, log);
      log.close();
    } catch (error) {
      log.close(error);
    }
  }

  private run(call: GenerationCall, log: ChunkLog, whole = false): Promise<void> {
    const startedAt = performance.now();
    return writeInSpan(call, startedAt, (span) => this.runOnce({ call, whole, startedAt, span }, log));
  }

  private async runOnce(asked: Asked, log: ChunkLog): Promise<void> {
    const { call } = asked;
    const { clock, endUsers, routes: served, pricing, ports, metering } = this.doors;
    const { customerId } = call;
    const createdAt = clock.now();
    const endUserId = await endUsers.resolve(call);
    const routes = served.find(customerId, call.deployment, ['input', 'deployment']);
    const terms = await pricing.termsOf(customerId);
    // Who names a version is not in a test: the choice was the caller's.
    const wanted = call.versionId
      ? []
      : ((await this.assignmentSource?.assign(customerId, endUserId, routes.deploymentId)) ?? []);
    const assigned = wanted.find(({ versionId }) => versionId !== null)?.versionId ?? undefined;
    const preferred = call.versionId ?? assigned;
    const { version, release } = served.hold(routes, endUserId ?? customerId, preferred);
    try {
      if (!writesText(version)) throw wantsRows();
      checkPlan(terms, version, PlanFeature.TEXT_GENERATION);
      const port = ports.of(version.id);
      if (port.leavesHouse) await this.doors.remoteConsent.require(customerId, endUserId);
      const assignments = metBy(wanted, version.id);
      const known = { ...asked, endUserId, routes, version, port, terms, assignments };
      const reservation = await metering.reserve(customerId, 1);
      await this.answer({ ...known, createdAt }, reservation, log);
    } finally {
      release();
    }
  }

  /** From the reservation on: either what was delivered is written and settled, or the reservation goes back. */
  private async answer(checked: Checked, reservation: Reservation, log: ChunkLog): Promise<void> {
    const text = new WrittenText();
    let settled = false;
    try {
      const { finish, failure, queueMs } = await this.doors.attendance.during(() =>
        this.deliver(checked, text, log),
      );
      if (failure && checked.call.keeping) throw keptTextBroken(failure, checked.call.signal);
      // A text that ends properly before its first token is an answer, and its prompt was read.
      if (failure && text.completionTokens === 0) throw failure;
      if (failure && checked.whole && !checked.call.signal.aborted) throw brokenOff();
      const record = await this.record(checked, reservation, text, queueMs, finish);
      const stored = await this.doors.writer.write(record);
      if (stored === 'KEY_TAKEN') throw writtenElsewhere();
      if (stored === 'UNWANTED') throw predictionEnded();
      settled = true;
      textRecorded(checked.span, record, { finish, provider: record.engine.kind });
      // A text that broke after its first token is billed for what was delivered, and failed all the same.
      const outcome = failure ? failureOf(failure, checked.call.signal) : 'ANSWERED';
      if (outcome)
        tellCanary(this.doors.canaries, checked, checked.version.id, { outcome, cost: record.cost });
      const { promptTokens, completionTokens } = text;
      log.push({
        number: log.next,
        text: text.undelivered,
        finishReason: finish,
        usage: { promptTokens, completionTokens },
        inference: inferenceOf(record, stored, { text: text.all }),
        feedbackToken: this.tokenOf(record),
      });
    } catch (error) {
      const outcome = failureOf(error, checked.call.signal);
      if (outcome && !settled) tellCanary(this.doors.canaries, checked, checked.version.id, { outcome });
      throw error;
    } finally {
      if (!settled) {
        this.doors.metering.release(reservation);
        this.doors.batching.unattributed('UNRECORDED', text.deviceMs);
      }
    }
  }

  /** Has the text written, and delivers all of it but its last piece, which goes with the record. */
  private async deliver(
    { call, version, port, terms }: Checked,
    text: WrittenText,
    log: ChunkLog,
  ): Promise<{ finish: FinishReason; failure?: unknown; queueMs: number }> {
    const { customerId, prompt, parameters, signal, deadlineMs: withinMs } = call;
    const turn: GenerationTurn = await this.doors.admission.enter({
      customerId,
      weight: terms.weight,
      versionId: version.id,
      port,
      withinMs,
      signal,
    });
    const { queueMs } = turn;
    try {
      for await (const chunk of port.generate(version.id, { ...parameters, prompt }, signal)) {
        text.add(chunk);
        if (chunk.finish) return { finish: chunk.finish, queueMs };
        const piece = text.deliver();
        if (piece !== '') log.push({ number: log.next, text: piece, finishReason: null });
      }
      throw new Error('the engine ended the text without saying why');
    } catch (failure) {
      return { finish: 'ERROR', failure, queueMs };
    } finally {
      turn.leave(text.deviceMs);
    }
  }

  private record(
    { call, endUserId, routes, version, port, assignments, startedAt, createdAt }: Checked,
    reservation: Reservation,
    text: WrittenText,
    queueMs: number,
    finish: FinishReason,
  ): Promise<InferenceRecord> {
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
