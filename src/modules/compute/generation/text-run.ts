/** One text while it is written: each `advance` is one step of the model, so that many texts can take turns. */
import { randomInt } from 'node:crypto';
import { nextToken, seededRandom } from './sampling';
import { byteOf, type Step, type StepModel, tokensOf } from './step-graph';
import { TextCutter } from './text-cutter';
import type { TokenChunk, TokenRequest } from './token-engine';

/** Tokens of several steps leave together when they come this fast: a reader sees no difference, the wire does. */
const CHUNK_MS = 10;
/** How much of an overlong text is read again: the rest of the positions is left for what is to be written. */
const READ_AGAIN = 0.75;

export class TextRun {
  private readonly tokens: number[];
  private readonly cutter: TextCutter;
  private readonly random: () => number;
  private step: Step | undefined;
  private promptTokens: number | undefined;
  private written = 0;
  private text = '';
  private unsaidTokens = 0;
  private unsaidMs = 0;
  private saidAt = -Infinity;

  constructor(
    private readonly model: StepModel,
    private readonly request: TokenRequest,
  ) {
    this.tokens = tokensOf(request.prompt, model.graph);
    this.cutter = new TextCutter(request.stop);
    this.random = seededRandom(request.seed ?? randomInt(2 ** 31));
  }

  /** Writes one token. Answers a chunk when one is due; the one with `finish` is the last. */
  async advance(): Promise<TokenChunk | undefined> {
    const startedAt = performance.now();
    const { model, request } = this;
    const unread = this.unread();
    this.step = await model.step(this.step?.cache, unread);
    const { byteOffset } = model.graph;
    const token = nextToken(this.step.logits, { ...request, firstToken: byteOffset }, this.random);
    this.tokens.push(token);
    this.text += this.cutter.push(Uint8Array.of(byteOf(token, model.graph)));
    this.written++;
    this.unsaidTokens++;
    const now = performance.now();
    this.unsaidMs += now - startedAt;
    if (this.cutter.stopped) return this.chunk(now, 'STOP');
    if (this.written >= request.maxTokens) return this.chunk(now, 'LENGTH');
    return now - this.saidAt >= CHUNK_MS ? this.chunk(now) : undefined;
  }

  /** What the model has not read yet; when the positions are used up, the tail of everything into an empty cache. */
  private unread(): readonly number[] {
    const { positions } = this.model.graph;
    const tail = Math.floor(positions * READ_AGAIN);
    if (this.step && this.step.cache.length < positions) return this.tokens.slice(-1);
    this.step = undefined;
    const read = this.tokens.length < positions ? this.tokens : this.tokens.slice(-tail);
    this.promptTokens ??= read.length;
    return read;
  }

  private chunk(now: number, finish?: TokenChunk['finish']): TokenChunk {
    const isFirst = this.saidAt === -Infinity;
    const text = finish ? this.text + this.cutter.end() : this.text;
    const chunk = {
      text,
      tokens: this.unsaidTokens,
      deviceMs: this.unsaidMs,
      ...(isFirst ? { promptTokens: this.promptTokens } : {}),
      ...(finish ? { finish } : {}),
    };
    this.text = '';
    this.unsaidTokens = 0;
    this.unsaidMs = 0;
    this.saidAt = now;
    return chunk;
  }
}
