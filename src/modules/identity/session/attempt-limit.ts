/**
 * Slows down guessing: so many failures a key (account, address) in a window, then nothing until the window is over. Each process
 * knows what it has seen; a failure, and nothing else, is also counted in the database, where the process learns what the others saw.
 */
import type { Clock } from '../../../kernel/clock';

const WINDOW_MS = 15 * 60_000;
const MAX_KEYS = 100_000;

/** What all processes have counted of a key. */
export interface SharedCounts {
  /** One more failure; a count from before `windowStart` begins anew. */
  add(key: string, now: Date, windowStart: Date): Promise<{ readonly count: number; readonly since: Date }>;
  forget(key: string): Promise<void>;
}

export class AttemptLimit {
  private readonly failures = new Map<string, { count: number; since: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly max: number,
    private readonly shared?: SharedCounts,
  ) {}

  /** Milliseconds until the key may try again; 0 when it may now, as far as this process knows. */
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

  /** Milliseconds for which the attempt should not have been, because others had used them all up; else 0. */
  async fail(key: string): Promise<number> {
    const now = this.clock.millis();
    // At once: many that came together wait for no database.
    const entry = this.counted(key, now);
    if (!this.shared) return 0;
    const { count, since } = await this.shared.add(key, new Date(now), new Date(now - WINDOW_MS));
    if (count > entry.count) Object.assign(entry, { count, since: since.getTime() });
    return count > this.max ? this.blockedFor(key) : 0;
  }

  async succeed(key: string): Promise<void> {
    const isKnown = this.failures.delete(key);
    // Who made no mistake here waits for nothing.
    if (isKnown) await this.shared?.forget(key);
  }

  private counted(key: string, now: number): { count: number; since: number } {
    let entry = this.failures.get(key);
    if (entry) entry.count++;
    else {
      if (this.failures.size >= MAX_KEYS) this.failures.delete(this.failures.keys().next().value!);
      entry = { count: 1, since: now };
      this.failures.set(key, entry);
    }
    return entry;
  }
}
