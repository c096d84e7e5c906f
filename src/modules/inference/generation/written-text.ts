/** A text as far as it was written: what it is, what of it was delivered, and what it took. */
import type { TokenChunk } from '../../compute';

export class WrittenText {
  promptTokens = 0;
  completionTokens = 0;
  deviceMs = 0;
  all = '';
  private delivered = 0;

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

  /** The same, which counts as delivered from now on. */
  deliver(): string {
    const piece = this.undelivered;
    this.delivered = this.all.length;
    return piece;
  }
}
