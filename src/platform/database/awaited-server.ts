/**
 * A start that waits for its database: machines come up in any order, and a process that gave up at once would have to be started
 * again by somebody. Only what may pass by itself is waited for; a wrong password or a missing database is told at once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type CancelSignal, untilAborted } from '../../kernel/cancellation';
import { UnreachableError } from './database-error';

export interface Patience {
  /** Milliseconds for which an unreachable server is tried again. */
  readonly forMs: number;
  /** Ends the waiting. */
  readonly signal: CancelSignal;
  /** Called once, when there is something to wait for. */
  readonly begins: () => Promise<void>;
  /** Called at intervals, with how long the waiting may still last. */
  readonly tell: (refusal: UnreachableError, leftMs: number) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const TELLS_EVERY_MS = 10_000;

/** @throws what `attempt` throws: at once when it is no UnreachableError, when patience ends otherwise; and the signal's reason. */
export async function awaited(attempt: () => Promise<void>, patience: Patience): Promise<void> {
  const { forMs, signal, begins, tell } = patience;
  const end = performance.now() + forMs;
  let toldAt = -Infinity;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await untilAborted(attempt(), signal);
    } catch (error) {
      const now = performance.now();
      if (!(error instanceof UnreachableError) || now + pause > end) throw error;
      if (toldAt === -Infinity) await begins();
      if (now - toldAt >= TELLS_EVERY_MS) {
        tell(error, end - now);
        toldAt = now;
      }
    }
    await untilAborted(delay(pause), signal);
  }
}
