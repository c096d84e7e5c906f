/**
 * How long to stay away from a process that keeps dying: longer with each death in a row, and anew after a life in health. Pure; time
 * comes from outside.
 */
import type { AppError } from '../../../kernel/errors';
import { engineUnavailable } from '../compute.errors';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long was healthy. */
const HEALTHY_MS = 30_000;
/** Callers wait this long for a restart; a longer pause is told to them instead. */
const PATIENCE_MS = 1_000;

export class RestartPause {
  private deaths = 0;
  private until = -Infinity;

  constructor(private readonly now = (): number => performance.now()) {}

  /** It died, or did not come to life. Answers how long to wait before the next start. */
  died(startedAt = this.now()): number {
    const now = this.now();
    this.deaths = now - startedAt > HEALTHY_MS ? 1 : this.deaths + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** (this.deaths - 1));
    this.until = now + pauseMs;
    return pauseMs;
  }

  get leftMs(): number {
    return Math.max(0, this.until - this.now());
  }

  /** No caller should wait for its end. */
  get isLong(): boolean {
    return this.leftMs > PATIENCE_MS;
  }

  /** What a caller is told who does not wait. */
  unavailable(): AppError {
    return engineUnavailable(Math.ceil(Math.max(this.leftMs, PATIENCE_MS)));
  }
}
