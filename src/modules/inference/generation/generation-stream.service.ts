/**
 * Texts that outlive the connection of their reader: each has an id, its chunks are numbered and kept in this process for
 * a while, and a reader who comes back goes on from any number. Nothing is written or billed twice. A text without a
 * reader is cut off after a grace period, and then what was delivered is billed. One that was asked for under an idempotency
 * key is written to its end, whether somebody reads or not, because its reader has the means to come back; it is kept for a day.
 */
import { Cancellation } from '../../../kernel/cancellation';
import type { Clock } from '../../../kernel/clock';
import { AppError, invalidInput } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf } from '../../../kernel/principal';
import { keyReused, textBroken, writtenNow } from '../inference.errors';
import type { InferenceRecord } from '../record/inference-record';
import type { PredictionKeys } from '../prediction/prediction-key.service';
import { joined, toldOfTheEnd, until, type WholeText } from '../faces/text-stream';
import { ChunkLog } from './chunk-log';
import type { GenerationCall, GenerationChunk, TextKeeping } from './generation';
import type { GenerationService } from './generation.service';
import type { KeptText, KeptTexts } from './kept-texts';
import type { Claim, TextClaims } from './text-claims';

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
  readonly leaving: Cancellation;
  /** Under which it was asked for; null = it is cut off when its readers have left. */
  readonly key: Key | null;
  readers: number;
  timer: NodeJS.Timeout | undefined;
}

type AskedKey = NonNullable<InferenceRecord['idempotency']> & { readonly customerId: string };
/** With the right to write under it. */
type Key = AskedKey & { readonly claim: Claim };

export interface StreamDoors {
  readonly generations: Pick<GenerationService, 'generate' | 'chunksOf' | 'write'>;
  readonly keys: Pick<PredictionKeys<unknown>, 'hash' | 'keyOf' | 'known'>;
  readonly kept: KeptTexts;
  readonly claims: Pick<TextClaims, 'take'>;
  readonly clock: Clock;
}

export class GenerationStreams {
  private readonly streams = new Map<string, Stream>();
  private readonly byKey = new Map<string, Stream>();

  constructor(
    private readonly doors: StreamDoors,
    private readonly limits: StreamLimits = STREAM_LIMITS,
  ) {}

  /**
   * Begins a text, whose first reader is the caller; or goes on, from a number, with the one that its key began.
   * @throws AppError IDEMPOTENCY_KEY_REUSED when the key came with another input.
   */
  begin(
    owner: string,
    call: Omit<GenerationCall, 'signal' | 'keeping'>,
    from = 1,
  ): AsyncIterableIterator<StreamedChunk> {
    return call.idempotencyKey == null
      ? this.read(this.start(owner, call, null), 1)
      : later(() => this.underKey(owner, call, from));
  }

  /** The chunks of a text for a reader that cannot resume, until its signal: leaving is leaving, but for a text under a key. */
  generate(call: GenerationCall): AsyncIterable<GenerationChunk> {
    const { idempotencyKey, principal, signal } = call;
    const chunks =
      idempotencyKey == null ? this.doors.generations.generate(call) : this.begin(actorOf(principal), call);
    return toldOfTheEnd(until(signal, chunks));
  }

  /** The same for a reader who wants it whole. @throws AppError also when it broke off. */
  async whole(call: GenerationCall): Promise<WholeText> {
    if (call.idempotencyKey == null) return joined(await this.doors.generations.chunksOf(call));
    const chunks: GenerationChunk[] = [];
    for await (const chunk of this.generate(call)) chunks.push(chunk);
    return joined(chunks);
  }

  /** The chunks of a text from a number on. @throws AppError NOT_FOUND when it is not (or no longer) kept, INVALID_INPUT beyond its end. */
  resume(
    owner: string,
    { customerId, streamId, from }: { customerId: string; streamId: string; from: number },
  ): AsyncIterableIterator<StreamedChunk> {
    const stream = this.streams.get(streamId);
    if (stream?.owner === owner) return this.read(stream, from);
    return later(async () => {
      const text = await this.doors.kept.ofPrediction(customerId, streamId, owner);
      if (!text) throw streamGone();
      return readAgain(text, from);
    });
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
    this.byKey.clear();
  }

  private async underKey(
    owner: string,
    call: Omit<GenerationCall, 'signal' | 'keeping'>,
    from: number,
  ): Promise<AsyncIterableIterator<StreamedChunk>> {
    const { keys } = this.doors;
    const { customerId, deployment, versionId, prompt, parameters, endUserId, endUserExternalId } = call;
    // Faces say in different ways that somebody named nobody.
    const person = { endUserId: endUserId ?? undefined, endUserExternalId: endUserExternalId ?? undefined };
    const asked = { deployment, versionId, prompt, parameters, ...person };
    const key = {
      customerId,
      key: keys.keyOf(call.principal, call.idempotencyKey!),
      inputHash: keys.hash(JSON.parse(JSON.stringify(asked)) as object),
    };
    const name = nameOf(key);
    let stream = this.byKey.get(name);
    if (!stream) {
      const before = await this.writtenUnder(key, from);
      if (before) return before;
      const claim = await this.doors.claims.take(`text under ${name}`);
      if (!claim) throw writtenNow();
      try {
        // Whoever held it before may have written it meanwhile.
        const meanwhile = await this.writtenUnder(key, from);
        if (meanwhile) return meanwhile;
        // Another call of the key may have come to this process.
        stream = this.byKey.get(name) ?? this.start(owner, call, { ...key, claim });
      } finally {
        if (stream?.key?.claim !== claim) claim.release();
      }
    }
    if (stream.key!.inputHash !== key.inputHash) throw keyReused();
    return this.read(stream, from);
  }

  /** The text that the key made before; undefined for a free key. @throws AppError IDEMPOTENCY_KEY_REUSED. */
  private async writtenUnder(
    { customerId, key, inputHash }: AskedKey,
    from: number,
  ): Promise<AsyncIterableIterator<StreamedChunk> | undefined> {
    const inferenceId = await this.doors.keys.known(customerId, key, inputHash);
    if (inferenceId === undefined) return undefined;
    const text = await this.doors.kept.ofInference(customerId, inferenceId);
    if (!text) throw streamGone();
    return readAgain(text, from);
  }

  private start(owner: string, call: Omit<GenerationCall, 'signal' | 'keeping'>, key: Key | null): Stream {
    const { generations, kept, clock } = this.doors;
    const leaving = new Cancellation();
    // What is kept is a prediction, and is found as one.
    const id = newId(key ? 'prd' : 'gen', clock.now());
    const stream: Stream = { id, owner, log: new ChunkLog(), leaving, key, readers: 0, timer: undefined };
    this.makeRoom();
    this.streams.set(id, stream);
    if (key) this.byKey.set(nameOf(key), stream);
    const keeping: TextKeeping | undefined = key
      ? {
          idempotency: { key: key.key, inputHash: key.inputHash },
          answerOf: (text) => kept.answerOf(id, text, true),
        }
      : undefined;
    void generations.write({ ...call, keeping, signal: leaving }, stream.log).then(() => this.ended(stream));
    return stream;
  }

  private read(stream: Stream, from: number): AsyncIterableIterator<StreamedChunk> {
    // It has a reader again. One that has ended is forgotten in its time, whoever reads it.
    if (!stream.log.ended) clearTimeout(stream.timer);
    stream.readers++;
    let number = from;
    let isReading = true;
    let broke: AppError | undefined;
    const leave = (): void => {
      if (!isReading) return;
      isReading = false;
      stream.readers--;
      if (stream.readers === 0 && !stream.log.ended && !stream.key) this.afterGrace(stream);
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
          if (broke) throw broke;
          const chunk = await stream.log.at(number);
          if (!chunk) {
            refuseBeyond(number, stream.log.next - 1);
            return (leave(), done);
          }
          number = chunk.number + 1;
          if (chunk.finishReason === 'ERROR') broke = chunk.brokenBy ?? textBroken();
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
    stream.key?.claim.release();
    // What failed leaves its key free.
    if (stream.log.failed) this.forgetKey(stream);
    stream.timer = setTimeout(() => this.forget(stream), this.limits.keepMs);
    stream.timer.unref();
  }

  /** Streams that have ended give way to new ones; those under way are bounded by the queue that admits them. */
  private makeRoom(): void {
    for (const stream of this.streams.values()) {
      if (this.streams.size < this.limits.kept) return;
      if (stream.log.ended) this.forget(stream);
    }
  }

  private forget(stream: Stream): void {
    clearTimeout(stream.timer);
    this.streams.delete(stream.id);
    this.forgetKey(stream);
  }

  private forgetKey(stream: Stream): void {
    if (stream.key && this.byKey.get(nameOf(stream.key)) === stream) this.byKey.delete(nameOf(stream.key));
  }
}

function nameOf({ customerId, key }: AskedKey): string {
  return `${customerId}\n${key}`;
}

/** Opened by the first question for a chunk. */
async function* later(
  open: () => Promise<AsyncIterableIterator<StreamedChunk>>,
): AsyncGenerator<StreamedChunk, void> {
  yield* await open();
}

async function* readAgain({ id, chunks }: KeptText, from: number): AsyncGenerator<StreamedChunk, void> {
  refuseBeyond(from, chunks.length);
  for (const chunk of chunks.slice(from - 1)) yield { ...chunk, streamId: id };
}

/** One after the last is what a reader asks for who has them all. */
function refuseBeyond(from: number, chunks: number): void {
  if (from <= chunks + 1) return;
  const message = `This text has ${chunks} chunks; resume from ${chunks + 1} at most.`;
  throw invalidInput(['input', 'resumeFrom'], message, 'max');
}

function streamGone(): AppError {
  const message =
    'This text is not kept here any more. What was delivered of it is billed; ask again for a new text.';
  return new AppError('NOT_FOUND', message, ['input', 'streamId']);
}
