/**
 * Who waits: in front all those whom somebody waits for, and behind them what gives way. Those in front are to notice nothing of
 * it, so whoever asks about them asks their queue alone.
 */
import { FairQueue } from './fair-queue';
import type { SchedulerLimits, Work } from './work';

export class TwoQueues<W extends Work> {
  readonly front: FairQueue<W>;
  private readonly behind: FairQueue<W>;

  /** @param estimate as that of FairQueue. */
  constructor(
    estimate: (work: W) => number,
    private readonly limits: Pick<SchedulerLimits, 'totalRows' | 'totalBytes'>,
  ) {
    this.front = new FairQueue<W>(estimate);
    this.behind = new FairQueue<W>(estimate);
  }

  of({ givesWay }: Pick<W, 'givesWay'>): FairQueue<W> {
    return givesWay ? this.behind : this.front;
  }

  /** The one whose turn it is. */
  get current(): FairQueue<W> {
    return this.front.rows > 0 ? this.front : this.behind;
  }

  get rows(): number {
    return this.front.rows + this.behind.rows;
  }

  get bytes(): number {
    return this.front.bytes + this.behind.bytes;
  }

  *all(): Generator<W> {
    yield* this.front.all();
    yield* this.behind.all();
  }

  *lanes(): Generator<readonly [lane: string, rows: number]> {
    yield* this.front.lanes();
    yield* this.behind.lanes();
  }

  /** Those in front were admitted as if nothing gave way: it must go. */
  get isCrowded(): boolean {
    const { rows, bytes, limits } = this;
    return this.behind.rows > 0 && (rows > limits.totalRows || bytes > limits.totalBytes);
  }
}
