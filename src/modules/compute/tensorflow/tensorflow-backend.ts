/**
 * TensorFlow.js models on any of its backends. `tf.setBackend` answers false and stays on the processor without a
 * word, so what came out is asked, not assumed; `predictOnBatch` is used because `predict` cuts batches of 32.
 */
import type * as Tf from '@tensorflow/tfjs';
import { EngineKind, type Batch } from '../engine';
import type { Backend, Runnable } from '../local-engine';
import { readTfjsBundle } from './tfjs-bundle';

type TensorFlow = typeof Tf;

/** @throws Error when TensorFlow does not really run on the backend of this name. */
export async function tensorflowBackend(
  tf: TensorFlow,
  parts: {
    readonly name: string;
    readonly device: string;
    readonly version: string;
    readonly close?: () => Promise<void>;
  },
): Promise<Backend> {
  const accepted = await tf.setBackend(parts.name);
  if (!accepted || tf.getBackend() !== parts.name) {
    throw new Error(`TensorFlow.js stayed on its backend ${tf.getBackend()} instead of ${parts.name}`);
  }

  async function open(bytes: Uint8Array, inputWidth: number): Promise<Runnable> {
    const model = await tf.loadLayersModel(tf.io.fromMemory(readTfjsBundle(bytes)));
    return {
      async run({ rows, count }: Batch): Promise<Float32Array> {
        const outputs = tf.tidy(() => model.predictOnBatch(tf.tensor2d(rows, [count, inputWidth])));
        const tensor = Array.isArray(outputs) ? outputs[0]! : outputs;
        try {
          return Float32Array.from(await tensor.data());
        } finally {
          tf.dispose(outputs);
        }
      },
      release() {
        model.dispose();
        return Promise.resolve();
      },
    };
  }

  return {
    kind: EngineKind.TENSORFLOW,
    format: 'TFJS',
    device: parts.device,
    version: parts.version,
    open,
    close: parts.close ?? (() => Promise.resolve()),
  };
}
