/**
 * A value that follows the work it was set for through every `await`: AsyncLocalStorage that is switched off while no
 * work carries a value. On Node 20 a storage that is on costs every promise and callback of the process, which is a
 * quarter of the CPU of a small read; reads carry nothing, so they need not pay for the writes.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export class AsyncScope<T> {
  private readonly storage = new AsyncLocalStorage<T | undefined>();
  private carrying = 0;

  /** Runs `work` with `value`; what it leaves running when its promise settles may find nothing any more. */
  async run<R>(value: T, work: () => Promise<R>): Promise<R> {
    return this.carry(value, work);
  }

  /** Runs `work` without the value that its caller carries. */
  async without<R>(work: () => Promise<R>): Promise<R> {
    return this.carry(undefined, work);
  }

  current(): T | undefined {
    return this.storage.getStore();
  }

  private async carry<R>(value: T | undefined, work: () => Promise<R>): Promise<R> {
    this.carrying += 1;
    try {
      return await this.storage.run(value, work);
    } finally {
      this.carrying -= 1;
      if (this.carrying === 0) this.storage.disable();
    }
  }
}
