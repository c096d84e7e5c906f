/** Time that passes only when nothing else is to be done: whoever waits is woken in the order of their times, and nobody sleeps. */
import type { CancelSignal } from '../../src/kernel/cancellation';

export class VirtualTime {
  private at = 0;
  private readonly sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.at;
  }

  until(at: number, signal?: CancelSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => (signal?.aborted ? reject(signal.reason as Error) : resolve());
      this.sleepers.push({ at: Math.max(at, this.at), wake });
    });
  }

  /** Lets time pass until the work is done. */
  async pass<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return work;
      this.sleepers.sort((a, b) => a.at - b.at);
      const next = this.sleepers.shift();
      if (!next) throw new Error('nobody waits for any time, and the work is not done');
      this.at = next.at;
      next.wake();
    }
  }
}
