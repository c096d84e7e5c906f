/** A text as far as it was written: what it is, what of it was delivered, and what it took. */
import type { TokenChunk } from '../../compute';

export class WrittenText {
  promptTokens = 0;
  completionTokens = 0;
  deviceMs = 0;
  all = '';
  private delivered = 0;
  private readonly lengths: number[] = [];

  add({ text, tokens, promptTokens, deviceMs }: TokenChunk): void {
    this.all += text;
    this.completionTokens += tokens;
    this.promptTokens += promptTokens ?? 0;
    this.deviceMs += deviceMs;
  }

  /** What was not delivered yet. */
  get undelivered(): string {
    return this.all.slice(this.delivered);
  }

  /** The lengths of what was delivered at a time, and of what was not. */
  get pieces(): readonly number[] {
    return [...this.lengths, this.undelivered.length];
  }

  /** The same, which counts as delivered from now on. */
  deliver(): string {
    const piece = this.undelivered;
    this.delivered = this.all.length;
    if (piece !== '') this.lengths.push(piece.length);
    return piece;
  }
}
