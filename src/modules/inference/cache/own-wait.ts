/**
 * Waiting for what another caller has under way. Each waits under its own signal and its own deadline, which end the wait and
 * nothing else: those of the first are no reason for the others to fail.
 */
import { Cancellation, type CancelSignal } from '../../../kernel/cancellation';
import { deadlinePassed } from '../inference.errors';

export interface Waiter {
  readonly signal: CancelSignal;
  readonly withinMs: number;
}

/** `wait` gets the signal of the one who waits, which its deadline ends, too. */
export async function ownWait<T>(
  { signal, withinMs }: Waiter,
  wait: (leaving: CancelSignal) => Promise<T>,
): Promise<T> {
  const leaving = new Cancellation();
  const stay = leaving.follow(signal);
  const late = setTimeout(() => leaving.abort(deadlinePassed()), withinMs);
  try {
    return await wait(leaving);
  } finally {
    clearTimeout(late);
    stay();
  }
}
