/**
 * TensorFlow.js models on any of its backends. `tf.setBackend` answers false and stays on the processor without a
 * word, so what came out is asked, not assumed.
 */
import type * as Tf from '@tensorflow/tfjs';
import { EngineKind, type ArtefactFormat } from '../engine';
import type { Backend, Runnable } from '../local-engine';
import { openGraphModel, openLayersModel } from './tensorflow-model';
import { readTfjsBundle } from './tfjs-bundle';

type TensorFlow = typeof Tf;

/** @throws Error when TensorFlow does not really run on the backend of this name. */
export async function tensorflowBackend(
  tf: TensorFlow,
  parts: {
    readonly name: string;
    readonly device: string;
    readonly version: string;
    readonly memoryBytes?: number | undefined;
    /** Asked once the backend is the one in use. */
    readonly lost?: () => Promise<string> | undefined;
    readonly close?: () => Promise<void>;
  },
): Promise<Backend> {
  const accepted = await tf.setBackend(parts.name);
  if (!accepted || tf.getBackend() !== parts.name) {
    throw new Error(`TensorFlow.js stayed on its backend ${tf.getBackend()} instead of ${parts.name}`);
  }

  function open(format: ArtefactFormat, bytes: Uint8Array, inputWidth: number): Promise<Runnable> {
    const opened = format === 'TFJS_GRAPH' ? openGraphModel : openLayersModel;
    return opened(tf, readTfjsBundle(bytes), inputWidth);
  }

  return {
    kind: EngineKind.TENSORFLOW,
    device: parts.device,
    version: parts.version,
    memoryBytes: parts.memoryBytes,
    lost: parts.lost?.(),
    open,
    close: parts.close ?? (() => Promise.resolve()),
  };
}
