/** The networks that engines are measured with: weights from a fixed seed, for what they answer does not matter. */
import { type DenseLayer, denseToOnnx, denseToTfjs } from '../../src/modules/compute';
import type { Artefact } from '../../src/modules/compute/engine';

export interface Network {
  readonly name: string;
  readonly inputWidth: number;
  readonly artefact: Artefact;
  /** Multiplications and additions for one row. */
  readonly operations: number;
}

/** @param activation of the inner layers; the last one answers as it is. */
export function network(name: string, widths: readonly number[], activation: 'relu' | 'linear'): Network {
  let state = 1;
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const layers = widths.slice(1).map((units, index): DenseLayer => {
    const inputs = widths[index]!;
    return {
      weights: Float32Array.from({ length: inputs * units }, () => draw() / Math.sqrt(inputs)),
      bias: new Float32Array(units),
      activation: index === widths.length - 2 ? 'linear' : activation,
    };
  });
  return {
    name,
    inputWidth: widths[0]!,
    artefact: {
      versionId: name,
      inputWidth: widths[0]!,
      outputWidth: widths.at(-1)!,
      files: [
        { format: 'ONNX', source: { bytes: denseToOnnx(layers) } },
        { format: 'TFJS', source: { bytes: denseToTfjs(layers) } },
      ],
    },
    operations: layers.reduce((sum, { weights }) => sum + 2 * weights.length, 0),
  };
}

export const SMALL = network('MLP 10-64-64-1', [10, 64, 64, 1], 'relu');
export const LARGE = network('MLP 256-1024-1024-10', [256, 1024, 1024, 10], 'relu');
