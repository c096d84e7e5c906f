/**
 * A network as training sees it: its layers, the shapes between them, and its weights as plain numbers, one array for each
 * parameter. Free of TensorFlow, so that it can be kept, sent, averaged and compared to the last bit.
 */
import { seededRandom } from '../../preparation/seeded-random';
import { chanceOf } from './chance';
import { type LayerSpec, type Parameter, parametersOf, shapesOf } from './layer';

/** How the last layer's numbers become answers. */
export type Answer = 'linear' | 'sigmoid' | 'softmax';

export interface Architecture {
  /** Of one row. */
  readonly inputShape: readonly number[];
  /** The last one is dense and linear; `answer` comes behind it. */
  readonly layers: readonly LayerSpec[];
  readonly answer: Answer;
}

export type Weights = readonly Float32Array[];

/** Every parameter of a network in order, with the layer it belongs to. */
export function parameters({ inputShape, layers }: Architecture): (Parameter & { layer: number })[] {
  const shapes = shapesOf(layers, inputShape, ['layers']) as number[][];
  return layers.flatMap((layer, index) =>
    parametersOf(layer, index === 0 ? inputShape : shapes[index - 1]!).map((parameter) => ({
      ...parameter,
      layer: index,
    })),
  );
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * First weights: Glorot's uniform ones (Glorot, Bengio 2010) for kernels, small ones for embeddings, nothing for biases but
 * the forget gate of an LSTM, which starts open (Jozefowicz et al. 2015). A network without hidden layers starts at
 * nothing, because it has one valley.
 */
export function initialWeights(architecture: Architecture, seed: number): Float32Array[] {
  const isLinear = architecture.layers.length === 1;
  return parameters(architecture).map(({ name, shape, layer }, index) => {
    const values = new Float32Array(sizeOf(shape));
    const spec = architecture.layers[layer]!;
    if (name === 'bias') {
      if (spec.kind === 'RECURRENT' && spec.cell === 'LSTM') values.fill(1, spec.units, 2 * spec.units);
      return values;
    }
    if (isLinear) return values;
    const random = seededRandom(chanceOf(seed, 'weights', index));
    const limit = name === 'embeddings' ? 0.05 : Math.sqrt(6 / fans(shape));
    return values.map(() => (random() * 2 - 1) * limit);
  });
}

/** Numbers that come into and go out of one unit together; a convolution's unit has a window of them. */
function fans(shape: readonly number[]): number {
  const window = sizeOf(shape.slice(0, -2));
  return window * (shape.at(-2)! + shape.at(-1)!);
}
