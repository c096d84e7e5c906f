/** Slows down guessing: so many failures a key (account, address) in a window, then nothing until the window is over. */
import type { Clock } from '../../../kernel/clock';

const WINDOW_MS = 15 * 60_000;
const MAX_KEYS = 100_000;

export class AttemptLimit {
  private readonly failures = new Map<string, { count: number; since: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly max: number,
  ) {}

  /** Milliseconds until the key may try again; 0 when it may now. */
  blockedFor(key: string): number {
    const entry = this.failures.get(key);
    if (!entry) return 0;
    const left = entry.since + WINDOW_MS - this.clock.millis();
    if (left <= 0) {
      this.failures.delete(key);
      return 0;
    }
    return entry.count >= this.max ? left : 0;
  }

  fail(key: string): void {
    const entry = this.failures.get(key);
    if (entry) entry.count++;
    else {
      if (this.failures.size >= MAX_KEYS) this.failures.delete(this.failures.keys().next().value!);
      this.failures.set(key, { count: 1, since: this.clock.millis() });
    }
  }

  succeed(key: string): void {
    this.failures.delete(key);
  }
}
