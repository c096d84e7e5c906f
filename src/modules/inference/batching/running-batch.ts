/**
 * A batch under way: who in it still wants its answer, and until when: an engine that hangs keeps no client beyond its own
 * deadline. When nobody wants one any more (all clients left, or their deadlines passed) its signal tells the engine, so that
 * a batch that has not begun is never run.
 */
import { Cancellation, type CancelSignal } from '../../../kernel/cancellation';
import type { Outcome } from '../../compute';
import type { BatchAnswer, Waiting } from './batching.service';
import { deadlinePassed } from '../inference.errors';
import type { Batch } from '../scheduler/work';

export class RunningBatch {
  private readonly controller = new Cancellation();
  private readonly staying: Set<Waiting>;
  private timer: NodeJS.Timeout | undefined;
  /** The last deadline passed before it was done. */
  isLate = false;

  constructor({ works, releasedAt }: Batch<Waiting>) {
    this.staying = new Set(works);
    for (const work of works) work.running = this;
    this.wakeAtDeadline(releasedAt);
  }

  get signal(): CancelSignal {
    return this.controller;
  }

  wants(work: Waiting): boolean {
    return this.staying.has(work);
  }

  /** The client of this work left. */
  leave(work: Waiting): void {
    if (this.staying.has(work)) this.letGo(work, work.request.signal.reason);
  }

  end(): void {
    clearTimeout(this.timer);
    for (const { request, leave } of this.staying) request.signal.removeEventListener('abort', leave);
    this.staying.clear();
  }

  /** At the first one of those who stay: they share a batch, and not how long they may wait. */
  private wakeAtDeadline(now: number): void {
    let first = Infinity;
    for (const { deadlineAt } of this.staying) first = Math.min(first, deadlineAt);
    this.timer = setTimeout(() => this.passDeadline(first), first - now);
    this.timer.unref();
  }

  private passDeadline(deadlineAt: number): void {
    const late = [...this.staying].filter((work) => work.deadlineAt <= deadlineAt);
    this.isLate = late.length === this.staying.size;
    for (const work of late) this.letGo(work, deadlinePassed());
    if (this.staying.size > 0) this.wakeAtDeadline(performance.now());
  }

  private letGo(work: Waiting, reason: unknown): void {
    this.staying.delete(work);
    work.request.signal.removeEventListener('abort', work.leave);
    work.reject(reason);
    if (this.staying.size === 0) this.controller.abort(reason);
  }
}

/** The rows of all works, one after the other. */
export function joined({ works, rows }: Batch<Waiting>): Float32Array {
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

/** The texts of all works, one after the other; undefined for rows of numbers. */
export function textsOf({ works }: Batch<Waiting>): readonly string[] | undefined {
  const [first] = works;
  return first?.request.texts && works.flatMap(({ request }) => request.texts ?? []);
}

/** Gives each work its own rows and its share of the device's time; answers the share of those who left meanwhile. */
export function answer(
  { works, rows, releasedAt }: Batch<Waiting>,
  running: RunningBatch,
  { outputs, deviceMs: computeMs, tokens }: Outcome,
): number {
  const width = outputs.length / rows;
  let at = 0;
  let row = 0;
  let leftMs = 0;
  for (const work of works) {
    const { rows: own, arrivedAt } = work;
    const deviceMs = (computeMs * own) / rows;
    const mine = outputs.subarray(at, (at += own * width));
    const promptTokens = tokens?.slice(row, row + own).reduce((sum, count) => sum + count, 0);
    row += own;
    if (!running.wants(work)) {
      leftMs += deviceMs;
      continue;
    }
    const given: BatchAnswer = {
      outputs: mine,
      queueMs: releasedAt - arrivedAt,
      computeMs,
      deviceMs,
      batchRows: rows,
      promptTokens,
    };
    work.resolve(given);
  }
  return leftMs;
}
