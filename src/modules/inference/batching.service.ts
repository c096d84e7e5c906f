/**
 * Between those who wait for an answer and the engine: carries out what the scheduler decides. What arrives within one
 * turn of the event loop is looked at together; nothing here waits for a timer.
 */
import type { Metrics } from '../../platform/metrics';
import type { ComputeService } from '../compute';
import { deadlinePassed, refused } from './inference.errors';
import { InferenceMetrics } from './inference-metrics';
import { Scheduler } from './scheduler/scheduler';
import { type Batch, DEFAULT_LIMITS, type SchedulerLimits, type Work } from './scheduler/work';

export interface BatchRequest {
  readonly customerId: string;
  readonly weight: number;
  readonly versionId: string;
  /** Prepared rows, one after the other. */
  readonly numbers: Float32Array;
  readonly rows: number;
  readonly withinMs: number;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
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
}

interface Waiting extends Work {
  readonly request: BatchRequest;
  readonly resolve: (answer: BatchAnswer) => void;
  readonly reject: (error: unknown) => void;
  readonly leave: () => void;
}

export class BatchingService {
  private readonly scheduler: Scheduler<Waiting>;
  private readonly metrics: InferenceMetrics;
  private looking = false;

  constructor(
    private readonly compute: Pick<ComputeService, 'infer'>,
    metrics: Metrics,
    limits: SchedulerLimits = DEFAULT_LIMITS,
  ) {
    this.scheduler = new Scheduler(limits);
    this.metrics = new InferenceMetrics(metrics);
  }

  /** What a batch took while a version was warmed. */
  learn(versionId: string, rows: number, deviceMs: number): void {
    this.scheduler.costs.observe(versionId, rows, deviceMs);
  }

  /** @throws AppError DEADLINE_UNREACHABLE, RATE_LIMITED or OVERLOADED; the signal's reason when the client leaves. */
  submit(request: BatchRequest): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      request.signal.throwIfAborted();
      const now = performance.now();
      const { customerId, weight, versionId, rows, withinMs, signal } = request;
      const leave = (): void => {
        if (this.scheduler.remove(work)) reject(signal.reason);
      };
      const work: Waiting = {
        customerId,
        weight,
        // All rows of a version have the same width, so the version alone says what may share a batch.
        lane: versionId,
        rows,
        arrivedAt: now,
        deadlineAt: now + withinMs,
        request,
        resolve,
        reject,
        leave,
      };
      const refusal = this.scheduler.offer(work, now);
      if (refusal) {
        this.metrics.refused.inc({ reason: refusal.reason });
        return reject(refused(refusal));
      }
      signal.addEventListener('abort', leave, { once: true });
      this.look();
    });
  }

  private look(): void {
    if (this.looking) return;
    this.looking = true;
    setImmediate(() => {
      this.looking = false;
      const now = performance.now();
      for (const late of this.scheduler.expired(now)) {
        this.metrics.refused.inc({ reason: 'EXPIRED' });
        late.request.signal.removeEventListener('abort', late.leave);
        late.reject(deadlinePassed());
      }
      for (let batch = this.scheduler.next(now); batch; batch = this.scheduler.next(now))
        void this.run(batch);
      this.metrics.waiting.set(this.scheduler.depth);
    });
  }

  private async run(batch: Batch<Waiting>): Promise<void> {
    this.metrics.released(batch);
    for (const { request, leave } of batch.works) request.signal.removeEventListener('abort', leave);
    try {
      const { outputs, deviceMs } = await this.compute.infer(batch.lane, {
        rows: joined(batch),
        count: batch.rows,
      });
      this.scheduler.finished(batch, deviceMs, performance.now());
      answer(batch, outputs, deviceMs);
    } catch (error) {
      this.scheduler.failed(batch, performance.now());
      for (const { reject } of batch.works) reject(error);
    }
    this.look();
  }
}

function joined({ works, rows }: Batch<Waiting>): Float32Array {
  const first = works[0]!.request;
  if (works.length === 1) return first.numbers;
  const all = new Float32Array((first.numbers.length / first.rows) * rows);
  let at = 0;
  for (const { request } of works) {
    all.set(request.numbers, at);
    at += request.numbers.length;
  }
  return all;
}

function answer({ works, rows, releasedAt }: Batch<Waiting>, outputs: Float32Array, deviceMs: number): void {
  const width = outputs.length / rows;
  let at = 0;
  for (const { rows: own, arrivedAt, resolve } of works) {
    resolve({
      outputs: outputs.subarray(at, (at += own * width)),
      queueMs: releasedAt - arrivedAt,
      computeMs: deviceMs,
      deviceMs: (deviceMs * own) / rows,
      batchRows: rows,
    });
  }
}
