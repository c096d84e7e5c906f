/**
 * Freezes a trained network into the forms that engines read, and asks the engine that will serve it whether it answers
 * as the trainer did. A version whose two halves disagree must never exist.
 */
import { type ArtefactFormat, type ComputeService, denseToOnnx, denseToTfjs } from '../../compute';
import type { TrainingResult } from './trainer-message';

/** Single precision, summed in another order: more than this, of numbers above 1 in proportion, is another model. */
const TOLERANCE = 1e-5;

export interface FrozenNetwork {
  /** The served form first. */
  readonly files: readonly { readonly format: ArtefactFormat; readonly bytes: Uint8Array }[];
  /** Largest difference between engine and trainer on the warm-up rows. */
  readonly difference: number;
}

/** @throws Error when the frozen form answers otherwise than the trained network. */
export async function freezeNetwork(
  compute: Pick<ComputeService, 'load' | 'infer' | 'unload'>,
  { layers, preparation, warmUp, warmUpOutputs }: TrainingResult,
  trainingJobId: string,
): Promise<FrozenNetwork> {
  const files = [
    { format: 'ONNX' as const, bytes: denseToOnnx(layers) },
    { format: 'TFJS' as const, bytes: denseToTfjs(layers) },
  ];
  const versionId = `frozen:${trainingJobId}`;
  await compute.load({
    versionId,
    inputWidth: preparation.width,
    outputWidth: 1,
    files: files.map(({ format, bytes }) => ({ format, source: { bytes } })),
  });
  try {
    const batch = { rows: Float32Array.from(warmUp.flat()), count: warmUp.length };
    const { outputs } = await compute.infer(versionId, batch);
    const difference = warmUpOutputs.reduce(
      (most, expected, row) => Math.max(most, Math.abs(expected - outputs[row]!)),
      0,
    );
    const size = warmUpOutputs.reduce((most, output) => Math.max(most, Math.abs(output)), 1);
    if (!(difference <= TOLERANCE * size)) {
      throw new Error(
        `The frozen network differs from the trained one by ${difference}; at most ${TOLERANCE * size} is allowed.`,
      );
    }
    return { files, difference };
  } finally {
    await compute.unload(versionId);
  }
}
