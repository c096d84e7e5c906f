/**
 * What this processor does at most: the product of two square matrices by onnxruntime's own kernels, without a socket and
 * without a model around it, on one thread as engines run and on all.
 */
import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { network } from './networks';

const SIZE = 1024;
const PRODUCT = network('matrix product', [SIZE, SIZE], 'linear');

export class MachinePeak {
  private constructor(
    readonly threads: number,
    private readonly session: InferenceSession,
  ) {}

  static async of(threads = availableParallelism()): Promise<MachinePeak> {
    const { source } = PRODUCT.artefact.files[0]! as { source: { bytes: Uint8Array } };
    const options = { executionProviders: ['cpu'], intraOpNumThreads: threads };
    return new MachinePeak(threads, await InferenceSession.create(source.bytes, options));
  }

  /** Thousand million operations a second, the fastest product within the time. */
  async gigaflops(seconds: number): Promise<number> {
    const rows = new Float32Array(SIZE * SIZE).fill(0.5);
    const until = performance.now() + seconds * 1000;
    let fastest = Infinity;
    do {
      const startedAt = performance.now();
      await this.session.run({ x: new Tensor('float32', rows, [SIZE, SIZE]) });
      fastest = Math.min(fastest, performance.now() - startedAt);
    } while (performance.now() < until);
    return (SIZE * PRODUCT.operations) / fastest / 1e6;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
