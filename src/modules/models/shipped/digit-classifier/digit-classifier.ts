/** How the classifier of handwritten digits is registered; README.md beside is its card. */
import { EngineKind } from '../../../compute';
import { ModelTask } from '../../model.entity';
import { DType } from '../../signature.type';
import type { ShippedModel } from '../shipped-model';
import { accuracyOf, networkFiles } from '../trained-files';

const SIDE = 28;

/** @param folder where `network.bin` and `facts.json` lie. */
export function digitClassifier(folder: string): ShippedModel {
  return {
    name: 'digit-classifier',
    task: ModelTask.IMAGE_CLASSIFICATION,
    engine: EngineKind.ONNX,
    artefacts: () => networkFiles(folder),
    preparation: () =>
      Promise.resolve({ format: 1, kind: 'PIXELS', input: 'image', side: SIDE, width: SIDE * SIDE }),
    signature: {
      inputs: [{ name: 'image', dtype: DType.IMAGE, shape: [SIDE, SIDE], min: 0, max: 1, optional: false }],
      outputs: [
        { name: 'probabilities', dtype: DType.FLOAT32, shape: [10], min: 0, max: 1, optional: false },
        { name: 'label', dtype: DType.STRING, optional: false },
      ],
      labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    },
    inputWidth: SIDE * SIDE,
    outputWidth: 10,
    warmUp: [],
    metrics: () => accuracyOf(folder),
  };
}
