/** Between a socket that brings chunks when it likes and a reader who takes them when it likes: one reader, in order. */
export class ChunkChannel<T> {
  private readonly waiting: T[] = [];
  private failure: { readonly error: unknown } | undefined;
  private wake: (() => void) | undefined;

  push(chunk: T): void {
    this.waiting.push(chunk);
    this.wake?.();
  }

  /** After what was pushed before, the reader gets this error. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.wake?.();
  }

  async next(): Promise<T> {
    for (;;) {
      if (this.waiting.length > 0) return this.waiting.shift()!;
      if (this.failure) throw this.failure.error;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
