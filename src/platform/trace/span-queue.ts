/**
 * Spans that have ended wait here, so many and no more, and leave in batches, one after the other, beside all work: a collector that
 * hangs or is away slows nobody and fills no memory. What is lost is counted.
 */
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Span } from './span';
import type { SpanSink } from './tracer';

export interface QueueLimits {
  /** Spans that wait. */
  readonly waiting: number;
  /** Spans that are sent together. */
  readonly batch: number;
  /** From the first span of a batch until it is sent. */
  readonly gatherMs: number;
  /** How long the end of the process waits for the last ones. */
  readonly lastMs: number;
}

/** The first three are what OpenTelemetry prescribes for batches. */
export const QUEUE_LIMITS: QueueLimits = { waiting: 2048, batch: 512, gatherMs: 5_000, lastMs: 3_000 };

/** @throws Error in words when the batch did not arrive. */
export type SendSpans = (spans: readonly Span[]) => Promise<void>;

export class SpanQueue implements SpanSink {
  private waiting: Span[] = [];
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isFailing = false;
  private isStopped = false;
  private readonly counted;

  constructor(
    private readonly send: SendSpans,
    metrics: Pick<Metrics, 'counter'>,
    private readonly log: Log,
    private readonly limits: QueueLimits = QUEUE_LIMITS,
  ) {
    this.counted = metrics.counter(
      'trace_spans',
      'Spans that ended, by what became of them: sent, dropped because too many waited, or lost because the collector did not take them.',
      ['outcome'],
    );
  }

  add(span: Span): void {
    if (this.isStopped || this.waiting.length >= this.limits.waiting)
      return this.counted.inc({ outcome: 'dropped' });
    this.waiting.push(span);
    if (this.waiting.length >= this.limits.batch) void this.sendAll();
    else this.timer ??= setTimeout(() => void this.sendAll(), this.limits.gatherMs).unref();
  }

  /** Waits for what has ended until now, and no longer than a stop does. */
  async flush(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.limits.lastMs)));
    // A batch that is under way does not hold the ones that came since.
    await Promise.race([late, this.sendAll().then(() => this.sendAll())]);
    clearTimeout(timer);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.flush();
    clearTimeout(this.timer);
    this.counted.inc({ outcome: 'dropped' }, this.waiting.splice(0).length);
  }

  private sendAll(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.sendBatches().finally(() => (this.sending = undefined));
    return this.sending;
  }

  private async sendBatches(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.limits.batch);
      try {
        await this.send(batch);
        this.counted.inc({ outcome: 'sent' }, batch.length);
        if (this.isFailing) this.log.warn({}, 'the collector takes traces again');
        this.isFailing = false;
      } catch (error) {
        this.counted.inc({ outcome: 'lost' }, batch.length);
        if (!this.isFailing)
          this.log.warn({ error }, 'traces could not be sent; it is tried on, and what is lost is counted');
        this.isFailing = true;
      }
    }
  }
}
