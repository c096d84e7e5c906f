/** How the tiny language model is registered; README.md beside is its card. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineKind, type StepGraph } from '../../../compute';
import { ModelTask } from '../../model.entity';
import { DType } from '../../signature.type';
import type { StepGraphPreparation } from '../../text-version';
import type { ShippedModel } from '../shipped-model';

/** @param folder where `model.onnx` and `graph.json` lie. */
export function tinyLanguageModel(folder: string): ShippedModel {
  const read = (name: string): Promise<Buffer> => readFile(path.join(folder, name));
  return {
    name: 'tiny-language-model',
    task: ModelTask.TEXT_GENERATION,
    engine: EngineKind.ONNX,
    artefacts: async () => [{ format: 'ONNX_STEP', bytes: await read('model.onnx') }],
    preparation: async (): Promise<StepGraphPreparation> => ({
      kind: 'STEP_GRAPH',
      graph: JSON.parse((await read('graph.json')).toString()) as StepGraph,
    }),
    signature: {
      inputs: [{ name: 'prompt', dtype: DType.STRING, optional: false }],
      outputs: [{ name: 'text', dtype: DType.STRING, optional: false }],
    },
    inputWidth: 0,
    outputWidth: 0,
    warmUp: [],
  };
}
