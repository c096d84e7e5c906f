/**
 * Natural batching: pull-driven, without timers or polling. When the device is free, whatever waits for one lane is taken
 * in fair turn, up to a cap; while one batch runs, a second one is released only when it is full, because a batch that
 * still has room is better filled by what arrives meanwhile. Holds no promise and no socket: time is handed in.
 */
import { expectedWait, type Refusal, refusalOf } from './admission';
import { CostModel } from './cost-model';
import { FairQueue } from './fair-queue';
import { PromiseMargin } from './promise-margin';
import type { Batch, ReleaseReason, SchedulerLimits, Work } from './work';

/** The longest before its turn that the next full batch goes to stand at the engine's door. */
const MOST_STAND_MS = 1;
/** Weight of the newest sample. */
const ALPHA = 0.15;
/** Deviations that are added to what a backlog is expected to take. */
const BACKLOG_CARE = 3;

export class Scheduler<W extends Work> {
  readonly costs = new CostModel();
  private readonly queue = new FairQueue<W>((work) => this.pricePerRow(work.lane) * work.rows);
  private readonly inFlight = new Set<Batch<W>>();
  private readonly margin = new PromiseMargin();
  /** When those who were admitted are expected to be done. */
  private readonly promises = new Map<W, number>();
  private waitingRows = 0;
  private waitingBytes = 0;
  /** Since when the device has been at the first batch in flight. */
  private runningSince = 0;
  /** What a batch's way to the device and back takes beyond the device's own time: so long before its turn the next one leaves. */
  private wayMs = MOST_STAND_MS;
  /** No waiting work has an earlier one. */
  private earliestDeadline = Infinity;

  constructor(private readonly limits: SchedulerLimits) {}

  /** Admits the work into the queue, or says why not and when to come back. */
  offer(work: W, now: number): Refusal | undefined {
    const { rows, bytes } = work;
    const ask = { rows, bytes, withinMs: work.deadlineAt - now };
    const load = this.load(work, now);
    const refusal = refusalOf(ask, load, this.limits);
    if (refusal) return refusal;
    this.enqueue(work);
    this.promises.set(work, now + expectedWait(load) + load.batchMs);
    return undefined;
  }

  /** Puts work back that a dead engine left undone: it was admitted once already. */
  enqueue(work: W): void {
    this.queue.push(work);
    this.waitingRows += work.rows;
    this.waitingBytes += work.bytes ?? 0;
    this.earliestDeadline = Math.min(this.earliestDeadline, work.deadlineAt);
  }

  /** The next batch to send to the device, if one should be sent now. */
  next(now: number): Batch<W> | undefined {
    const reason = this.releaseReason(now);
    const taken = reason && this.queue.take((lane) => this.capOf(lane), this.limits.batchBytes);
    if (!reason || !taken) return undefined;
    this.waitingRows -= taken.rows;
    this.waitingBytes -= taken.bytes;
    const { lane, works, rows } = taken;
    const expectedMs = this.costs.expect(lane, rows);
    const batch: Batch<W> = { lane, works, rows, reason, expectedMs, releasedAt: now };
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
    this.costs.observe(batch.lane, batch.rows, Math.max(deviceMs, heldMs), now);
    this.wayMs += ALPHA * (Math.max(0, heldMs - deviceMs) - this.wayMs);
    this.margin.observe(this.latest(batch.works, now));
    for (const work of batch.works) this.queue.settle(work, (deviceMs * work.rows) / batch.rows);
  }

  /**
   * The batch was not done: nobody is charged. Answers how long it may have held the device.
   * @param isLate it was given up at the deadline: it takes at least as long.
   */
  failed(batch: Batch<W>, now: number, isLate: boolean): number {
    const heldMs = this.heldMs(batch, now);
    this.leave(batch, now);
    if (isLate) this.costs.observe(batch.lane, batch.rows, heldMs, now);
    for (const work of batch.works) {
      this.promises.delete(work);
      this.queue.settle(work, 0);
    }
    return heldMs;
  }

  /** The client left. Answers whether the work still waited. */
  remove(work: W): boolean {
    const waited = this.queue.remove(work);
    if (waited) {
      this.waitingRows -= work.rows;
      this.waitingBytes -= work.bytes ?? 0;
      this.promises.delete(work);
    }
    return waited;
  }

  /**
   * Takes out, and answers, what still waits although its deadline has passed, or will have passed when the batch is done
   * that may be released now: a device that is given what comes too late has no time for what does not.
   */
  expired(now: number): W[] {
    const doneAt = this.releaseReason(now) ? now + this.runningMs(now) : undefined;
    const soonest = (lane: string): number => (doneAt === undefined ? now : doneAt + this.knownMs(lane, now));
    let reach = now;
    if (doneAt !== undefined) for (const [lane] of this.queue.lanes()) reach = Math.max(reach, soonest(lane));
    if (reach < this.earliestDeadline) return [];
    const late: W[] = [];
    this.earliestDeadline = Infinity;
    for (const work of this.queue.all()) {
      if (work.deadlineAt <= now || work.deadlineAt < soonest(work.lane)) late.push(work);
      else this.earliestDeadline = Math.min(this.earliestDeadline, work.deadlineAt);
    }
    if (late.length === 0) return late;
    this.margin.observe(this.latest(late, reach));
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
    const batchRows = Math.max(fill, work.rows);
    return {
      runningMs: this.runningMs(now),
      backlogMs: this.backlogMs() / this.limits.concurrency,
      ownBacklogMs: (ownRows * this.pricePerRow(work.lane)) / this.limits.concurrency,
      share: this.queue.shareOf(work.customerId, work.weight),
      batchMs: this.costs.predict(work.lane, batchRows),
      batchIsKnown: this.costs.isKnown(work.lane, batchRows, now),
      followingMs: this.followingMs(work),
      marginMs: this.margin.ms,
      ownRows,
      totalRows: this.waitingRows,
      ownBytes: this.queue.bytesOf(work.customerId),
      totalBytes: this.waitingBytes,
    };
  }

  private followingMs({ lane, following }: W): number {
    if (!following) return 0;
    const { rows, partRows } = following;
    const partMs = this.costs.expect(lane, Math.min(rows, partRows));
    return Math.ceil(rows / partRows) * partMs;
  }

  /** How much later than promised those are done who are done at this time: of the one that is the latest. */
  private latest(works: readonly W[], doneAt: number): number {
    let ms = -Infinity;
    for (const work of works) {
      ms = Math.max(ms, doneAt - (this.promises.get(work) ?? Infinity));
      this.promises.delete(work);
    }
    return ms;
  }

  /** Since it was released, or since those before it were done. */
  private heldMs({ releasedAt }: Batch<W>, now: number): number {
    return now - (this.limits.concurrency > 1 ? releasedAt : Math.max(releasedAt, this.runningSince));
  }

  private leave(batch: Batch<W>, now: number): void {
    this.inFlight.delete(batch);
    this.runningSince = now;
  }

  /** One batch that should have been done is expected to take as long again as it is late. */
  private runningMs(now: number): number {
    const { concurrency } = this.limits;
    let ms = 0;
    let isFirst = true;
    for (const { expectedMs, releasedAt } of this.inFlight) {
      const runs = concurrency > 1 || isFirst;
      const sinceMs = now - (concurrency > 1 ? releasedAt : this.runningSince);
      ms += runs ? Math.abs(expectedMs - sinceMs) : expectedMs;
      isFirst = false;
    }
    return ms / concurrency;
  }

  /** With care: the deviations of many batches partly even out, so they add up as the root of their squares. */
  private backlogMs(): number {
    let ms = 0;
    let squares = 0;
    const add = (lane: string, rows: number, times: number): void => {
      if (rows === 0 || times === 0) return;
      const { expectedMs, deviationMs } = this.costs.estimate(lane, rows);
      ms += times * expectedMs;
      squares += times * deviationMs ** 2;
    };
    for (const [lane, rows] of this.queue.lanes()) {
      const cap = this.capOf(lane);
      add(lane, cap, Math.floor(rows / cap));
      add(lane, rows % cap, 1);
    }
    return ms + BACKLOG_CARE * Math.sqrt(squares);
  }

  /** Device time of one row in a batch as full as the lane allows at this moment. */
  private pricePerRow(lane: string): number {
    return this.fullMs(lane) / this.fillOf(lane);
  }

  /** Device time of the next batch of a lane, as full as it can be at this moment. */
  private fullMs(lane: string): number {
    return this.costs.expect(lane, this.fillOf(lane));
  }

  /** The same as far as it was measured lately: for what is only thought nobody is given up. */
  private knownMs(lane: string, now: number): number {
    return this.costs.isKnown(lane, this.fillOf(lane), now) ? this.fullMs(lane) : 0;
  }

  private fillOf(lane: string): number {
    return Math.max(1, Math.min(this.capOf(lane), this.queue.rowsIn(lane)));
  }
}
