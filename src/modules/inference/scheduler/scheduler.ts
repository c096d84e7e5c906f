/**
 * Natural batching: pull-driven, without timers or polling. When the device is free, whatever waits for one lane is taken
 * in fair turn, up to a cap; while one batch runs, a second one is released only when it is full, because a batch that
 * still has room is better filled by what arrives meanwhile. What gives way has a queue behind the one of all others, of
 * which they notice no more than the batch that runs. Holds no promise and no socket: time is handed in.
 */
import { expectedWait, type Refusal, refusalOf } from './admission';
import { CostModel } from './cost-model';
import type { FairQueue } from './fair-queue';
import { PromiseMargin } from './promise-margin';
import { TwoQueues } from './two-queues';
import type { Batch, ReleaseReason, SchedulerLimits, Work } from './work';

/** The longest before its turn that the next full batch goes to stand at the engine's door. */
const MOST_STAND_MS = 1;
/** Weight of the newest sample. */
const ALPHA = 0.15;
/** Deviations that are added to what a backlog is expected to take. */
const BACKLOG_CARE = 3;

export class Scheduler<W extends Work> {
  readonly costs = new CostModel();
  private readonly queues: TwoQueues<W>;
  private readonly inFlight = new Set<Batch<W>>();
  private readonly margin = new PromiseMargin();
  /** When those who were admitted are expected to be done. */
  private readonly promises = new Map<W, number>();
  /** Since when the device has been at the first batch in flight. */
  private runningSince = 0;
  /** What a batch's way to the device and back takes beyond the device's own time: so long before its turn the next one leaves. */
  private wayMs = MOST_STAND_MS;
  /** No waiting work has an earlier one. */
  private earliestDeadline = Infinity;

  constructor(private readonly limits: SchedulerLimits) {
    this.queues = new TwoQueues<W>((work) => this.pricePerRow(work) * work.rows, limits);
  }

  /** Admits the work into the queue, or says why not and when to come back. */
  offer(work: W, now: number): Refusal | undefined {
    const { rows, bytes } = work;
    const ask = { rows, bytes, withinMs: work.deadlineAt - now };
    const load = this.load(work, now);
    const refusal = refusalOf(ask, load, this.limits);
    if (refusal) return refusal;
    this.enqueue(work);
    // How late it is says nothing of the device: it depends on who comes after it.
    if (!work.givesWay) this.promises.set(work, now + expectedWait(load) + load.batchMs);
    return undefined;
  }

  /** Puts work back that a dead engine left undone: it was admitted once already. */
  enqueue(work: W): void {
    this.queues.of(work).push(work);
    this.earliestDeadline = Math.min(this.earliestDeadline, work.deadlineAt);
  }

  /** The next batch to send to the device, if one should be sent now. */
  next(now: number): Batch<W> | undefined {
    const reason = this.releaseReason(now);
    const taken = reason && this.queues.current.take((lane) => this.capOf(lane), this.limits.batchBytes);
    if (!reason || !taken) return undefined;
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
    this.heedLateness(batch.works, now);
    for (const work of batch.works) this.queues.of(work).settle(work, (deviceMs * work.rows) / batch.rows);
  }

  /**
   * The batch was not done: nobody is charged. Answers how long it may have held the device.
   * @param isLate it was given up at the deadline: it takes at least as long.
   */
  failed(batch: Batch<W>, now: number, isLate: boolean): number {
    const isAtDevice = this.isAtDevice(batch);
    const heldMs = isAtDevice ? this.heldMs(batch, now) : 0;
    this.leave(batch, now);
    if (isLate && isAtDevice) this.costs.observeAtLeast(batch.lane, batch.rows, heldMs, now);
    for (const work of batch.works) {
      this.promises.delete(work);
      this.queues.of(work).settle(work, 0);
    }
    return heldMs;
  }

  /** The client left. Answers whether the work still waited. */
  remove(work: W): boolean {
    const waited = this.queues.of(work).remove(work);
    if (waited) this.promises.delete(work);
    return waited;
  }

  /**
   * Takes out, and answers, what still waits although its deadline has passed, or will have passed when the batch is done
   * that may be released now: a device that is given what comes too late has no time for what does not. What gives way is
   * taken out where the others need its place.
   */
  expired(now: number): W[] {
    const doneAt = this.releaseReason(now) ? now + this.runningMs(now) : undefined;
    const soonest = (lane: string): number => (doneAt === undefined ? now : doneAt + this.knownMs(lane, now));
    let reach = now;
    if (doneAt !== undefined)
      for (const [lane] of this.queues.lanes()) reach = Math.max(reach, soonest(lane));
    const { isCrowded } = this.queues;
    if (reach < this.earliestDeadline && !isCrowded) return [];
    const late: W[] = [];
    this.earliestDeadline = Infinity;
    for (const work of this.queues.all()) {
      const isInTheWay = isCrowded && work.givesWay;
      if (isInTheWay || work.deadlineAt <= now || work.deadlineAt < soonest(work.lane)) late.push(work);
      else this.earliestDeadline = Math.min(this.earliestDeadline, work.deadlineAt);
    }
    if (late.length === 0) return late;
    this.heedLateness(late, reach);
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
    return Math.min(stands ? at : Infinity, this.queues.rows > 0 ? this.earliestDeadline : Infinity);
  }

  /** Nothing runs and nothing waits. */
  get isIdle(): boolean {
    return this.inFlight.size === 0 && this.queues.rows === 0;
  }

  /** Rows that wait, without those that give way: they are no reason to get more devices. */
  get depth(): number {
    return this.queues.front.rows;
  }

  /** Rows up to which a batch of this lane is filled. */
  capOf(lane: string): number {
    return this.costs.rowsWithin(lane, this.limits.batchMs, this.limits.batchRows);
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
    for (const [lane, rows] of this.queues.front.lanes()) if (rows >= this.capOf(lane)) return true;
    return false;
  }

  /** When the first batch in flight is nearly done. */
  private standAt(): number {
    const [first] = this.inFlight;
    return first ? this.runningSince + first.expectedMs - Math.min(this.wayMs, MOST_STAND_MS) : -Infinity;
  }

  private load(work: W, now: number) {
    const queue = this.queues.of(work);
    const ownRows = queue.rowsOf(work.customerId);
    const fill = Math.min(this.capOf(work.lane), queue.rowsIn(work.lane) + work.rows);
    const backlogMs = this.backlogMs(work) / this.limits.concurrency;
    const batchRows = Math.max(fill, work.rows);
    return {
      runningMs: this.runningMs(now),
      backlogMs,
      // Who gives way waits for all.
      ownBacklogMs: work.givesWay ? backlogMs : (ownRows * this.pricePerRow(work)) / this.limits.concurrency,
      share: queue.shareOf(work.customerId, work.weight),
      batchMs: this.costs.predict(work.lane, batchRows),
      batchIsKnown: this.costs.isKnown(work.lane, batchRows, now),
      followingMs: this.followingMs(work),
      marginMs: this.margin.ms,
      ownRows,
      totalRows: work.givesWay ? this.queues.rows : queue.rows,
      ownBytes: queue.bytesOf(work.customerId),
      totalBytes: work.givesWay ? this.queues.bytes : queue.bytes,
    };
  }

  private followingMs({ lane, following }: W): number {
    if (!following) return 0;
    const { rows, partRows } = following;
    const partMs = this.costs.expect(lane, Math.min(rows, partRows));
    return Math.ceil(rows / partRows) * partMs;
  }

  /** How much later than promised those are done who are done at this time: of the one that is the latest. */
  private heedLateness(works: readonly W[], doneAt: number): void {
    let ms: number | undefined;
    for (const work of works) {
      if (work.givesWay) continue;
      ms = Math.max(ms ?? -Infinity, doneAt - (this.promises.get(work) ?? Infinity));
      this.promises.delete(work);
    }
    if (ms !== undefined) this.margin.observe(ms);
  }

  /** Since it was released, or since those before it were done. */
  private heldMs({ releasedAt }: Batch<W>, now: number): number {
    return now - (this.limits.concurrency > 1 ? releasedAt : Math.max(releasedAt, this.runningSince));
  }

  /** And does not stand encoded behind the one that is. */
  private isAtDevice(batch: Batch<W>): boolean {
    const [first] = this.inFlight;
    return this.limits.concurrency > 1 || batch === first;
  }

  private leave(batch: Batch<W>, now: number): void {
    if (this.isAtDevice(batch)) this.runningSince = now;
    this.inFlight.delete(batch);
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
  private backlogMs({ givesWay }: W): number {
    let ms = 0;
    let squares = 0;
    const add = (lane: string, rows: number, times: number): void => {
      if (rows === 0 || times === 0) return;
      const { expectedMs, deviationMs } = this.costs.estimate(lane, rows);
      ms += times * expectedMs;
      squares += times * deviationMs ** 2;
    };
    for (const [lane, rows] of givesWay ? this.queues.lanes() : this.queues.front.lanes()) {
      const cap = this.capOf(lane);
      add(lane, cap, Math.floor(rows / cap));
      add(lane, rows % cap, 1);
    }
    return ms + BACKLOG_CARE * Math.sqrt(squares);
  }

  /** Device time of one row in a batch as full as the lane allows at this moment. */
  private pricePerRow(work: W): number {
    const fill = this.fillOf(work.lane, this.queues.of(work));
    return this.costs.expect(work.lane, fill) / fill;
  }

  /**
   * Device time of the next batch of a lane, as full as it can be at this moment, as far as it was measured lately: for what is
   * only thought nobody is given up.
   */
  private knownMs(lane: string, now: number): number {
    const fill = this.fillOf(lane, this.queues.current);
    return this.costs.isKnown(lane, fill, now) ? this.costs.expect(lane, fill) : 0;
  }

  private fillOf(lane: string, queue: FairQueue<W>): number {
    return Math.max(1, Math.min(this.capOf(lane), queue.rowsIn(lane)));
  }
}
