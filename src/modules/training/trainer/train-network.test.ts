import * as tf from '@tensorflow/tfjs';
import type { LabelRule } from '../dataset/label-rule';
import { type Checkpoint, checkpointBytes, readCheckpoint } from './network/checkpoint';
import type { Weights } from './network/network';
import type { EpochFigures } from './process/trainer-message';
import { completeRecipe, type RecipeWish } from './recipe';
import { checkRecipe } from './recipe-rules';
import { type NetworkOptions, predict, trainNetwork } from './train-network';
import type { Examples } from './training-data';
import { warmUpRows } from './warm-up';

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

const ROWS = Array.from({ length: 20 }, (_, row) =>
  Array.from({ length: 10 }, (_unused, column) => Math.sin((row + 1) * (column + 1.7))),
);
const LABELS = ROWS.map((row) => Number(row[0]! + row[3]! * row[5]! > 0));
const SMALL = examples(ROWS, LABELS);

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

test('a batch of nothing but rows that do not count is no fault', async () => {
  const wish = { kind: 'DENSE_NETWORK' as const, epochs: 2, batchSize: 1, classWeights: [0, 1] };
  const { figures, answers } = await train(wish);
  expect(figures.map(({ loss }) => Number.isFinite(loss))).toEqual([true, true]);
  expect([...answers].every(Number.isFinite)).toBe(true);
  const none = completeRecipe({ ...wish, classWeights: [0, 0] });
  expect(() => checkRecipe(none, YES_NO)).toThrow('Give at least one a weight above 0');
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

test('no numbers leave a tidy as its result, which TensorFlow.js would search for tensors one by one', async () => {
  const results: unknown[] = [];
  const watched = Object.create(tf, {
    tidy: {
      value: (run: () => void) => {
        const result = tf.tidy(run);
        results.push(result);
        return result;
      },
    },
  }) as typeof tf;
  const data = { training: SMALL, validation: SMALL };
  await trainNetwork(watched, data, completeRecipe({ kind: 'DENSE_NETWORK', epochs: 1 }), YES_NO, {
    onEpoch: () => undefined,
  });
  expect(results.length).toBeGreaterThan(1);
  expect(new Set(results)).toEqual(new Set([undefined]));
});

test('a row of warming up is like the data and nobody’s, also where a picture or a category is all there is', () => {
  const spec = { name: 'x', dtype: 'FLOAT32' as never, optional: false };
  // Each person's picture is of one grey, and each person's category is another.
  const people = Array.from({ length: 30 }, (_, i) => [
    i,
    i,
    i,
    i,
    ...[0, 1, 2].map((k) => Number(i % 3 === k)),
  ]);
  const steps = [
    { kind: 'PIXELS' as const, spec, side: 2 },
    { kind: 'ONE_HOT' as const, spec, fill: '', categories: ['a', 'b', 'c'] },
  ];
  const rows = warmUpRows(
    { format: 1, steps, width: 7 },
    examples(
      people,
      people.map(() => 0),
    ),
    1,
  );
  for (const row of rows) {
    expect(row).toHaveLength(7);
    expect(new Set(row.slice(0, 4)).size).toBeGreaterThan(1);
    expect(row.slice(4).sort()).toEqual([0, 0, 1]);
  }
});
