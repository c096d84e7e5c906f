/**
 * Leaving: whoever asked for something tells that nobody waits for the answer any more. It is listened to like an AbortSignal,
 * which it stands in for wherever requests come by the thousand: each of Node 20's own costs 5 to 20 µs, and stays in memory until
 * a full collection (decision 304).
 */
type Listener = () => void;

/** What is used of an AbortSignal; one is one of these. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Why; undefined until then. */
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: Listener, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: Listener): void;
}

export class Cancellation implements CancelSignal {
  aborted = false;
  reason: unknown;
  /** Made for the first: to many nobody listens. */
  private listeners: Set<Listener> | undefined;

  /** Tells those who listen, once and in their order. */
  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.listeners ?? []) listener();
    this.listeners = undefined;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    if (!this.aborted) (this.listeners ??= new Set()).add(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.listeners?.delete(listener);
  }

  /** Leaves when the other does. Answers what ends that: a signal that lives on would hold this one. */
  follow(other: CancelSignal): () => void {
    const leave = (): void => this.abort(other.reason);
    if (other.aborted) leave();
    else other.addEventListener('abort', leave, { once: true });
    return () => other.removeEventListener('abort', leave);
  }
}

/** Whether it was thrown because whoever asked has left: nobody's fault, and told to nobody. */
export function hasLeft(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/**
 * What is coming. @throws the reason of the signal, when that is first. To race each value against one promise of the end would keep
 * them all until then: it holds a reaction for every race, and that its value.
 */
export function untilAborted<T>(coming: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    void coming.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** The same, or undefined when the signal is first. */
export function unlessLeft<T>(coming: Promise<T>, signal: CancelSignal): Promise<T | undefined> {
  return untilAborted(coming, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
}
