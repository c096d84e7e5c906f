/**
 * How each backend of TensorFlow.js is reached. The packages are loaded when their rung is tried and not before:
 * imports are the start time, and two of the packages are optional.
 */
import fs from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import util from 'node:util';
import type { Backend } from '../local-engine';
import { cudaMemory, machineMemory } from '../device-memory';
import { openDawn, requireHardwareAdapter } from '../hardware-adapter';
import { tensorflowBackend } from './tensorflow-backend';

const processor = (): string => cpus()[0]?.model.trim() || process.arch;

/** The native addon on CUDA. */
export async function openTensorflowGpu(): Promise<Backend> {
  const { tf, onCuda, version } = await openAddon();
  if (!onCuda)
    throw new Error('the addon loaded, but it found no CUDA device and would run on the processor');
  const memoryBytes = await cudaMemory();
  return tensorflowBackend(tf, { name: 'tensorflow', device: 'CUDA', version, memoryBytes });
}

/** The same addon without a graphics card: libtensorflow on the processor. */
export async function openTensorflowNode(): Promise<Backend> {
  const { tf, onCuda, version } = await openAddon();
  if (onCuda) throw new Error('the addon runs on CUDA, which was refused before');
  const device = `CPU, libtensorflow (${processor()})`;
  return tensorflowBackend(tf, { name: 'tensorflow', device, version, memoryBytes: machineMemory() });
}

/** Its backend is called `tensorflow` even when CUDA never loaded: the device is asked. */
async function openAddon() {
  restoreRemovedChecks();
  const tf = await importAddon().catch((error: unknown) => {
    throw new Error(whyAddonIsMissing(error));
  });
  await tf.ready();
  const native = tf.backend() as { isUsingGpuDevice?: boolean };
  const version = `tfjs-node-gpu ${tf.version['tfjs-node']}`;
  return { tf, onCuda: native.isUsingGpuDevice === true, version };
}

/** The package loads all of TensorFlow.js before it looks for its addon: 0.3 s and 60 MB of a process that may never use it. */
async function importAddon(): Promise<typeof import('@tensorflow/tfjs-node-gpu')> {
  const addons = path.join(path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json')), 'lib');
  if (!fs.existsSync(addons)) throw new Error(`There is no tfjs_binding.node in ${addons}.`);
  return import('@tensorflow/tfjs-node-gpu');
}

export async function openTensorflowWebgpu(): Promise<Backend> {
  const gpu = await openDawn();
  const adapter = await requireHardwareAdapter(gpu);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const tf = await import('@tensorflow/tfjs');
  const webgpu = await import('@tensorflow/tfjs-backend-webgpu');
  const lost = (): Promise<string> | undefined => {
    const backend = tf.backend();
    return backend instanceof webgpu.WebGPUBackend
      ? backend.device.lost.then(({ message }) => message)
      : undefined;
  };
  return tensorflowBackend(tf, {
    name: 'webgpu',
    lost,
    device: `WebGPU (${adapter})`,
    version: `tfjs ${tf.version.tfjs}`,
    close() {
      const backend = tf.backend();
      if (backend instanceof webgpu.WebGPUBackend) backend.device.destroy();
      Reflect.deleteProperty(globalThis, 'navigator');
      return Promise.resolve();
    },
  });
}

export async function openTensorflowWasm(): Promise<Backend> {
  const tf = await import('@tensorflow/tfjs');
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`);
  const version = `tfjs-backend-wasm ${wasm.version_wasm}`;
  return tensorflowBackend(tf, {
    name: 'wasm',
    device: `CPU, WebAssembly (${processor()})`,
    version,
    memoryBytes: machineMemory(),
  });
}

export async function openTensorflowCpu(): Promise<Backend> {
  const tf = await import('@tensorflow/tfjs');
  const version = `tfjs ${tf.version.tfjs}`;
  return tensorflowBackend(tf, {
    name: 'cpu',
    device: `CPU, plain JavaScript (${processor()})`,
    version,
    memoryBytes: machineMemory(),
  });
}

/** The addon's wrapper still calls two functions that Node 23 removed. */
function restoreRemovedChecks(): void {
  const target = util as { isNullOrUndefined?: unknown; isArray?: unknown };
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}

function whyAddonIsMissing(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (message.includes('tfjs_binding.node')) {
    return 'its native addon is not installed (where CUDA is wanted: npm rebuild --ignore-scripts=false @tensorflow/tfjs-node-gpu)';
  }
  if (code === 'MODULE_NOT_FOUND') return 'the optional package @tensorflow/tfjs-node-gpu is not installed';
  return code === 'ERR_DLOPEN_FAILED' ? `its libraries do not load: ${message}` : message;
}
