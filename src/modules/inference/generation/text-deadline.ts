/**
 * Until when a text is of use: its first token by one moment, its end by another. What has not come by then is cut off, in the
 * queue or in the engine, by a signal that is not the reader's: who waits is told why, and has not left.
 */
import { Cancellation, type CancelSignal } from '../../../kernel/cancellation';
import type { AppError } from '../../../kernel/errors';
import { deadlinePassed, textNotWhole } from '../inference.errors';

export interface TextTimes {
  /** Milliseconds left until its first token is to be there. */
  readonly beginsWithinMs: number;
  /** Until it is to be whole; Infinity = as long as it takes. */
  readonly endsWithinMs: number;
}

export class TextDeadline {
  private readonly cut = new Cancellation();
  private readonly stay: () => void;
  private readonly endsAt: number;
  private timer: NodeJS.Timeout | undefined;
  private isBegun = false;

  /** @param reader follows whoever reads, too. */
  constructor(reader: CancelSignal, { beginsWithinMs, endsWithinMs }: TextTimes) {
    this.stay = this.cut.follow(reader);
    this.endsAt = performance.now() + endsWithinMs;
    if (endsWithinMs < beginsWithinMs) this.cutIn(endsWithinMs, textNotWhole);
    else this.cutIn(beginsWithinMs, deadlinePassed);
  }

  get signal(): CancelSignal {
    return this.cut;
  }

  /** Its engine writes. */
  begun(): void {
    if (this.isBegun) return;
    this.isBegun = true;
    clearTimeout(this.timer);
    if (this.endsAt < Infinity) this.cutIn(this.endsAt - performance.now(), textNotWhole);
  }

  /** Whatever became of the text. */
  end(): void {
    clearTimeout(this.timer);
    this.stay();
  }

  private cutIn(ms: number, why: () => AppError): void {
    this.timer = setTimeout(() => this.cut.abort(why()), Math.max(0, ms));
  }
}
