/**
 * Waiting for what another caller has under way. Each waits under its own signal and its own deadline, which end the wait and
 * nothing else; and the first one's are no reason for the others to fail.
 */
import { Cancellation, type CancelSignal } from '../../kernel/cancellation';
import { deadlinePassed } from './inference.errors';

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

/** What is coming. @throws the reason of the signal, when that is first. */
export async function untilAborted<T>(promise: Promise<T>, signal: CancelSignal): Promise<T> {
  signal.throwIfAborted();
  let stop!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
