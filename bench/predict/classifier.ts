/** The article's classifier with ten inputs, its weights drawn from a fixed seed: what it answers does not matter, what it costs does. */
import { type DenseLayer, denseToOnnx, denseToTfjs, EngineKind } from '../../src/modules/compute';
import { DType, ModelTask, type ModelService } from '../../src/modules/models';

export const WIDTH = 10;
export const NAMES = Array.from({ length: WIDTH }, (_, index) => `x${index}`);
export const ROW = Object.fromEntries(NAMES.map((name, index) => [name, index / WIDTH]));
/** The same row as the Open Inference Protocol asks. */
export const COLUMNS = {
  inputs: NAMES.map((name, index) => ({ name, datatype: 'FP32', shape: [1, 1], data: [index / WIDTH] })),
};

export function classifier(seed = 1): DenseLayer[] {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const layer = (inputs: number, units: number, activation: DenseLayer['activation']): DenseLayer => ({
    weights: Float32Array.from({ length: inputs * units }, () => draw() / Math.sqrt(inputs)),
    bias: new Float32Array(units),
    activation,
  });
  return [layer(WIDTH, 64, 'relu'), layer(64, 64, 'relu'), layer(64, 1, 'sigmoid')];
}

export async function addClassifier(models: ModelService, seed = 1): Promise<string> {
  const layers = classifier(seed);
  const artefacts = await models.storeArtefacts([
    { format: 'ONNX', bytes: denseToOnnx(layers) },
    { format: 'TFJS', bytes: denseToTfjs(layers) },
  ]);
  const { id } = await models.ensureModel('benchmark', ModelTask.TABULAR_CLASSIFICATION);
  const { versionId } = await models.addVersion(id, {
    engine: EngineKind.ONNX,
    artefacts,
    inputWidth: WIDTH,
    outputWidth: 1,
    signature: {
      inputs: NAMES.map((name) => ({ name, dtype: DType.FLOAT32, optional: false })),
      outputs: [{ name: 'probability', dtype: DType.FLOAT32, optional: false }],
      labels: ['no', 'yes'],
    },
    preparation: null,
    warmUp: [new Array<number>(WIDTH).fill(0)],
    metrics: [],
    evaluation: null,
    exportDifference: null,
    datasetVersionId: null,
    trainingJobId: null,
  });
  return versionId;
}
