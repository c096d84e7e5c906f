/** What is seen of a load while it runs: how long queries took and of what, how many were over the bound, and what failed. */
import { LatencyHistogram } from './latency-histogram';

export interface AnswerParts {
  readonly queueMs: number;
  readonly computeMs: number;
}

export interface QuantileRow {
  readonly quantile: number;
  readonly totalMs: number;
  readonly queueMs: number;
  readonly computeMs: number;
  readonly restMs: number;
}

const QUANTILES = [0.5, 0.9, 0.99, 0.999];

export class LoadRecord {
  answeredRows = 0;
  /** Refused, late or failed: nobody got an answer. */
  failed = 0;
  /** Answered, but later than the bound. */
  late = 0;
  firstFailure: string | null = null;
  private readonly total = new LatencyHistogram();
  private readonly queue = new LatencyHistogram();
  private readonly compute = new LatencyHistogram();
  private readonly rest = new LatencyHistogram();

  constructor(private readonly boundMs: number | null) {}

  /** Answered or not. */
  get queries(): number {
    return this.total.count + this.failed;
  }

  answered(totalMs: number, { queueMs, computeMs }: AnswerParts, rows: number): void {
    this.answeredRows += rows;
    this.total.add(totalMs);
    this.queue.add(queueMs);
    this.compute.add(computeMs);
    this.rest.add(Math.max(0, totalMs - queueMs - computeMs));
    if (this.boundMs !== null && totalMs > this.boundMs) this.late++;
  }

  fail(error: unknown): void {
    this.failed++;
    this.firstFailure ??= error instanceof Error ? error.message : 'unknown';
  }

  /** Each part by itself: the slowest hundredth of the queue need not be that of the device. Empty without an answer. */
  quantiles(): QuantileRow[] {
    if (this.total.count === 0) return [];
    return QUANTILES.map((quantile) => ({
      quantile,
      totalMs: this.total.quantile(quantile),
      queueMs: this.queue.quantile(quantile),
      computeMs: this.compute.quantile(quantile),
      restMs: this.rest.quantile(quantile),
    }));
  }
}
