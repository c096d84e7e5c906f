/**
 * Freezes a trained model into the forms that engines read, and asks the engine that will serve it whether it answers
 * as the trainer did. A version whose two halves disagree must never exist.
 */
import {
  type ArtefactFormat,
  type ComputeService,
  denseToOnnx,
  denseToTfjs,
  layersToOnnx,
  treeToOnnx,
} from '../../compute';
import type { TrainedForm, TrainingResult } from './process/trainer-message';

/** Single precision, summed in another order: more than this, of numbers above 1 in proportion, is another model. */
const TOLERANCE = 1e-5;

export interface FrozenFile {
  readonly format: ArtefactFormat;
  readonly bytes: Uint8Array;
}

export interface FrozenNetwork {
  /** The served form first. */
  readonly files: readonly FrozenFile[];
  /** Numbers of one answer. */
  readonly outputWidth: number;
  /** Largest difference between engine and trainer on the warm-up rows. */
  readonly difference: number;
}

/** @throws Error when the frozen form answers otherwise than the trained model. */
export async function freezeNetwork(
  compute: Pick<ComputeService, 'load' | 'infer' | 'unload'>,
  { model, preparation, warmUp, warmUpOutputs }: TrainingResult,
  trainingJobId: string,
): Promise<FrozenNetwork> {
  const files = filesOf(model, preparation.width);
  const versionId = `frozen:${trainingJobId}`;
  const outputWidth = warmUpOutputs.length / warmUp.length;
  await compute.load({
    versionId,
    inputWidth: preparation.width,
    outputWidth,
    files: files.map(({ format, bytes }) => ({ format, source: { bytes } })),
  });
  try {
    const batch = { rows: Float32Array.from(warmUp.flat()), count: warmUp.length };
    const { outputs } = await compute.infer(versionId, batch);
    const difference = warmUpOutputs.reduce(
      (most, expected, index) => Math.max(most, Math.abs(expected - outputs[index]!)),
      0,
    );
    const size = warmUpOutputs.reduce((most, output) => Math.max(most, Math.abs(output)), 1);
    if (!(difference <= TOLERANCE * size)) {
      throw new Error(
        `The frozen network differs from the trained one by ${difference}; at most ${TOLERANCE * size} is allowed.`,
      );
    }
    return { files, outputWidth, difference };
  } finally {
    await compute.unload(versionId);
  }
}

function filesOf(model: TrainedForm, inputWidth: number): FrozenFile[] {
  switch (model.kind) {
    case 'DENSE':
      return [
        { format: 'ONNX', bytes: denseToOnnx(model.layers) },
        { format: 'TFJS', bytes: denseToTfjs(model.layers) },
      ];
    case 'LAYERS':
      return [
        { format: 'ONNX', bytes: layersToOnnx(model.bundle, inputWidth) },
        { format: 'TFJS', bytes: model.bundle },
      ];
    case 'TREE':
      return [{ format: 'ONNX', bytes: treeToOnnx(model.tree) }];
  }
}
