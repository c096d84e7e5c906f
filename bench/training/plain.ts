/** The peers: plain TensorFlow.js as its documentation trains, by `model.fit` and by a loop around `optimizer.minimize`. */
import type * as Tf from '@tensorflow/tfjs';
import { shuffle, seededRandom } from '../../src/modules/training';
import type { Examples } from '../../src/modules/training/trainer/training-data';
import type { EpochOf } from './contender';
import type { Network } from './networks';

type TensorFlow = typeof Tf;

export const fitted: EpochOf = async (tf, network, { training, validation }) => {
  const { recipe, inputWidth } = network;
  const classes = classesOf(network);
  const model = tf.sequential();
  recipe.hiddenUnits.forEach((units, index) =>
    model.add(
      tf.layers.dense({ units, activation: 'relu', ...(index === 0 && { inputShape: [inputWidth] }) }),
    ),
  );
  model.add(tf.layers.dense({ units: classes, activation: classes > 1 ? 'softmax' : 'sigmoid' }));
  model.compile({
    optimizer: tf.train.adam(recipe.learningRate),
    loss: classes > 1 ? 'categoricalCrossentropy' : 'binaryCrossentropy',
    metrics: ['accuracy'],
  });
  const [x, y] = tensorsOf(tf, training, classes);
  const validationData = tensorsOf(tf, validation, classes);
  const begun = performance.now();
  const { history } = await model.fit(x, y, {
    epochs: 1,
    batchSize: recipe.batchSize,
    shuffle: true,
    verbose: 0,
    yieldEvery: 'never',
    validationData,
  });
  const milliseconds = performance.now() - begun;
  tf.dispose([x, y, ...validationData]);
  model.dispose();
  model.optimizer.dispose();
  return { milliseconds, loss: Number(history['val_loss']![0]) };
};

export const minimised: EpochOf = async (tf, network, { training, validation }) => {
  const { recipe, inputWidth } = network;
  const classes = classesOf(network);
  const widths = [inputWidth, ...recipe.hiddenUnits, classes];
  const weights = widths.slice(1).map((units, index) => {
    const limit = Math.sqrt(6 / (widths[index]! + units));
    const kernel = tf.variable(tf.randomUniform<Tf.Rank.R2>([widths[index]!, units], -limit, limit));
    return { kernel, bias: tf.variable(tf.zeros([units])) };
  });
  const through = (x: Tf.Tensor2D): Tf.Tensor2D =>
    weights.reduce((value, { kernel, bias }, index) => {
      const next = tf.matMul(value, kernel).add<Tf.Tensor2D>(bias);
      return index < weights.length - 1 ? next.relu() : next;
    }, x);
  const lossOf = (x: Tf.Tensor2D, y: Tf.Tensor2D): Tf.Scalar =>
    classes > 1 ? tf.losses.softmaxCrossEntropy(y, through(x)) : tf.losses.sigmoidCrossEntropy(y, through(x));
  const optimizer = tf.train.adam(recipe.learningRate);
  const [x, y] = tensorsOf(tf, training, classes);
  const [watchedX, watchedY] = tensorsOf(tf, validation, classes);
  const begun = performance.now();
  const order = shuffle(
    Int32Array.from({ length: training.count }, (_, row) => row),
    seededRandom(recipe.seed),
  );
  for (let from = 0; from < training.count; from += recipe.batchSize) {
    tf.tidy(() => {
      const rows = tf.tensor1d(order.subarray(from, from + recipe.batchSize), 'int32');
      const [batchX, batchY] = [x.gather(rows), y.gather(rows)];
      optimizer.minimize(() => lossOf(batchX, batchY));
    });
  }
  const watched = tf.tidy(() => lossOf(watchedX, watchedY));
  const [loss] = await watched.data();
  const milliseconds = performance.now() - begun;
  tf.dispose([x, y, watchedX, watchedY, watched, ...weights.flatMap(({ kernel, bias }) => [kernel, bias])]);
  optimizer.dispose();
  return { milliseconds, loss: loss! };
};

/** Numbers that the last layer answers. */
function classesOf({ label: { labels } }: Network): number {
  return labels.length > 2 ? labels.length : 1;
}

function tensorsOf(
  tf: TensorFlow,
  { features, labels, count, width }: Examples,
  classes: number,
): [Tf.Tensor2D, Tf.Tensor2D] {
  const y = tf.tidy(() =>
    classes > 1
      ? (tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes).toFloat() as Tf.Tensor2D)
      : tf.tensor2d(labels, [count, 1]),
  );
  return [tf.tensor2d(features, [count, width]), y];
}
