/**
 * Frozen models on onnxruntime. A list of execution providers does not fall back, it throws, so each provider is a
 * rung of its own. One thread: on the small models of this house more threads gain nothing and take a core from
 * the service.
 */
import { cpus } from 'node:os';
import { EngineKind, type ArtefactFormat, type Batch } from '../engine';
import { cudaMemory, machineMemory } from '../device-memory';
import type { Backend, Runnable } from '../local-engine';
import { requireHardwareAdapter } from '../hardware-adapter';
import { answerOf, feedsOf, inputsOf } from './onnx-tensors';

type Provider = 'cuda' | 'webgpu' | 'cpu';

/** @throws Error when onnxruntime is missing or the provider cannot run here. */
export async function openOnnxBackend(provider: Provider): Promise<Backend> {
  const device = provider === 'webgpu' ? `WebGPU (${await requireHardwareAdapter()})` : deviceName(provider);
  const { InferenceSession, Tensor, env } = await import('onnxruntime-node');

  async function open(_format: ArtefactFormat, bytes: Uint8Array, inputWidth: number): Promise<Runnable> {
    const session = await InferenceSession.create(bytes, {
      executionProviders: [provider],
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    if (session.inputNames.length === 0 || session.outputNames.length === 0)
      throw new Error('The ONNX file has no input or no output.');
    const inputs = inputsOf(session.inputMetadata, inputWidth);
    return {
      async run(batch: Batch): Promise<Float32Array> {
        const results = await session.run(feedsOf(inputs, batch, Tensor));
        return answerOf(
          session.outputNames.map((name) => [name, results[name]!] as const),
          batch.count,
        );
      },
      release: () => session.release(),
    };
  }

  return {
    kind: EngineKind.ONNX,
    device,
    memoryBytes: provider === 'webgpu' ? undefined : await memoryOf(provider),
    version: `onnxruntime-node ${env.versions.node ?? ''}`.trim(),
    open,
    close: () => Promise.resolve(),
  };
}

function memoryOf(provider: 'cuda' | 'cpu'): Promise<number | undefined> | number {
  return provider === 'cuda' ? cudaMemory() : machineMemory();
}

function deviceName(provider: 'cuda' | 'cpu'): string {
  return provider === 'cuda' ? 'CUDA' : `CPU (${cpus()[0]?.model.trim() || process.arch})`;
}
