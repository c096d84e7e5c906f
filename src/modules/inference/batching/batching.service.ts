/**
 * Between those who wait for an answer and whoever runs batches: carries out what the schedulers decide, one for each engine
 * of the house and one for each version outside it, so that a slow server keeps nobody waiting for another. What arrives
 * within one turn of the event loop is looked at together; no batch waits for a timer while the device is free.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import { AppError } from '../../../kernel/errors';
import { activeSpan, type Span, underSpan } from '../../../platform/trace';
import type { Outcome } from '../../compute';
import type { Execution, ExecutionPort } from './execution';
import { deadlinePassed, refused } from '../inference.errors';
import type { InferenceMetrics } from './inference-metrics';
import { answer, joined, RunningBatch, textsOf } from './running-batch';
import { Scheduler } from '../scheduler/scheduler';
import { type Batch, DEFAULT_LIMITS, type SchedulerLimits, type Work } from '../scheduler/work';

export interface BatchRequest {
  readonly customerId: string;
  readonly weight: number;
  readonly versionId: string;
  /** Prepared rows, one after the other. */
  readonly numbers: Float32Array;
  /** The rows of a version that takes texts as they are; `numbers` is empty then. */
  readonly texts?: readonly string[];
  readonly rows: number;
  readonly withinMs: number;
  readonly following?: Work['following'];
  /** It is nobody's: served when nobody else waits, dropped first, and not counted among those who wait or are refused. */
  readonly givesWay?: boolean;
  /** Aborted when the client leaves. */
  readonly signal: CancelSignal;
}

export interface BatchAnswer {
  /** The outputs of these rows, one after the other. */
  readonly outputs: Float32Array;
  readonly queueMs: number;
  /** Device time of the whole batch. */
  readonly computeMs: number;
  /** This request's share of it, by rows: all shares together are the device's time. */
  readonly deviceMs: number;
  readonly batchRows: number;
  /** Tokens that were read of these rows, where whoever answers counts them. */
  readonly promptTokens?: number;
}

export interface Waiting extends Work {
  readonly request: BatchRequest;
  readonly resolve: (answer: BatchAnswer) => void;
  readonly reject: (error: unknown) => void;
  readonly leave: () => void;
  /** Of the call, where it is recorded. */
  readonly span: Span | undefined;
  /** The batch in which it runs, once it does. */
  running?: RunningBatch;
}

interface Line {
  readonly port: ExecutionPort;
  readonly scheduler: Scheduler<Waiting>;
  /** When to look again although nothing happens. */
  alarmAt: number;
  alarm?: NodeJS.Timeout;
}

export class BatchingService {
  /** By engine; by version where each has a server of its own. */
  private readonly lines = new Map<ExecutionPort | string, Line>();
  private looking = false;

  constructor(
    private readonly execution: Execution,
    private readonly metrics: InferenceMetrics,
    private readonly limits: SchedulerLimits = DEFAULT_LIMITS,
  ) {}

  /** What a batch took while a version was warmed: nobody is billed for it. */
  learn(versionId: string, rows: number, deviceMs: number): void {
    this.lineOf(versionId).scheduler.costs.observe(versionId, rows, deviceMs, performance.now());
    this.metrics.unattributed.inc({ reason: 'WARM_UP' }, deviceMs);
  }

  /** Device time that was answered with and is billed to nobody: a repeated key, an answer that could not be recorded, a test. */
  unattributed(
    reason: 'REPLAYED' | 'UNRECORDED' | 'SHADOW' | 'TRIAL' | 'PERFORMANCE_TEST',
    deviceMs: number,
  ): void {
    this.metrics.unattributed.inc({ reason }, deviceMs);
  }

  /** @throws AppError DEADLINE_UNREACHABLE, RATE_LIMITED or OVERLOADED; the signal's reason when the client leaves. */
  submit(request: BatchRequest): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      request.signal.throwIfAborted();
      const now = performance.now();
      const { customerId, weight, versionId, rows, withinMs, following, givesWay, signal } = request;
      const { scheduler } = this.lineOf(versionId);
      const leave = (): void => {
        if (scheduler.remove(work)) reject(signal.reason);
        else work.running?.leave(work);
      };
      const work: Waiting = {
        customerId,
        weight,
        // All rows of a version have the same width, so the version alone says what may share a batch.
        lane: versionId,
        rows,
        bytes: bytesOf(request),
        arrivedAt: now,
        deadlineAt: now + withinMs,
        following,
        givesWay,
        request,
        resolve,
        reject,
        leave,
        span: activeSpan(),
      };
      const refusal = scheduler.offer(work, now);
      if (refusal) {
        if (!givesWay) this.metrics.refused.inc({ reason: refusal.reason });
        return reject(refused(refusal));
      }
      signal.addEventListener('abort', leave, { once: true });
      this.look();
    });
  }

  /** What a batch of this version is expected to take, in milliseconds. */
  expectedMs(versionId: string, rows: number): number {
    return this.lineOf(versionId).scheduler.costs.predict(versionId, rows);
  }

  /** Rows of this version that take as long together as others are to wait for a batch. */
  rowsAtOnce(versionId: string): number {
    return this.lineOf(versionId).scheduler.capOf(versionId);
  }

  /** Whether nobody waits for whoever runs this version. */
  isIdle(versionId: string): boolean {
    return this.lineOf(versionId).scheduler.isIdle;
  }

  private lineOf(versionId: string): Line {
    const port = this.execution.of(versionId);
    const name = port.leavesHouse ? versionId : port;
    let line = this.lines.get(name);
    if (!line) {
      this.forgetUnserved();
      const limits = { ...this.limits, concurrency: port.concurrency ?? this.limits.concurrency };
      this.lines.set(name, (line = { port, scheduler: new Scheduler<Waiting>(limits), alarmAt: Infinity }));
    }
    return line;
  }

  private forgetUnserved(): void {
    for (const [name, { port, scheduler }] of this.lines)
      if (typeof name === 'string' && !port.runs(name) && scheduler.isIdle) this.lines.delete(name);
  }

  private look(): void {
    if (this.looking) return;
    this.looking = true;
    setImmediate(() => {
      this.looking = false;
      let depth = 0;
      for (const line of this.lines.values()) {
        this.release(line);
        depth += line.scheduler.depth;
      }
      this.metrics.waiting.set(depth);
    });
  }

  private release(line: Line): void {
    const now = performance.now();
    for (const late of line.scheduler.expired(now)) {
      if (!late.givesWay) this.metrics.refused.inc({ reason: 'EXPIRED' });
      late.request.signal.removeEventListener('abort', late.leave);
      late.reject(deadlinePassed());
    }
    for (let batch = line.scheduler.next(now); batch; batch = line.scheduler.next(now))
      void this.run(line, batch);
    const again = line.scheduler.lookAgainAt(now);
    if (again >= line.alarmAt) return;
    clearTimeout(line.alarm);
    line.alarmAt = again;
    line.alarm = setTimeout(() => ((line.alarmAt = Infinity), this.look()), again - now);
    line.alarm.unref();
  }

  private async run({ port, scheduler }: Line, batch: Batch<Waiting>): Promise<void> {
    this.metrics.released(batch);
    const running = new RunningBatch(batch);
    try {
      const deviceMs = await this.ask(port, batch, running);
      scheduler.finished(batch, deviceMs, performance.now());
    } catch (error) {
      // One row that no engine can answer must not take the rows of others with it.
      const doneMs = isFault(error) ? await this.askOneByOne(port, batch, running) : 0;
      const lostMs = scheduler.failed(batch, performance.now(), running.isLate) - doneMs;
      this.metrics.lost.inc({ reason: running.signal.aborted ? 'CANCELLED' : 'FAILED' }, Math.max(0, lostMs));
      for (const { reject } of batch.works) reject(error);
    } finally {
      running.end();
    }
    this.look();
  }

  /** Runs the works together and answers each its own. Resolves to milliseconds of the device. */
  private async ask(port: ExecutionPort, batch: Batch<Waiting>, running: RunningBatch): Promise<number> {
    const rows = { rows: joined(batch), count: batch.rows, texts: textsOf(batch) };
    const infer = (): Promise<Outcome> => port.infer(batch.lane, rows, { signal: running.signal });
    // A batch goes out under the span of one of its calls; an engine of the house asks nobody who would want to know.
    const span = port.leavesHouse ? batch.works.find((work) => work.span)?.span : undefined;
    const outcome = await underSpan(span, infer);
    const leftMs = answer(batch, running, outcome);
    if (leftMs > 0) this.metrics.unattributed.inc({ reason: 'LEFT' }, leftMs);
    return outcome.deviceMs;
  }

  /** Those who are at fault are told so; the others get their answers. Resolves to milliseconds of the device. */
  private async askOneByOne(
    port: ExecutionPort,
    batch: Batch<Waiting>,
    running: RunningBatch,
  ): Promise<number> {
    if (batch.works.length === 1) return 0;
    let doneMs = 0;
    for (const work of batch.works) {
      if (running.signal.aborted) break;
      if (!running.wants(work)) continue;
      const alone = { ...batch, works: [work], rows: work.rows };
      doneMs += await this.ask(port, alone, running).catch((error: unknown) => {
        work.reject(error);
        return 0;
      });
    }
    return doneMs;
  }
}

/** Letters of Latin scripts hold a byte each, others two. */
function bytesOf({ numbers, texts = [] }: BatchRequest): number {
  return texts.reduce((sum, text) => sum + 2 * text.length, numbers.byteLength);
}

function isFault(error: unknown): boolean {
  return error instanceof AppError && error.code === 'ENGINE_FAULT';
}
