/**
 * Answers that may be given again: bounded in memory and time, and computed once however many ask at the same moment. The
 * first of them computes while the others wait; when it fails, the next one computes. Pure; the clock is handed in.
 */
import { type CancelSignal, untilAborted } from '../../../kernel/cancellation';

export interface CachedAnswer {
  readonly outputs: unknown;
  /** The prediction that was computed. */
  readonly inferenceId: string;
}

interface Entry {
  readonly answer: CachedAnswer;
  readonly until: number;
  readonly bytes: number;
}

/** What the first one owes the others: an answer, or that there will be none. What is said later changes nothing. */
export interface Flight {
  landed(answer: CachedAnswer, lifetimeMs: number): void;
  failed(): void;
}

const MAX_BYTES = 32 * 2 ** 20;
/** An answer larger than this is not worth its place. */
const MAX_ANSWER_BYTES = 256 * 2 ** 10;
/** What an entry takes beside its outputs. */
const OVERHEAD_BYTES = 300;

export class ResponseCache {
  private readonly entries = new Map<string, Entry>();
  private readonly flights = new Map<string, Promise<CachedAnswer | undefined>>();
  private bytes = 0;

  constructor(
    private readonly now: () => number,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  /** The answer as soon as there is one; or the flight, for whoever is the first to ask. @throws the reason of the signal. */
  async take(key: string, signal: CancelSignal): Promise<CachedAnswer | Flight> {
    for (;;) {
      const now = this.find(key);
      if (now) return now;
      const other = this.flights.get(key);
      if (!other) return this.begin(key);
      const answer = await untilAborted(other, signal);
      if (answer) return answer;
    }
  }

  /** The answer, if there is one now. */
  private find(key: string): CachedAnswer | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.forget(key);
    if (entry.until <= this.now()) return undefined;
    // To the end of the order: the first one in it is the one unused for longest.
    this.entries.set(key, entry);
    this.bytes += entry.bytes;
    return entry.answer;
  }

  private begin(key: string): Flight {
    let end!: (answer: CachedAnswer | undefined) => void;
    this.flights.set(key, new Promise((resolve) => (end = resolve)));
    let under = true;
    const close = (answer: CachedAnswer | undefined): void => {
      if (under) this.flights.delete(key);
      under = false;
      end(answer);
    };
    return {
      landed: (answer, lifetimeMs) => {
        this.keep(key, answer, lifetimeMs);
        close(answer);
      },
      failed: () => close(undefined),
    };
  }

  get size(): { readonly answers: number; readonly bytes: number } {
    return { answers: this.entries.size, bytes: this.bytes };
  }

  private keep(key: string, answer: CachedAnswer, lifetimeMs: number): void {
    const bytes = OVERHEAD_BYTES + Buffer.byteLength(JSON.stringify(answer.outputs));
    if (bytes > MAX_ANSWER_BYTES) return;
    this.forget(key);
    this.entries.set(key, { answer, until: this.now() + lifetimeMs, bytes });
    this.bytes += bytes;
    while (this.bytes > this.maxBytes) this.forget(this.entries.keys().next().value!);
  }

  private forget(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}
