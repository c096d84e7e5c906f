/** A batch through a network in TensorFlow.js, up to the numbers before sigmoid or softmax. Written over plain operations, so that weights are arguments and chance comes from outside. */
import type * as Tf from '@tensorflow/tfjs';
import type { LayerSpec } from './layer';
import type { Architecture } from './network';

type TensorFlow = typeof Tf;

/** What a dropout layer multiplies its rows by; absent outside of training. */
export type Masks = (layer: number, rate: number, width: number) => Float32Array;

export function forward(
  tf: TensorFlow,
  { inputShape, layers }: Architecture,
  weights: readonly Tf.Tensor[],
  rows: Tf.Tensor2D,
  masks?: Masks,
): Tf.Tensor2D {
  let at = 0;
  let value: Tf.Tensor = inputShape.length > 1 ? rows.reshape([rows.shape[0], ...inputShape]) : rows;
  layers.forEach((layer, index) => {
    const take = (): Tf.Tensor => weights[at++]!;
    value = through(tf, layer, take, value, (rate) => {
      const width = value.size / value.shape[0]!;
      return masks && tf.tensor(masks(index, rate, width), value.shape);
    });
  });
  return value as Tf.Tensor2D;
}

function through(
  tf: TensorFlow,
  layer: LayerSpec,
  take: () => Tf.Tensor,
  value: Tf.Tensor,
  maskOf: (rate: number) => Tf.Tensor | undefined,
): Tf.Tensor {
  switch (layer.kind) {
    case 'DENSE': {
      const [kernel, bias] = [take() as Tf.Tensor2D, take()];
      const width = value.shape.at(-1)!;
      const flat =
        value.shape.length === 2 ? (value as Tf.Tensor2D) : value.reshape<Tf.Tensor2D>([-1, width]);
      const answered = activated(layer.activation, tf.matMul(flat, kernel).add(bias));
      return value.shape.length === 2
        ? answered
        : answered.reshape([...value.shape.slice(0, -1), layer.units]);
    }
    case 'CONVOLUTION': {
      const [kernel, bias] = [take() as Tf.Tensor4D, take()];
      const slid = tf.conv2d(value as Tf.Tensor4D, kernel, layer.stride, layer.padding);
      return activated(layer.activation, slid.add(bias));
    }
    case 'POOLING': {
      const pool = layer.by === 'MAX' ? tf.maxPool : tf.avgPool;
      return pool(value as Tf.Tensor4D, layer.size, layer.stride, layer.padding);
    }
    case 'FLATTEN':
      return value.reshape([value.shape[0]!, -1]);
    case 'DROPOUT': {
      const mask = maskOf(layer.rate);
      return mask ? value.mul(mask) : value;
    }
    case 'EMBEDDING':
      return tf.gather(take(), value.cast('int32'));
    case 'RECURRENT':
      return recurrent(tf, layer, take, value as Tf.Tensor3D);
  }
}

function activated(activation: string, value: Tf.Tensor): Tf.Tensor {
  switch (activation) {
    case 'relu':
      return value.relu();
    case 'tanh':
      return value.tanh();
    case 'sigmoid':
      return value.sigmoid();
    default:
      return value;
  }
}

/** LSTM (Hochreiter, Schmidhuber 1997; gates in, forget, cell, out) and GRU (Cho et al. 2014; gates update, reset, cell). */
function recurrent(
  tf: TensorFlow,
  { cell, units, sequences }: Extract<LayerSpec, { kind: 'RECURRENT' }>,
  take: () => Tf.Tensor,
  value: Tf.Tensor3D,
): Tf.Tensor {
  const [kernel, again, bias] = [take() as Tf.Tensor2D, take() as Tf.Tensor2D, take()];
  const [batch, steps, width] = value.shape;
  const gates = units * (cell === 'LSTM' ? 4 : 3);
  // What comes from outside is one product for all steps.
  const outside = tf
    .matMul(value.reshape<Tf.Tensor2D>([batch * steps, width]), kernel)
    .add(bias)
    .reshape<Tf.Tensor3D>([batch, steps, gates]);
  let state = tf.zeros<Tf.Rank.R2>([batch, units]);
  let memory = tf.zeros<Tf.Rank.R2>([batch, units]);
  const states: Tf.Tensor2D[] = [];
  for (let at = 0; at < steps; at++) {
    const now = outside.slice([0, at, 0], [-1, 1, -1]).reshape<Tf.Tensor2D>([batch, gates]);
    if (cell === 'LSTM') {
      const [into, forget, fresh, out] = tf.split(now.add(tf.matMul(state, again)), 4, 1) as Tf.Tensor2D[];
      memory = forget!.sigmoid().mul(memory).add(into!.sigmoid().mul(fresh!.tanh()));
      state = out!.sigmoid().mul(memory.tanh());
    } else {
      const [z, r, fresh] = tf.split(now, 3, 1) as Tf.Tensor2D[];
      const [byGates, byCell] = tf.split(again, [2 * units, units], 1) as Tf.Tensor2D[];
      const [zAgain, rAgain] = tf.split(tf.matMul(state, byGates!), 2, 1) as Tf.Tensor2D[];
      const update = z!.add(zAgain!).sigmoid();
      const reset = r!.add(rAgain!).sigmoid();
      const cellState = fresh!.add(tf.matMul(reset.mul(state), byCell!)).tanh();
      state = update.mul(state).add(tf.scalar(1).sub(update).mul(cellState));
    }
    if (sequences) states.push(state);
  }
  return sequences ? tf.stack(states, 1) : state;
}
