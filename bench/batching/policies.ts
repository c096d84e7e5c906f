/**
 * What others do, as policies of the same simulated device: a fixed window, and BentoML's adaptive rule as it stands in its
 * CorkDispatcher (`bentoml/_internal/marshal/dispatcher.py`): it learns a line through what batches took, waits while more
 * are expected soon, takes the newest first, and cancels the oldest that it believes late.
 */
import type { Work } from '../../src/modules/inference/scheduler/work';
import type { Policy } from '../../test/support/simulated-device';

interface Batch {
  readonly works: readonly Work[];
  readonly rows: number;
  /** How long its newest had waited when it was called. */
  readonly waitMs: number;
}

abstract class QueuePolicy implements Policy<Batch> {
  protected queue: Work[] = [];
  protected busy = false;
  private late: Work[] = [];

  offer(work: Work): boolean {
    this.queue.push(work);
    return true;
  }

  abstract next(now: number): Batch | undefined;
  abstract lookAgainAt(now: number): number;

  finished(_batch: Batch, _deviceMs: number, _now: number): void {
    this.busy = false;
  }

  dropped(): readonly Work[] {
    const dropped = this.late;
    this.late = [];
    return dropped;
  }

  protected drop(works: readonly Work[]): void {
    this.late.push(...works);
  }

  protected batchOf(works: readonly Work[], now: number): Batch {
    this.busy = true;
    const newest = Math.max(...works.map(({ arrivedAt }) => arrivedAt));
    return { works, rows: works.reduce((sum, { rows }) => sum + rows, 0), waitMs: now - newest };
  }
}

/** Waits until the oldest has waited so long or the batch is full; what is past its deadline by then is dropped. */
export class FixedWindow extends QueuePolicy {
  constructor(
    private readonly windowMs: number,
    private readonly batchRows: number,
  ) {
    super();
  }

  next(now: number): Batch | undefined {
    if (this.busy) return undefined;
    const late = this.queue.filter(({ deadlineAt }) => deadlineAt <= now);
    if (late.length > 0) {
      this.drop(late);
      this.queue = this.queue.filter(({ deadlineAt }) => deadlineAt > now);
    }
    const rows = this.queue.reduce((sum, work) => sum + work.rows, 0);
    const oldest = this.queue[0];
    if (!oldest || (rows < this.batchRows && now - oldest.arrivedAt < this.windowMs)) return undefined;
    let taken = 0;
    let room = this.batchRows;
    while (taken < this.queue.length && this.queue[taken]!.rows <= room) room -= this.queue[taken++]!.rows;
    return this.batchOf(this.queue.splice(0, taken), now);
  }

  lookAgainAt(): number {
    const oldest = this.queue[0];
    return oldest && !this.busy ? oldest.arrivedAt + this.windowMs : Infinity;
  }
}

const TICK_MS = 1;
const DECAY = 0.95;
const KEPT_SAMPLES = 50;
const REFRESH_MS = 5000;

export class BentoMl extends QueuePolicy {
  private readonly samples: { readonly rows: number; readonly tookMs: number; readonly waitMs: number }[] =
    [];
  private perRowMs: number;
  private perBatchMs: number;
  private waitMs = 10;
  private refreshedAt = -Infinity;

  constructor(
    private readonly maxLatencyMs: number,
    private readonly batchRows: number,
  ) {
    super();
    this.perRowMs = (maxLatencyMs * 2) / 30;
    this.perBatchMs = maxLatencyMs / 30;
  }

  next(now: number): Batch | undefined {
    this.cancelLate(now);
    const newest = this.queue.at(-1);
    if (this.busy || !newest) return undefined;
    const count = this.queue.length;
    const expectedGain = count * (now - newest.arrivedAt + TICK_MS + this.perRowMs);
    if (count < this.batchRows && expectedGain <= this.waitMs * DECAY) return undefined;
    let taken = 0;
    let room = this.batchRows;
    // As there: it counts from the oldest how many fit, and then takes so many of the newest.
    while (taken < count && this.queue[taken]!.rows < room) room -= this.queue[taken++]!.rows;
    return this.batchOf(this.queue.splice(count - taken).reverse(), now);
  }

  override finished(batch: Batch, deviceMs: number, now: number): void {
    super.finished(batch, deviceMs, now);
    this.samples.push({ rows: batch.works.length, tookMs: deviceMs, waitMs: batch.waitMs });
    if (this.samples.length > KEPT_SAMPLES) this.samples.shift();
    // Its first three batches each teach it; later ones every five seconds.
    if (this.samples.length > 3 && now - this.refreshedAt < REFRESH_MS) return;
    if (this.samples.length > 3) this.refreshedAt = now;
    this.refresh();
  }

  lookAgainAt(now: number): number {
    return this.queue.length > 0 ? now + TICK_MS : Infinity;
  }

  private cancelLate(now: number): void {
    let count = 0;
    for (const { arrivedAt } of this.queue) {
      const waiting = this.queue.length - count;
      const latency = now - arrivedAt + this.perRowMs * waiting + this.perBatchMs;
      const late = waiting > 1 ? latency >= this.maxLatencyMs : now - arrivedAt >= this.maxLatencyMs;
      if (!late) break;
      count++;
    }
    if (count > 0) this.drop(this.queue.splice(0, count));
  }

  private refresh(): void {
    const { samples } = this;
    const n = samples.length;
    const mean = (of: (sample: (typeof samples)[number]) => number): number =>
      samples.reduce((sum, sample) => sum + of(sample), 0) / n;
    const rows = mean((sample) => sample.rows);
    const took = mean((sample) => sample.tookMs);
    const variance = mean((sample) => (sample.rows - rows) ** 2);
    const covariance = mean((sample) => (sample.rows - rows) * (sample.tookMs - took));
    // Of one size only, the line of least norm, which is what numpy's lstsq answers.
    const slope = variance > 0 ? covariance / variance : (took * rows) / (rows ** 2 + 1);
    this.perRowMs = Math.max(1e-3, slope);
    this.perBatchMs = Math.max(0, variance > 0 ? took - slope * rows : took / (rows ** 2 + 1));
    this.waitMs = Math.max(
      0,
      mean((sample) => sample.waitMs),
    );
  }
}
