/**
 * Texts that outlive the connection of their reader: each has an id, its chunks are numbered and kept in this process for
 * a while, and a reader who comes back goes on from any number. Nothing is written or billed twice. A text without a
 * reader is cut off after a grace period, and then what was delivered is billed.
 */
import type { Clock } from '../../../kernel/clock';
import { AppError } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { textBroken } from '../inference.errors';
import { ChunkLog } from './chunk-log';
import type { GenerationCall, GenerationChunk } from './generation';
import type { GenerationService } from './generation.service';

export interface StreamLimits {
  /** How long a text goes on without a reader. */
  readonly graceMs: number;
  /** How long the chunks of a text that has ended are kept. */
  readonly keepMs: number;
  /** Streams kept at most; the one that ended first goes first. */
  readonly kept: number;
}

export const STREAM_LIMITS: StreamLimits = { graceMs: 10_000, keepMs: 120_000, kept: 2_000 };

export interface StreamedChunk extends GenerationChunk {
  readonly streamId: string;
}

interface Stream {
  readonly id: string;
  /** Only who began it may go on reading. */
  readonly owner: string;
  readonly log: ChunkLog;
  readonly leaving: AbortController;
  readers: number;
  timer: NodeJS.Timeout | undefined;
}

export class GenerationStreams {
  private readonly streams = new Map<string, Stream>();

  constructor(
    private readonly generations: GenerationService,
    private readonly clock: Clock,
    private readonly limits: StreamLimits = STREAM_LIMITS,
  ) {}

  /** Begins a text; it is written from now on, and its first reader is the caller. */
  begin(owner: string, call: Omit<GenerationCall, 'signal'>): AsyncIterableIterator<StreamedChunk> {
    const leaving = new AbortController();
    const id = newId('gen', this.clock.now());
    const stream: Stream = { id, owner, log: new ChunkLog(), leaving, readers: 0, timer: undefined };
    this.makeRoom();
    this.streams.set(id, stream);
    void this.generations
      .write({ ...call, signal: leaving.signal }, stream.log)
      .then(() => this.ended(stream));
    return this.read(stream, 1);
  }

  /** The chunks of a text from a number on. @throws AppError NOT_FOUND when it is not (or no longer) kept here. */
  resume(owner: string, streamId: string, from: number): AsyncIterableIterator<StreamedChunk> {
    const stream = this.streams.get(streamId);
    if (!stream || stream.owner !== owner) throw streamGone();
    return this.read(stream, from);
  }

  /** Cuts off what is still being written, and waits until it is billed. */
  async stop(): Promise<void> {
    const open = [...this.streams.values()];
    for (const { leaving } of open) leaving.abort(new Error('The server is stopping.'));
    for (const stream of open) {
      clearTimeout(stream.timer);
      for (let number = stream.log.next; ; number++) {
        const chunk = await stream.log.at(number).catch(() => undefined);
        if (!chunk) break;
      }
    }
    this.streams.clear();
  }

  private read(stream: Stream, from: number): AsyncIterableIterator<StreamedChunk> {
    clearTimeout(stream.timer);
    stream.readers++;
    let number = from;
    let isReading = true;
    let broke = false;
    const leave = (): void => {
      if (!isReading) return;
      isReading = false;
      stream.readers--;
      if (stream.readers === 0 && !stream.log.ended) this.afterGrace(stream);
    };
    const done = { done: true, value: undefined } as const;
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        if (!isReading) return done;
        try {
          // A stream that broke ends with an error event, never with a clean close.
          if (broke) throw textBroken();
          const chunk = await stream.log.at(number);
          if (!chunk) return (leave(), done);
          number = chunk.number + 1;
          broke = chunk.finishReason === 'ERROR';
          return { done: false, value: { ...chunk, streamId: stream.id } };
        } catch (error) {
          leave();
          throw error;
        }
      },
      return: async () => {
        leave();
        return done;
      },
    };
  }

  private afterGrace(stream: Stream): void {
    const { leaving } = stream;
    stream.timer = setTimeout(() => leaving.abort(new Error('The reader left.')), this.limits.graceMs);
    stream.timer.unref();
  }

  private ended(stream: Stream): void {
    clearTimeout(stream.timer);
    stream.timer = setTimeout(() => this.streams.delete(stream.id), this.limits.keepMs);
    stream.timer.unref();
  }

  /** Streams that have ended give way to new ones; those under way are bounded by the queue that admits them. */
  private makeRoom(): void {
    for (const { id, log, timer } of this.streams.values()) {
      if (this.streams.size < this.limits.kept) return;
      if (!log.ended) continue;
      clearTimeout(timer);
      this.streams.delete(id);
    }
  }
}

function streamGone(): AppError {
  const message =
    'This text is not kept here any more. What was delivered of it is billed; ask again for a new text.';
  return new AppError('NOT_FOUND', message, ['input', 'streamId']);
}
