/**
 * A feed-forward network as plain numbers, free of any library's objects: what training hands over when a version is
 * frozen, and what the golden self-test is made of. `forward` is the reference in double precision.
 */
import { largestOf } from '../../kernel/largest';

export type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh' | 'softmax';

export interface DenseLayer {
  /** inputs × units, row by row (TensorFlow's kernel layout). */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly activation: Activation;
}

/** Width of a layer's input. @throws Error when weights and bias do not fit together. */
export function inputsOf(layer: DenseLayer): number {
  const inputs = layer.weights.length / layer.bias.length;
  if (!Number.isInteger(inputs) || inputs === 0) {
    throw new Error(
      `A dense layer with ${layer.bias.length} units cannot have ${layer.weights.length} weights.`,
    );
  }
  return inputs;
}

/** @throws Error unless there is a layer and each layer takes what the one before it gives. */
export function checkNetwork(layers: readonly DenseLayer[]): { inputWidth: number; outputWidth: number } {
  const first = layers[0];
  const last = layers[layers.length - 1];
  if (!first || !last) throw new Error('A network needs at least one layer.');
  let width = inputsOf(first);
  layers.forEach((layer, index) => {
    if (inputsOf(layer) !== width) {
      throw new Error(`Layer ${index} takes ${inputsOf(layer)} numbers, but ${width} come in.`);
    }
    width = layer.bias.length;
  });
  return { inputWidth: inputsOf(first), outputWidth: last.bias.length };
}

/** One row through the network, in double precision. */
export function forward(layers: readonly DenseLayer[], row: readonly number[]): number[] {
  return layers.reduce<number[]>(
    (values, layer) => activate(layer.activation, affine(layer, values)),
    [...row],
  );
}

function affine(layer: DenseLayer, values: readonly number[]): number[] {
  const units = layer.bias.length;
  return Array.from(layer.bias, (bias, unit) =>
    values.reduce((sum, value, input) => sum + value * layer.weights[input * units + unit]!, bias),
  );
}

function activate(activation: Activation, values: readonly number[]): number[] {
  switch (activation) {
    case 'linear':
      return [...values];
    case 'relu':
      return values.map((value) => Math.max(0, value));
    case 'sigmoid':
      return values.map((value) => 1 / (1 + Math.exp(-value)));
    case 'tanh':
      return values.map(Math.tanh);
    case 'softmax': {
      const peak = largestOf(values);
      const powers = values.map((value) => Math.exp(value - peak));
      const total = powers.reduce((sum, power) => sum + power, 0);
      return powers.map((power) => power / total);
    }
  }
}
