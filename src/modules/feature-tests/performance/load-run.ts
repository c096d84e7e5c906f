/**
 * Sends the queries of a plan and notes what becomes of them. A stream sends the next query when the last is answered; a server
 * gets them when they arrive, however far behind it is, and each is timed from its arrival: a load that waits for answers
 * would not see the queue. Time is handed in, so that tests run a minute of it in a moment.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import { AppError } from '../../../kernel/errors';
import { arrivals, rowDraws } from './arrivals';
import { type LoadPlan, LoadScenario, MOST_MS } from './load-plan';
import { type AnswerParts, LoadRecord } from './load-record';

export interface LoadTime {
  /** In milliseconds; never goes back. */
  now(): number;
  /** Comes back no sooner than then, and lets others run first however late it is. @throws the reason of the signal. */
  until(at: number, signal: CancelSignal): Promise<void>;
}

/** Asks these rows as one query. @throws as a prediction. */
export type AskRows<R> = (rows: readonly R[], withinMs: number, signal: CancelSignal) => Promise<AnswerParts>;

export interface LoadFigures {
  readonly record: LoadRecord;
  /** From the first query to the last answer. */
  readonly durationMs: number;
  /** Both the planned count and the planned duration were reached. */
  readonly isComplete: boolean;
}

/** After a failure, so that an engine that is down is not asked without a pause. */
const PAUSE_MS = 10;
/** An answer is of use for ten times its bound, within these. */
const LEAST_WITHIN_MS = 1000;
const MOST_WITHIN_MS = 60_000;
/** Of OFFLINE, as many rows wait at once: half of what the queue takes of one customer. */
const WAITING_ROWS = 4096;
/** What a full queue says: come back when something was answered. */
const FULL: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED', 'DEADLINE_UNREACHABLE']);

export class LoadRun<R> {
  private readonly record: LoadRecord;
  private readonly draw: () => R[];
  private startedAt = 0;
  private endedAt = 0;
  private sent = 0;
  private inFlight = 0;
  /** Of OFFLINE: the queue has put something off. */
  private isFull = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly plan: LoadPlan,
    rows: readonly R[],
    private readonly ask: AskRows<R>,
    private readonly time: LoadTime,
    private readonly signal: CancelSignal,
  ) {
    this.record = new LoadRecord(plan.latencyBoundMs);
    this.draw = rowDraws(rows, plan.rowsPerQuery, plan.seed);
  }

  /** @throws the reason of the signal when it is ended. */
  async run(): Promise<LoadFigures> {
    this.startedAt = this.endedAt = this.time.now();
    await (this.plan.scenario === LoadScenario.SERVER
      ? this.serve()
      : this.plan.scenario === LoadScenario.OFFLINE
        ? this.flood()
        : this.stream());
    await this.drained();
    this.signal.throwIfAborted();
    const { minQueries, minDurationMs } = this.plan;
    const durationMs = this.endedAt - this.startedAt;
    const isComplete = this.record.queries >= minQueries && this.time.now() - this.startedAt >= minDurationMs;
    return { record: this.record, durationMs, isComplete };
  }

  /** 0 to 1. */
  get fraction(): number {
    const { minQueries, minDurationMs } = this.plan;
    const passed = this.time.now() - this.startedAt;
    const done = Math.min(this.sent / minQueries, minDurationMs > 0 ? passed / minDurationMs : 1);
    return Math.max(0, Math.min(1, Math.max(done, passed / MOST_MS)));
  }

  get queries(): number {
    return this.record.queries;
  }

  private async stream(): Promise<void> {
    while (!this.isDone(this.time.now())) {
      this.signal.throwIfAborted();
      const { failed } = this.record;
      await this.send(this.time.now());
      if (this.record.failed > failed) await this.time.until(this.time.now() + PAUSE_MS, this.signal);
    }
  }

  private async serve(): Promise<void> {
    for (const after of arrivals(this.plan.targetRate!, this.plan.seed)) {
      const at = this.startedAt + after;
      if (this.isDone(at)) break;
      await this.time.until(at, this.signal);
      void this.send(at);
    }
    await this.time.until(this.startedAt + this.plan.minDurationMs, this.signal);
  }

  /** All at once, as far as the queue takes it. */
  private async flood(): Promise<void> {
    const most = Math.max(1, Math.floor(WAITING_ROWS / this.plan.rowsPerQuery));
    while (!this.isDone(this.time.now())) {
      const { failed } = this.record;
      void this.send(this.time.now());
      await this.time.until(this.time.now(), this.signal);
      if (this.isFull || this.inFlight >= most) await this.nextAnswer();
      this.isFull = false;
      if (this.record.failed > failed) await this.time.until(this.time.now() + PAUSE_MS, this.signal);
      // What waited may be put off yet.
      if (this.isDone(this.time.now())) await this.drained();
    }
  }

  private async drained(): Promise<void> {
    while (this.inFlight > 0) await this.nextAnswer();
  }

  private isDone(now: number): boolean {
    const passed = now - this.startedAt;
    const { minQueries, minDurationMs } = this.plan;
    return passed >= MOST_MS || (passed >= minDurationMs && this.sent >= minQueries);
  }

  /** Never throws: what is not answered is a figure, too. */
  private async send(at: number): Promise<void> {
    const rows = this.draw();
    this.sent++;
    this.inFlight++;
    try {
      const parts = await this.ask(rows, this.withinMs, this.signal);
      this.endedAt = this.time.now();
      this.record.answered(this.endedAt - at, parts, rows.length);
    } catch (error) {
      this.endedAt = this.time.now();
      if (this.isPutOff(error)) {
        this.sent--;
        this.isFull = true;
      } else this.record.fail(error);
    } finally {
      this.inFlight--;
      this.wake?.();
    }
  }

  /** In OFFLINE nobody waits: what the queue has no room for now is sent again. */
  private isPutOff(error: unknown): boolean {
    const saysFull = error instanceof AppError && FULL.has(error.code);
    return this.plan.scenario === LoadScenario.OFFLINE && saysFull && this.inFlight > 1;
  }

  /** At once when nothing is under way. */
  private nextAnswer(): Promise<void> {
    return this.inFlight === 0 ? Promise.resolve() : new Promise((resolve) => (this.wake = resolve));
  }

  private get withinMs(): number {
    const { latencyBoundMs } = this.plan;
    if (latencyBoundMs === null) return MOST_WITHIN_MS;
    return Math.min(MOST_WITHIN_MS, Math.max(LEAST_WITHIN_MS, 10 * latencyBoundMs));
  }
}
