/**
 * Leaves alone what keeps failing: after some failures in a row nothing is sent for a while, then one request tries, and its
 * outcome decides for the others (the circuit breaker of M. Nygard, Release It!, 2007). Pure; time comes from outside.
 */
const FAILURES = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export class Circuit {
  private failures = 0;
  private pauses = 0;
  private closedUntil = 0;
  private trying = false;

  /** @param now milliseconds of any clock that never goes back. */
  constructor(private readonly now: () => number) {}

  /** 0 when a request may be sent; else how many milliseconds to stay away. A request that may is to be followed by its outcome. */
  waitMs(): number {
    if (this.failures < FAILURES) return 0;
    const left = this.closedUntil - this.now();
    if (left > 0) return Math.ceil(left);
    if (this.trying) return FIRST_PAUSE_MS;
    this.trying = true;
    return 0;
  }

  succeeded(): void {
    this.failures = 0;
    this.pauses = 0;
    this.trying = false;
  }

  failed(): void {
    this.failures++;
    this.trying = false;
    if (this.failures < FAILURES) return;
    this.closedUntil = this.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.pauses);
    this.pauses++;
  }

  /** It ended without saying anything about who was asked: the client left, or the request itself was at fault. */
  undecided(): void {
    this.trying = false;
  }
}
