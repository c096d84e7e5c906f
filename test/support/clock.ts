/** Real time, plus what a test adds to it: jobs and tokens go on as usual, and a month passes in a line. */
import type { Clock } from '../../src/kernel/clock';

export class ShiftedClock implements Clock {
  private shift = 0;

  now(): Date {
    return new Date(this.millis());
  }

  millis(): number {
    return Date.now() + this.shift;
  }

  monotonic(): number {
    return performance.now() + this.shift;
  }

  advance(milliseconds: number): void {
    this.shift += milliseconds;
  }
}
