/** Opens a rung of the ladder and believes it only after the golden self-test. Runs in the engine process alone. */
import type { Engine } from './engine';
import { selfTest } from './golden';
import type { Rung } from './ladder';
import { LocalEngine, type Backend } from './local-engine';
import { openOnnxBackend } from './onnx/onnx-backend';
import {
  openTensorflowCpu,
  openTensorflowGpu,
  openTensorflowNode,
  openTensorflowWasm,
  openTensorflowWebgpu,
} from './tensorflow/tensorflow-rungs';

const OPENERS: Record<Rung['name'], () => Promise<Backend>> = {
  'tensorflow-gpu': openTensorflowGpu,
  'tensorflow-webgpu': openTensorflowWebgpu,
  'onnx-cuda': () => openOnnxBackend('cuda'),
  'onnx-webgpu': () => openOnnxBackend('webgpu'),
  'onnx-cpu': () => openOnnxBackend('cpu'),
  'tensorflow-node': openTensorflowNode,
  'tensorflow-wasm': openTensorflowWasm,
  'tensorflow-cpu': openTensorflowCpu,
};

/** @throws Error that says why this rung does not hold. */
export async function openRung(rung: Rung): Promise<Engine> {
  const engine = new LocalEngine(await OPENERS[rung.name]());
  try {
    await selfTest(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}
