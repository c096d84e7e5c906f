import * as tf from '@tensorflow/tfjs';
import type { LabelRule } from '../dataset/label-rule';
import { orderOf } from './network/chance';
import { initialWeights, type Weights } from './network/network';
import { completeRecipe, type Recipe } from './recipe';
import { architectureOf } from './recipe-rules';
import { trainNetwork } from './train-network';

const YES_NO: LabelRule = {
  column: 'y',
  kind: 'EQUALS',
  positive: 'yes',
  threshold: null,
  labels: ['no', 'yes'],
};

/** The article's example: 1,000 rows of 10 numbers. Its yes or no hangs on them; the article draws a real number instead. */
const ROWS = Array.from({ length: 1000 }, (_, row) =>
  Array.from({ length: 10 }, (_unused, column) => Math.sin((row + 1) * (column + 1.7))),
);
const LABELS = ROWS.map((row) => Number(row[0]! + row[3]! * row[5]! > 0));

beforeAll(async () => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  await tf.setBackend('cpu');
});

async function train(recipe: Recipe): Promise<{ weights: Weights; losses: number[] }> {
  const losses: number[] = [];
  const all = {
    features: Float32Array.from(ROWS.flat()),
    labels: Float32Array.from(LABELS),
    count: ROWS.length,
    width: 10,
  };
  const { weights } = await trainNetwork(tf, { training: all, validation: all }, recipe, YES_NO, {
    onEpoch: ({ loss }) => void losses.push(loss),
  });
  return { weights, losses };
}

describe('the article’s example', () => {
  /** In double precision, written out: forward, cross-entropy with its (1 − y) term, Adam with its bias correction, minus. */
  function byHand(recipe: Recipe): { weights: number[][]; losses: number[] } {
    const sizes = [10, ...recipe.hiddenUnits, 1];
    const weights = initialWeights(architectureOf(recipe, YES_NO, 10), recipe.seed).map((values) => [
      ...values,
    ]);
    const [m, v] = [0, 1].map(() => weights.map((values) => values.map(() => 0)));
    const losses: number[] = [];
    let t = 0;
    for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
      const order = orderOf(recipe.seed, epoch, ROWS.length);
      let loss = 0;
      for (let from = 0; from < ROWS.length; from += recipe.batchSize) {
        const batch = [...order.subarray(from, from + recipe.batchSize)];
        const gradients = weights.map((values) => values.map(() => 0));
        for (const row of batch) {
          const values = [ROWS[row]!];
          for (let layer = 0; layer + 1 < sizes.length; layer++) {
            const [kernel, bias] = [weights[2 * layer]!, weights[2 * layer + 1]!];
            const units = sizes[layer + 1]!;
            const z = bias.map((b, unit) =>
              values[layer]!.reduce((sum, x, input) => sum + x * kernel[input * units + unit]!, b),
            );
            const isLast = layer + 2 === sizes.length;
            values.push(z.map((one) => (isLast ? 1 / (1 + Math.exp(-one)) : Math.max(0, one))));
          }
          const p = values.at(-1)![0]!;
          const y = LABELS[row]!;
          loss -= y * Math.log(p) + (1 - y) * Math.log(1 - p);
          // dL/dz of sigmoid and cross-entropy together is p − y.
          let delta = [(p - y) / batch.length];
          for (let layer = sizes.length - 2; layer >= 0; layer--) {
            const [kernel, units] = [weights[2 * layer]!, sizes[layer + 1]!];
            const x = values[layer]!;
            delta.forEach((d, unit) => {
              gradients[2 * layer + 1]![unit]! += d;
              x.forEach((value, input) => (gradients[2 * layer]![input * units + unit]! += d * value));
            });
            delta = x.map((value, input) =>
              value > 0 || layer === 0
                ? delta.reduce((sum, d, unit) => sum + d * kernel[input * units + unit]!, 0)
                : 0,
            );
          }
        }
        t++;
        weights.forEach((values, index) =>
          values.forEach((value, i) => {
            const g = gradients[index]![i]!;
            m![index]![i] = 0.9 * m![index]![i]! + 0.1 * g;
            v![index]![i] = 0.999 * v![index]![i]! + 0.001 * g * g;
            const mean = m![index]![i]! / (1 - 0.9 ** t);
            const square = v![index]![i]! / (1 - 0.999 ** t);
            values[i] = value - (recipe.learningRate * mean) / (Math.sqrt(square) + 1e-8);
          }),
        );
      }
      losses.push(loss / ROWS.length);
    }
    return { weights, losses };
  }

  /** The same from the same weights and in the same order, by TensorFlow.js alone. */
  async function byTensorFlow(recipe: Recipe): Promise<{ weights: Float32Array[]; losses: number[] }> {
    const sizes = [10, ...recipe.hiddenUnits, 1];
    const model = tf.sequential({
      layers: sizes.slice(1).map((units, index) =>
        tf.layers.dense({
          units,
          activation: index === sizes.length - 2 ? 'sigmoid' : 'relu',
          ...(index === 0 && { inputShape: [10] }),
        }),
      ),
    });
    const start = initialWeights(architectureOf(recipe, YES_NO, 10), recipe.seed);
    model.setWeights(start.map((values, index) => tf.tensor(values, model.getWeights()[index]!.shape)));
    model.compile({
      optimizer: tf.train.adam(recipe.learningRate, 0.9, 0.999, 1e-8),
      loss: 'binaryCrossentropy',
    });
    const losses: number[] = [];
    for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
      const order = [...orderOf(recipe.seed, epoch, ROWS.length)];
      const x = tf.tensor2d(order.map((row) => ROWS[row]!));
      const y = tf.tensor2d(order.map((row) => [LABELS[row]!]));
      const { history } = await model.fit(x, y, {
        epochs: 1,
        batchSize: recipe.batchSize,
        shuffle: false,
        verbose: 0,
        yieldEvery: 'never',
      });
      losses.push(Number(history.loss![0]));
    }
    return {
      weights: model.getWeights().map((tensor) => tensor.dataSync<'float32'>() as Float32Array),
      losses,
    };
  }

  function furthest(one: Weights, other: readonly ArrayLike<number>[]): number {
    return one.reduce(
      (most, values, index) =>
        values.reduce((worst, value, i) => Math.max(worst, Math.abs(value - other[index]![i]!)), most),
      0,
    );
  }

  test.each([
    ['Dense 64 – Dense 64 – Dense 1', { kind: 'DENSE_NETWORK', epochs: 1 } as const, 2e-3],
    [
      'a smaller one over several epochs',
      { kind: 'DENSE_NETWORK', hiddenUnits: [4, 3], epochs: 3 } as const,
      2e-3,
    ],
    ['a linear model', { kind: 'LINEAR', epochs: 3 } as const, 1e-5],
  ])(
    '%s follows the formulas worked by hand in double precision, and TensorFlow.js',
    async (_, wish, near) => {
      const recipe = completeRecipe(wish);
      const { weights, losses } = await train(recipe);
      const [hand, plain] = [byHand(recipe), await byTensorFlow(recipe)];
      losses.forEach((loss, epoch) => {
        expect(loss).toBeCloseTo(hand.losses[epoch]!, 4);
        expect(loss).toBeCloseTo(plain.losses[epoch]!, 4);
      });
      // Adam divides by the size of a gradient: where that is almost nothing, single precision decides the step.
      expect(furthest(weights, hand.weights)).toBeLessThan(near);
      expect(furthest(weights, plain.weights)).toBeLessThan(near);
      if (recipe.epochs > 1) expect(losses.at(-1)).toBeLessThan(losses[0]!);
    },
  );
});
