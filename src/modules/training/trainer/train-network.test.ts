import * as tf from '@tensorflow/tfjs';
import type { LabelRule } from '../dataset/label-rule';
import { type Checkpoint, checkpointBytes, readCheckpoint } from './network/checkpoint';
import { orderOf } from './network/chance';
import { initialWeights, type Weights } from './network/network';
import type { EpochFigures } from './process/trainer-message';
import { completeRecipe, type Recipe, type RecipeWish } from './recipe';
import { architectureOf } from './recipe-rules';
import { type NetworkOptions, predict, trainNetwork } from './train-network';
import type { Examples } from './training-data';

const YES_NO: LabelRule = {
  column: 'y',
  kind: 'EQUALS',
  positive: 'yes',
  threshold: null,
  labels: ['no', 'yes'],
};
const THREE: LabelRule = { ...YES_NO, kind: 'CLASSES', values: ['a', 'b', 'c'], labels: ['a', 'b', 'c'] };

function examples(rows: number[][], labels: number[]): Examples {
  return {
    features: Float32Array.from(rows.flat()),
    labels: Float32Array.from(labels),
    count: rows.length,
    width: rows[0]!.length,
  };
}

/** The article's example: 1,000 rows of 10 numbers, and a yes or no that hangs on them, which the article draws anew. */
const ROWS = Array.from({ length: 1000 }, (_, row) =>
  Array.from({ length: 10 }, (_unused, column) => Math.sin((row + 1) * (column + 1.7))),
);
const LABELS = ROWS.map((row) => Number(row[0]! + row[3]! * row[5]! > 0));
const ARTICLE = examples(ROWS, LABELS);
const SMALL = examples(ROWS.slice(0, 20), LABELS.slice(0, 20));

interface Trained {
  weights: Weights;
  figures: EpochFigures[];
  checkpoints: Buffer[];
  answers: Float32Array;
}

async function train(
  wish: RecipeWish,
  { data = SMALL, label = YES_NO, options = {} as NetworkOptions, everyBatch = false } = {},
): Promise<Trained> {
  const figures: EpochFigures[] = [];
  const checkpoints: Buffer[] = [];
  const recipe = completeRecipe(wish);
  const keep = (checkpoint: () => Checkpoint) => void checkpoints.push(checkpointBytes(checkpoint()));
  const network = await trainNetwork(
    tf,
    { training: data, validation: data },
    recipe,
    label,
    {
      onEpoch: (epoch, checkpoint) => {
        figures.push(epoch);
        if (everyBatch) keep(checkpoint);
      },
      ...(everyBatch && { beforeBatch: keep }),
    },
    options,
  );
  return { weights: network.weights, figures, checkpoints, answers: predict(tf, network, data) };
}

beforeAll(async () => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  await tf.setBackend('cpu');
});

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
      const { weights, figures } = await train(wish, { data: ARTICLE });
      const [hand, plain] = [byHand(recipe), await byTensorFlow(recipe)];
      const losses = figures.map(({ loss }) => loss);
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

describe('a training that is interrupted', () => {
  const WISHES: [string, RecipeWish, LabelRule][] = [
    [
      'Adam with dropout, schedule, L2 and balanced classes',
      {
        kind: 'DENSE_NETWORK',
        hiddenUnits: [5],
        dropout: 0.3,
        epochs: 3,
        batchSize: 7,
        l2: 0.01,
        classWeights: 'BALANCED',
        schedule: { kind: 'COSINE', factor: 0.5, everyEpochs: 1, warmUpEpochs: 1 },
      },
      YES_NO,
    ],
    [
      'momentum with early stopping',
      {
        kind: 'DENSE_NETWORK',
        hiddenUnits: [4],
        epochs: 6,
        batchSize: 8,
        learningRate: 0.5,
        optimizer: { kind: 'MOMENTUM', momentum: 0.9, decay: 0.9 },
        earlyStopping: { patience: 1, minDelta: 0 },
      },
      YES_NO,
    ],
    [
      'RMSProp on three classes',
      { kind: 'LINEAR', epochs: 2, batchSize: 9, optimizer: { kind: 'RMSPROP', momentum: 0.9, decay: 0.8 } },
      THREE,
    ],
  ];

  test.each(WISHES)(
    '%s: from any batch it comes to the same weights and curve, to the last bit',
    async (_, wish, label) => {
      const data = label === THREE ? { ...SMALL, labels: SMALL.labels.map((__, row) => row % 3) } : SMALL;
      const whole = await train(wish, { data, label, everyBatch: true });
      for (const bytes of whole.checkpoints) {
        const from = readCheckpoint(bytes);
        const rest = await train(wish, { data, label, options: { from } });
        expect(rest.weights).toEqual(whole.weights);
        const later = whole.figures.filter(({ epoch }) => epoch >= from.epoch);
        expect(rest.figures.map(({ loss, valLoss }) => [loss, valLoss])).toEqual(
          later.map(({ loss, valLoss }) => [loss, valLoss]),
        );
      }
    },
  );
});

test('the same seed gives the same weights to the last bit, another seed others', async () => {
  const wish = { kind: 'DENSE_NETWORK' as const, epochs: 3, batchSize: 2, seed: 5 };
  const [one, again, other] = [await train(wish), await train(wish), await train({ ...wish, seed: 6 })];
  expect(again.weights).toEqual(one.weights);
  expect(other.weights).not.toEqual(one.weights);
});

test('nothing of a training is left in the memory of the backend', async () => {
  const before = tf.memory().numTensors;
  await train({ kind: 'DENSE_NETWORK', epochs: 2, batchSize: 2, dropout: 0.5 });
  expect(tf.memory().numTensors).toBe(before);
});

test('weights that are no numbers end the training with what to change', async () => {
  const wish = { kind: 'DENSE_NETWORK' as const, epochs: 4, learningRate: 1e38 };
  await expect(train(wish)).rejects.toThrow(/out of bounds by epoch \d.*Try a learning rate below/);
});

test('gradients that would explode are shortened, and the training goes on', async () => {
  const huge = { ...SMALL, features: SMALL.features.map((value) => value * 1e6) };
  const wish: RecipeWish = {
    kind: 'LINEAR',
    epochs: 3,
    learningRate: 1,
    optimizer: { kind: 'SGD', momentum: 0, decay: 0 },
    loss: 'MEAN_SQUARED_ERROR',
    objective: 'REGRESSION',
  };
  await expect(train({ ...wish, epochs: 30 }, { data: huge })).rejects.toThrow('clipNorm');
  const { weights } = await train({ ...wish, clipNorm: 1e-6 }, { data: huge });
  expect(Math.hypot(...weights.flatMap((values) => [...values]))).toBeLessThan(4e-6);
});

test('early stopping keeps the weights of the best epoch', async () => {
  const wish: RecipeWish = {
    kind: 'DENSE_NETWORK',
    epochs: 40,
    learningRate: 1,
    seed: 2,
    earlyStopping: { patience: 3, minDelta: 0 },
  };
  const { figures, answers } = await train(wish);
  expect(figures.length).toBeLessThan(40);
  const best = Math.min(...figures.map(({ valLoss }) => valLoss));
  const own = answers.reduce((sum, p, row) => {
    const clipped = Math.min(1 - 1e-7, Math.max(1e-7, p));
    return sum - Math.log(SMALL.labels[row] === 1 ? clipped : 1 - clipped);
  }, 0);
  expect(own / SMALL.count).toBeCloseTo(best, 3);
});

test('a linear regression comes to the least squares, in the unit of what was learned', async () => {
  // y = 300 x + 1000: far from the unit in which steps are taken.
  const x = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];
  const line = examples(
    x.map((value) => [value]),
    x.map((value) => 300 * value + 1000),
  );
  const wish = {
    kind: 'LINEAR',
    objective: 'REGRESSION',
    epochs: 200,
    learningRate: 0.05,
    batchSize: 7,
  } as const;
  const { figures, answers } = await train(wish, { data: line });
  answers.forEach((answer, row) => expect(answer).toBeCloseTo(300 * x[row]! + 1000, 0));
  expect(figures[0]).toMatchObject({ accuracy: null, valAccuracy: null });
  // Before anything is learned the mean is answered: the loss is the variance.
  expect(figures[0]!.loss).toBeCloseTo(90_000, -2);
});
