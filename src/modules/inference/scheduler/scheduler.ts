/**
 * Natural batching: pull-driven, without timers or polling. When the device is free, whatever waits for one lane is taken
 * in fair turn, up to a cap; while one batch runs, a second one is released only when it is full, because a batch that
 * still has room is better filled by what arrives meanwhile. Holds no promise and no socket: time is handed in.
 */
import { type Refusal, refusalOf } from './admission';
import { CostModel } from './cost-model';
import { FairQueue } from './fair-queue';
import type { Batch, ReleaseReason, SchedulerLimits, Work } from './work';

/** The longest before its turn that the next full batch goes to stand at the engine's door. */
const MOST_STAND_MS = 1;
/** Weight of the newest sample. */
const ALPHA = 0.15;

export class Scheduler<W extends Work> {
  readonly costs = new CostModel();
  private readonly queue = new FairQueue<W>((work) => this.pricePerRow(work.lane) * work.rows);
  private readonly inFlight = new Set<Batch<W>>();
  private waitingRows = 0;
  /** Since when the device has been at the first batch in flight. */
  private runningSince = 0;
  /** What a batch's way to the device and back takes beyond the device's own time: so long before its turn the next one leaves. */
  private wayMs = MOST_STAND_MS;
  /** No waiting work has an earlier one. */
  private earliestDeadline = Infinity;

  constructor(private readonly limits: SchedulerLimits) {}

  /** Admits the work into the queue, or says why not and when to come back. */
  offer(work: W, now: number): Refusal | undefined {
    const ask = { rows: work.rows, withinMs: work.deadlineAt - now };
    const refusal = refusalOf(ask, this.load(work, now), this.limits);
    if (!refusal) this.enqueue(work);
    return refusal;
  }

  /** Puts work back that a dead engine left undone: it was admitted once already. */
  enqueue(work: W): void {
    this.queue.push(work);
    this.waitingRows += work.rows;
    this.earliestDeadline = Math.min(this.earliestDeadline, work.deadlineAt);
  }

  /** The next batch to send to the device, if one should be sent now. */
  next(now: number): Batch<W> | undefined {
    const reason = this.releaseReason(now);
    const taken = reason && this.queue.take((lane) => this.capOf(lane));
    if (!reason || !taken) return undefined;
    this.waitingRows -= taken.rows;
    const expectedMs = this.costs.predict(taken.lane, taken.rows);
    const batch: Batch<W> = { ...taken, reason, expectedMs, releasedAt: now };
    if (this.inFlight.size === 0) this.runningSince = now;
    this.inFlight.add(batch);
    return batch;
  }

  /**
   * The batch is done: each work is charged its share of the device's time by rows, and the model learns how long the
   * batch held the line, the way to the device and back included, because that is what the next one waits for.
   */
  finished(batch: Batch<W>, deviceMs: number, now: number): void {
    const heldMs = this.heldMs(batch, now);
    this.leave(batch, now);
    this.costs.observe(batch.lane, batch.rows, Math.max(deviceMs, heldMs));
    this.wayMs += ALPHA * (Math.max(0, heldMs - deviceMs) - this.wayMs);
    for (const work of batch.works) this.queue.settle(work, (deviceMs * work.rows) / batch.rows);
  }

  /** The batch was not done: nobody is charged. Answers how long it may have held the device. */
  failed(batch: Batch<W>, now: number): number {
    const heldMs = this.heldMs(batch, now);
    this.leave(batch, now);
    for (const work of batch.works) this.queue.settle(work, 0);
    return heldMs;
  }

  /** The client left. Answers whether the work still waited. */
  remove(work: W): boolean {
    const waited = this.queue.remove(work);
    if (waited) this.waitingRows -= work.rows;
    return waited;
  }

  /** Takes out, and answers, what still waits although its deadline has passed. */
  expired(now: number): W[] {
    if (now < this.earliestDeadline) return [];
    const late: W[] = [];
    this.earliestDeadline = Infinity;
    for (const work of this.queue.all()) {
      if (work.deadlineAt <= now) late.push(work);
      else this.earliestDeadline = Math.min(this.earliestDeadline, work.deadlineAt);
    }
    for (const work of late) this.remove(work);
    return late;
  }

  /**
   * When to look again although nothing arrives or ends: the time to let the next full batch stand, or the first deadline
   * of those who wait, because a device that hangs ends nothing. Infinity for never.
   */
  lookAgainAt(now: number): number {
    const at = this.standAt();
    const stands = this.inFlight.size === this.limits.concurrency && at > now && this.hasFull();
    return Math.min(stands ? at : Infinity, this.waitingRows > 0 ? this.earliestDeadline : Infinity);
  }

  /** Nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.inFlight.size === 0 && this.waitingRows === 0;
  }

  /** Rows that wait. */
  get depth(): number {
    return this.waitingRows;
  }

  private releaseReason(now: number): ReleaseReason | undefined {
    const { concurrency } = this.limits;
    if (this.inFlight.size < concurrency) return 'DEVICE_FREE';
    // One more stands encoded at the engine's door, so that the device never waits for us; but not long before its turn,
    // because whoever arrives meanwhile has to wait behind it.
    if (this.inFlight.size > concurrency || now < this.standAt()) return undefined;
    return this.hasFull() ? 'FULL' : undefined;
  }

  private hasFull(): boolean {
    for (const [lane, rows] of this.queue.lanes()) if (rows >= this.capOf(lane)) return true;
    return false;
  }

  /** When the first batch in flight is nearly done. */
  private standAt(): number {
    const [first] = this.inFlight;
    return first ? this.runningSince + first.expectedMs - Math.min(this.wayMs, MOST_STAND_MS) : -Infinity;
  }

  private capOf(lane: string): number {
    return this.costs.rowsWithin(lane, this.limits.batchMs, this.limits.batchRows);
  }

  private load(work: W, now: number) {
    const ownRows = this.queue.rowsOf(work.customerId);
    const fill = Math.min(this.capOf(work.lane), this.queue.rowsIn(work.lane) + work.rows);
    return {
      runningMs: this.runningMs(now),
      backlogMs: this.backlogMs() / this.limits.concurrency,
      ownBacklogMs: (ownRows * this.pricePerRow(work.lane)) / this.limits.concurrency,
      share: this.queue.shareOf(work.customerId, work.weight),
      batchMs: this.costs.predict(work.lane, Math.max(fill, work.rows)),
      ownRows,
      totalRows: this.waitingRows,
    };
  }

  /** Since it was released, or since those before it were done. */
  private heldMs({ releasedAt }: Batch<W>, now: number): number {
    return now - (this.limits.concurrency > 1 ? releasedAt : Math.max(releasedAt, this.runningSince));
  }

  private leave(batch: Batch<W>, now: number): void {
    this.inFlight.delete(batch);
    this.runningSince = now;
  }

  private runningMs(now: number): number {
    if (this.inFlight.size === 0) return 0;
    let ms = this.runningSince - now;
    for (const { expectedMs } of this.inFlight) ms += expectedMs;
    return Math.max(0, ms / this.limits.concurrency);
  }

  private backlogMs(): number {
    let ms = 0;
    for (const [lane, rows] of this.queue.lanes()) {
      const cap = this.capOf(lane);
      const full = Math.floor(rows / cap);
      const rest = rows - full * cap;
      ms += full * this.costs.predict(lane, cap) + (rest > 0 ? this.costs.predict(lane, rest) : 0);
    }
    return ms;
  }

  /** Device time of one row in a batch as full as the lane allows at this moment. */
  private pricePerRow(lane: string): number {
    const fill = Math.max(1, Math.min(this.capOf(lane), this.queue.rowsIn(lane)));
    return this.costs.predict(lane, fill) / fill;
  }
}
