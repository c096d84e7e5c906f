/**
 * The one source of time. Everything that asks "when" takes a `Clock`, so that tests move time by hand and
 * no rule depends on the machine it runs on. `Date.now()` anywhere else is a lint error.
 */
export interface Clock {
  /** The present instant. */
  now(): Date;
  /** Milliseconds since the Unix epoch. */
  millis(): number;
  /** Milliseconds since some moment, for what asks "how long": unlike the other two it never goes back when the clock is set. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  millis: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  private at: number;
  private passed = 0;

  constructor(start: Date | string = '2026-01-01T00:00:00.000Z') {
    this.at = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.at);
  }

  millis(): number {
    return this.at;
  }

  monotonic(): number {
    return this.passed;
  }

  advance(milliseconds: number): void {
    this.at += milliseconds;
    this.passed += milliseconds;
  }

  /** As somebody sets a clock that was wrong: no time passes. */
  set(instant: Date | string): void {
    this.at = new Date(instant).getTime();
  }
}
