import * as tf from '@tensorflow/tfjs';
import { completeRecipe, type Recipe } from './recipe';
import { trainNetwork } from './train-network';
import type { EpochFigures } from './trainer-message';
import type { Examples } from './training-data';

const ROWS = [
  [0.5, -1.2],
  [1.5, 0.3],
  [-0.7, 0.8],
  [-1.1, -0.4],
  [0.2, 1.9],
];
const LABELS = [1, 1, 0, 0, 1];
const DATA: Examples = {
  features: Float32Array.from(ROWS.flat()),
  labels: Float32Array.from(LABELS),
  count: ROWS.length,
  width: 2,
};

/** The formulas, worked in double precision: forward, binary cross-entropy with its (1 − y) term, Adam with bias correction. */
interface Layer {
  weights: number[][];
  bias: number[];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const affine = ({ weights, bias }: Layer, x: number[]): number[] =>
  bias.map((b, unit) => x.reduce((sum, value, input) => sum + value * weights[input]![unit]!, b));

function gradients(layers: Layer[]): { loss: number; byLayer: Layer[] } {
  const byLayer = layers.map(({ weights, bias }) => ({
    weights: weights.map((row) => row.map(() => 0)),
    bias: bias.map(() => 0),
  }));
  let loss = 0;
  ROWS.forEach((row, index) => {
    const inputs = [row];
    layers.forEach((layer, at) => {
      const z = affine(layer, inputs[at]!);
      inputs.push(at === layers.length - 1 ? z.map(sigmoid) : z.map((value) => Math.max(0, value)));
    });
    const p = inputs.at(-1)![0]!;
    const y = LABELS[index]!;
    loss -= (y * Math.log(p) + (1 - y) * Math.log(1 - p)) / ROWS.length;
    // dL/dz of sigmoid and cross-entropy together is p − y.
    let delta = [(p - y) / ROWS.length];
    for (let at = layers.length - 1; at >= 0; at--) {
      const x = inputs[at]!;
      delta.forEach((d, unit) => {
        byLayer[at]!.bias[unit]! += d;
        x.forEach((value, input) => (byLayer[at]!.weights[input]![unit]! += d * value));
      });
      const { weights } = layers[at]!;
      delta = x.map((value, input) =>
        value > 0 ? delta.reduce((sum, d, unit) => sum + d * weights[input]![unit]!, 0) : 0,
      );
    }
  });
  return { loss, byLayer };
}

function trainByHand(
  start: Layer[],
  { epochs, learningRate }: Recipe,
): { layers: Layer[]; losses: number[] } {
  const flat = (layers: Layer[]): number[] =>
    layers.flatMap(({ weights, bias }) => [...weights.flat(), ...bias]);
  let values = flat(start);
  const m = values.map(() => 0);
  const v = values.map(() => 0);
  const losses: number[] = [];
  const layered = (numbers: number[]): Layer[] => {
    let at = 0;
    const take = (n: number): number[] => numbers.slice(at, (at += n));
    return start.map(({ weights, bias }) => ({
      weights: weights.map((row) => take(row.length)),
      bias: take(bias.length),
    }));
  };
  for (let t = 1; t <= epochs; t++) {
    const { loss, byLayer } = gradients(layered(values));
    losses.push(loss);
    const g = flat(byLayer);
    values = values.map((value, i) => {
      m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
      v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2;
      const [mHat, vHat] = [m[i]! / (1 - 0.9 ** t), v[i]! / (1 - 0.999 ** t)];
      return value - (learningRate * mHat) / (Math.sqrt(vHat) + 1e-8);
    });
  }
  return { layers: layered(values), losses };
}

async function train(wish: Parameters<typeof completeRecipe>[0], data = DATA) {
  const figures: EpochFigures[] = [];
  const network = await trainNetwork(
    tf,
    { training: data, validation: data },
    completeRecipe(wish),
    async (epoch) => {
      figures.push(epoch);
    },
  );
  const layers = network.layers.map(({ weights, bias }): Layer => {
    const units = bias.length;
    const rows = Array.from({ length: weights.length / units }, (_, row) => [
      ...weights.slice(row * units, (row + 1) * units),
    ]);
    return { weights: rows, bias: [...bias] };
  });
  return { network, layers, figures };
}

beforeAll(async () => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  await tf.setBackend('cpu');
});

test.each([
  ['a linear model', { kind: 'LINEAR' as const, epochs: 5, batchSize: 5 }],
  ['a network', { kind: 'DENSE_NETWORK' as const, epochs: 5, batchSize: 5, hiddenUnits: [3, 4] }],
])('%s follows the formulas worked by hand in double precision', async (_, wish) => {
  const start = await train({ ...wish, epochs: 0 });
  const byHand = trainByHand(start.layers, completeRecipe(wish));
  const { layers, figures } = await train(wish);
  figures.forEach(({ loss }, epoch) => expect(loss).toBeCloseTo(byHand.losses[epoch]!, 5));
  layers.forEach(({ weights, bias }, at) => {
    const expected = byHand.layers[at]!;
    [...weights.flat(), ...bias].forEach((value, i) => {
      expect(value).toBeCloseTo([...expected.weights.flat(), ...expected.bias][i]!, 4);
    });
  });
});

test('the same seed gives the same weights to the last bit, another seed others', async () => {
  const wish = { kind: 'DENSE_NETWORK' as const, epochs: 3, batchSize: 2, seed: 5 };
  const [one, again, other] = [await train(wish), await train(wish), await train({ ...wish, seed: 6 })];
  expect(again.network.layers).toEqual(one.network.layers);
  expect(other.network.layers).not.toEqual(one.network.layers);
});

test('nothing of a training is left in the memory of the backend but its model', async () => {
  const wish = { kind: 'DENSE_NETWORK' as const, epochs: 1, batchSize: 2 };
  const tensorsAfter = async (epochs: number): Promise<number> => {
    const before = tf.memory().numTensors;
    await train({ ...wish, epochs });
    return tf.memory().numTensors - before;
  };
  expect(await tensorsAfter(6)).toBe(await tensorsAfter(2));
});

test('weights that are no numbers end the training with what to change', async () => {
  const wish = { kind: 'DENSE_NETWORK' as const, epochs: 4, learningRate: 1e38 };
  await expect(train(wish)).rejects.toThrow(/out of bounds by epoch \d.*Try a learning rate below/);
});

test('a linear regression comes to the least squares, in the unit of what was learned', async () => {
  // y = 300 x + 1000: far from the unit in which steps are taken.
  const x = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];
  const line = {
    features: Float32Array.from(x),
    labels: Float32Array.from(x, (value) => 300 * value + 1000),
    count: x.length,
    width: 1,
  };
  const wish = {
    kind: 'LINEAR',
    objective: 'REGRESSION',
    epochs: 200,
    learningRate: 0.05,
    batchSize: 7,
  } as const;
  const { network, layers, figures } = await train(wish, line);
  expect(layers[0]!.weights[0]![0]).toBeCloseTo(300, 0);
  expect(layers[0]!.bias[0]).toBeCloseTo(1000, 0);
  expect(network.layers[0]!.activation).toBe('linear');
  expect((await network.predict(Float32Array.of(2), 1))[0]).toBeCloseTo(1600, 0);
  expect(figures[0]).toMatchObject({ accuracy: null, valAccuracy: null });
  // Before anything is learned the mean is answered: the loss is the variance.
  expect(figures[0]!.loss).toBeCloseTo(90_000, -2);
});
