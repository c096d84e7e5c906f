/**
 * The chunks of one text, kept in order while it is written and a while longer: any number of readers take them from any
 * number on, so a reader whose connection broke goes on where it was. What ends it is told after the last chunk.
 */
import type { GenerationChunk } from './generation';

export class ChunkLog {
  readonly chunks: GenerationChunk[] = [];
  private end: { readonly error: unknown } | undefined;
  private wakes: (() => void)[] = [];

  /** The number of the next chunk. */
  get next(): number {
    return this.chunks.length + 1;
  }

  get ended(): boolean {
    return this.end !== undefined;
  }

  /** Whether it ended with an error. */
  get failed(): boolean {
    return this.end?.error !== undefined;
  }

  push(chunk: GenerationChunk): void {
    this.chunks.push(chunk);
    this.wake();
  }

  /** Nothing follows. With an error, readers get it after the last chunk. */
  close(error?: unknown): void {
    this.end ??= { error };
    this.wake();
  }

  /** The chunk of this number as soon as it is there; undefined after the last one. @throws what the log was closed with. */
  async at(number: number): Promise<GenerationChunk | undefined> {
    for (;;) {
      const chunk = this.chunks[number - 1];
      if (chunk) return chunk;
      if (this.end?.error !== undefined) throw this.end.error;
      if (this.end) return undefined;
      await new Promise<void>((resolve) => this.wakes.push(resolve));
    }
  }

  private wake(): void {
    for (const wake of this.wakes.splice(0)) wake();
  }
}
