/** What the shipped classifiers of texts have in common: words are counted, and one probability comes out. */
import { EngineKind } from '../../compute';
import { ModelTask } from '../model.entity';
import { DType } from '../signature.type';
import type { ShippedModel } from './shipped-model';
import { accuracyOf, factsOf, networkFiles } from './trained-files';

export interface TextClassifier {
  readonly name: string;
  readonly folder: string;
  /** The negative class first. */
  readonly labels: readonly [string, string];
  readonly words: number;
  readonly maxLength: number;
  readonly scale: 'COUNT' | 'LOG';
}

export function textClassifier(classifier: TextClassifier): ShippedModel {
  const { name, folder, labels, words, maxLength, scale } = classifier;
  return {
    name,
    task: ModelTask.TEXT_CLASSIFICATION,
    engine: EngineKind.ONNX,
    artefacts: () => networkFiles(folder),
    preparation: async () => {
      const { vocabulary, denied = null } = await factsOf(folder);
      return { format: 1, kind: 'WORDS', input: 'text', vocabulary, scale, denied, width: words };
    },
    signature: {
      inputs: [{ name: 'text', dtype: DType.STRING, maxLength, optional: false }],
      outputs: [
        { name: 'probability', dtype: DType.FLOAT32, min: 0, max: 1, optional: false },
        { name: 'label', dtype: DType.STRING, categories: [...labels], optional: false },
      ],
      labels: [...labels],
    },
    inputWidth: words,
    outputWidth: 1,
    warmUp: [],
    metrics: () => accuracyOf(folder),
  };
}
