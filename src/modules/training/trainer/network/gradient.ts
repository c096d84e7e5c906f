/**
 * The gradient of a batch, or of a part of one, by TensorFlow.js; the loss itself is taken in double precision outside of
 * it. Rows weigh as in the whole batch, so that the gradients of parts add up to that of the whole.
 */
import type * as Tf from '@tensorflow/tfjs';
import type { Examples } from '../training-data';
import { dropoutMask } from './chance';
import { forward } from './forward';
import { type BatchLoss, lossOf, type LossRule } from './loss';
import { type Architecture, parameters, type Weights } from './network';

type TensorFlow = typeof Tf;

export interface Problem {
  readonly architecture: Architecture;
  readonly training: Examples;
  readonly rule: LossRule;
  readonly seed: number;
}

export interface BatchPart {
  readonly epoch: number;
  /** From 0. */
  readonly batch: number;
  /** Of the training part. */
  readonly rows: Int32Array;
  /** Where these rows begin in the batch. */
  readonly from: number;
  /** What the whole batch weighs. */
  readonly totalWeight: number;
}

export type BatchSums = Omit<BatchLoss, 'gradient'>;

export interface BatchGradient extends BatchSums {
  readonly gradients: readonly Float32Array[];
}

/** Whoever takes the gradient of whole batches: this process, or several. */
export type GradientSource = (
  weights: Weights,
  batch: Omit<BatchPart, 'from'>,
) => BatchGradient | Promise<BatchGradient>;

/** Made once for a problem. */
export function gradientOf(
  tf: TensorFlow,
  { architecture, training, rule, seed }: Problem,
): (weights: Weights, part: BatchPart) => BatchGradient {
  const shapes = parameters(architecture).map(({ shape }) => [...shape]);
  return (weights, { epoch, batch, rows, from, totalWeight }) => {
    const { features, labels } = gathered(training, rows);
    const masks = (layer: number, rate: number, width: number): Float32Array =>
      dropoutMask(seed, { epoch, batch, layer }, rate, { from, count: rows.length, width });
    let loss!: BatchLoss;
    const measured = tf.customGrad((value) => {
      const outputs = value as Tf.Tensor2D;
      loss = lossOf(rule, outputs.dataSync<'float32'>(), labels, totalWeight);
      return { value: tf.scalar(0), gradFunc: () => tf.tensor2d(loss.gradient, outputs.shape) };
    });
    let gradients!: Float32Array[];
    // Numbers leave by assignment: what a tidy returns is searched for tensors, element by element.
    tf.tidy(() => {
      const x = tf.tensor2d(features, [rows.length, training.width]);
      const own = weights.map((values, index) => tf.tensor(values, shapes[index]));
      const slopes = tf.grads((...inputs: Tf.Tensor[]) =>
        measured(forward(tf, architecture, inputs, x, masks)),
      )(own);
      gradients = slopes.map((slope) => slope.dataSync<'float32'>() as Float32Array);
    });
    const { sum, weight, correct } = loss;
    return { gradients, sum, weight, correct };
  };
}

/** Numbers behind the last layer for every row, before sigmoid or softmax. */
export function outputsOf(
  tf: TensorFlow,
  architecture: Architecture,
  weights: Weights,
  { features, count, width }: Pick<Examples, 'features' | 'count' | 'width'>,
): Float32Array {
  const units = (architecture.layers.at(-1) as { units: number }).units;
  const outputs = new Float32Array(count * units);
  tf.tidy(() => {
    const own = parameters(architecture).map(({ shape }, index) => tf.tensor(weights[index]!, [...shape]));
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      const to = Math.min(count, from + ROWS_AT_ONCE);
      tf.tidy(() => {
        const rows = tf.tensor2d(features.subarray(from * width, to * width), [to - from, width]);
        outputs.set(forward(tf, architecture, own, rows).dataSync<'float32'>(), from * units);
      });
    }
  });
  return outputs;
}

const ROWS_AT_ONCE = 512;

function gathered({ features, labels, width }: Examples, rows: Int32Array) {
  const taken = { features: new Float32Array(rows.length * width), labels: new Float32Array(rows.length) };
  rows.forEach((row, at) => {
    taken.features.set(features.subarray(row * width, (row + 1) * width), at * width);
    taken.labels[at] = labels[row]!;
  });
  return taken;
}
