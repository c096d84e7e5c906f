/** Real time, plus what a test adds to it: jobs and tokens go on as usual, and a month passes in a line. */
import type { Clock } from '../../src/kernel/clock';

export class ShiftedClock implements Clock {
  private shift = 0;
  private stoppedAt: number | undefined;

  now(): Date {
    return new Date(this.millis());
  }

  millis(): number {
    return Date.now() + this.shift;
  }

  monotonic(): number {
    return (this.stoppedAt ?? performance.now()) + this.shift;
  }

  /** From here on only `advance` moves what is measured, so that no pace depends on the machine. */
  stop(): void {
    this.stoppedAt ??= performance.now();
  }

  advance(milliseconds: number): void {
    this.shift += milliseconds;
  }
}
