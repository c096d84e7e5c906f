/**
 * Handwritten digits, from the 10,000 of MNIST that the registry ships: a network of dense layers, shown each digit anew
 * a little moved, turned and resized, because people do not write in the middle.
 */
import fs from 'node:fs';
import path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import { type Random, seededRandom, shuffle } from '../../src/modules/training';
import type { Trained } from './index';

const SEED = 1;
const SIDE = 28;
const PIXELS = SIDE * SIDE;
const HELD_OUT_EACH = 200;
const EPOCHS = 40;
const UNITS = 160;

interface Digit {
  readonly pixels: readonly number[];
  readonly digit: number;
}

export async function digits(tf: typeof Tf): Promise<Trained> {
  const { training, heldOut } = split();
  const random = seededRandom(SEED);
  const model = tf.sequential();
  const initializer = (index: number) => tf.initializers.glorotUniform({ seed: SEED * 1000 + index });
  model.add(
    tf.layers.dense({
      units: UNITS,
      activation: 'relu',
      inputShape: [PIXELS],
      kernelInitializer: initializer(0),
    }),
  );
  model.add(tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: initializer(1) }));
  const optimizer = tf.train.adam(0.002);
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    if (epoch === EPOCHS - 10) (optimizer as unknown as { learningRate: number }).learningRate = 0.0005;
    const order = shuffle(
      training.map((_, at) => at),
      random,
    );
    const x = new Float32Array(order.length * PIXELS);
    order.forEach((at, row) => moved(training[at]!.pixels, x, row * PIXELS, random));
    const labels = tf.tensor1d(
      order.map((at) => training[at]!.digit),
      'int32',
    );
    const [rows, answers] = [tf.tensor2d(x, [order.length, PIXELS]), tf.oneHot(labels, 10)];
    await model.fit(rows, answers, {
      epochs: 1,
      batchSize: 64,
      shuffle: false,
      verbose: 0,
      yieldEvery: 'never',
    });
    tf.dispose([rows, answers, labels]);
  }
  const x = tf.tensor2d(Float32Array.from(heldOut.flatMap(({ pixels }) => [...pixels])), [
    heldOut.length,
    PIXELS,
  ]);
  const answers = (model.predict(x, { batchSize: heldOut.length }) as Tf.Tensor).argMax(1).dataSync();
  const correct = heldOut.filter(({ digit }, row) => answers[row] === digit).length;
  const layers = model.layers.map((layer, at) => {
    const [weights, bias] = layer.getWeights().map((tensor) => Float32Array.from(tensor.dataSync()));
    return {
      weights: weights!,
      bias: bias!,
      activation: at === 0 ? ('relu' as const) : ('softmax' as const),
    };
  });
  return { layers, facts: {}, correct, heldOut: heldOut.length };
}

/** The last of each digit are held out; nobody's hand is known, so the same hand may be on both sides. */
function split(): { training: Digit[]; heldOut: Digit[] } {
  const [training, heldOut]: [Digit[], Digit[]] = [[], []];
  for (let digit = 0; digit < 10; digit++) {
    const file = path.join(path.dirname(require.resolve('mnist/package.json')), `src/digits/${digit}.json`);
    const { data } = JSON.parse(fs.readFileSync(file, 'utf8')) as { data: number[] };
    const count = Math.floor(data.length / PIXELS);
    for (let at = 0; at < count; at++) {
      const pixels = data.slice(at * PIXELS, (at + 1) * PIXELS);
      (at < count - HELD_OUT_EACH ? training : heldOut).push({ pixels, digit });
    }
  }
  return { training, heldOut };
}

/** Turned by up to 12°, resized by up to 12 %, moved by up to 2 pixels. */
function moved(pixels: readonly number[], target: Float32Array, offset: number, random: Random): void {
  const within = (size: number): number => (random() * 2 - 1) * size;
  const angle = within((12 * Math.PI) / 180);
  const scale = 1 + within(0.12);
  const [dx, dy] = [within(2), within(2)];
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  const middle = (SIDE - 1) / 2;
  const at = (x: number, y: number): number =>
    x >= 0 && x < SIDE && y >= 0 && y < SIDE ? pixels[y * SIDE + x]! : 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [u, v] = [x - middle - dx, y - middle - dy];
      const [sx, sy] = [cos * u + sin * v + middle, cos * v - sin * u + middle];
      const [left, top] = [Math.floor(sx), Math.floor(sy)];
      const [fx, fy] = [sx - left, sy - top];
      target[offset + y * SIDE + x] =
        at(left, top) * (1 - fx) * (1 - fy) +
        at(left + 1, top) * fx * (1 - fy) +
        at(left, top + 1) * (1 - fx) * fy +
        at(left + 1, top + 1) * fx * fy;
    }
  }
}
