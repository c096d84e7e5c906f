/**
 * A decoder frozen as an ONNX graph of one step: tokens and the cache of all earlier ones go in, the logits and the
 * grown cache come out. Rotary angles and the causal mask are inputs, so one graph serves every length.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';

/** How a graph is driven; kept with its version, and part of what makes it that version. */
export interface StepGraph {
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly rotaryBase: number;
  /** Beyond so many positions it was not trained: the tail of the text is read again into an empty cache. */
  readonly positions: number;
  /** Tokens are bytes: byte b is b + 3, but for these. 0–2 stand for no text. */
  readonly byteOffset: number;
  readonly space: number;
}

interface Cache {
  readonly keys: Tensor;
  readonly values: Tensor;
  readonly length: number;
}

export interface Step {
  /** Of the token that follows the last one. */
  readonly logits: Float32Array;
  readonly cache: Cache;
}

const MASKED = -1e9;
const SPACE = 32;

export class StepModel {
  private constructor(
    private readonly session: InferenceSession,
    private readonly tensor: typeof Tensor,
    readonly graph: StepGraph,
  ) {}

  /** @throws Error when it is no ONNX file, or not one of a step. */
  static async open(bytes: Uint8Array, graph: StepGraph): Promise<StepModel> {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    const model = new StepModel(session, Tensor, graph);
    const { logits } = await model.step(undefined, [graph.space]);
    if (logits.some((value) => !Number.isFinite(value))) throw new Error('The graph answers no numbers.');
    return model;
  }

  async step(cache: Cache | undefined, tokens: readonly number[]): Promise<Step> {
    const { layers, heads, headWidth } = this.graph;
    const empty = (): Tensor =>
      new this.tensor('float32', new Float32Array(0), [layers, 1, heads, 0, headWidth]);
    const past = cache?.length ?? 0;
    const results = await this.session.run({
      ids: new this.tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
      ...this.positions(past, tokens.length),
      pk: cache?.keys ?? empty(),
      pv: cache?.values ?? empty(),
    });
    const { logits, nk: keys, nv: values } = results;
    if (!(logits?.data instanceof Float32Array) || !keys || !values)
      throw new Error('The graph does not answer logits, nk and nv.');
    const width = logits.data.length / tokens.length;
    return {
      logits: logits.data.subarray(logits.data.length - width),
      cache: { keys, values, length: past + tokens.length },
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private positions(past: number, count: number): Record<'cos' | 'sin' | 'mask', Tensor> {
    const { headWidth, rotaryBase } = this.graph;
    const half = headWidth / 2;
    const cos = new Float32Array(count * half);
    const sin = new Float32Array(count * half);
    const mask = new Float32Array(count * (past + count));
    for (let row = 0; row < count; row++) {
      for (let pair = 0; pair < half; pair++) {
        const angle = (past + row) * rotaryBase ** ((-2 * pair) / headWidth);
        cos[row * half + pair] = Math.cos(angle);
        sin[row * half + pair] = Math.sin(angle);
      }
      mask.fill(MASKED, row * (past + count) + past + row + 1, (row + 1) * (past + count));
    }
    return {
      cos: new this.tensor('float32', cos, [count, half]),
      sin: new this.tensor('float32', sin, [count, half]),
      mask: new this.tensor('float32', mask, [count, past + count]),
    };
  }
}

/** The tokens of a text. */
export function tokensOf(text: string, { byteOffset, space }: StepGraph): number[] {
  return Array.from(Buffer.from(text), (byte) => (byte === SPACE ? space : byte + byteOffset));
}

/** The byte that a token stands for. */
export function byteOf(token: number, { byteOffset, space }: StepGraph): number {
  return token === space ? SPACE : token - byteOffset;
}
