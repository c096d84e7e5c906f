/**
 * Trains a stack of dense layers with Adam on binary cross-entropy, or on squared error, in TensorFlow.js. Initial weights and the order of
 * the rows come from the seed, so that the same data on the same backend gives the same weights, to the last bit.
 */
import type * as Tf from '@tensorflow/tfjs';
import type { DenseLayer } from '../../compute';
import { seededRandom, shuffle } from '../preparation/seeded-random';
import type { Recipe } from './recipe';
import { type EpochFigures, TrainingRefused } from './trainer-message';
import type { Examples } from './training-data';

type TensorFlow = typeof Tf;

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

export interface TrainedNetwork {
  readonly layers: readonly DenseLayer[];
  /** One probability, or one number, a row. */
  predict(rows: Float32Array, count: number): Promise<Float32Array>;
}

/** @throws TrainingRefused when loss or weights are no numbers any more. */
export async function trainNetwork(
  tf: TensorFlow,
  data: { readonly training: Examples; readonly validation: Examples },
  recipe: Recipe,
  onEpoch: (figures: EpochFigures) => Promise<void>,
): Promise<TrainedNetwork> {
  const { width } = data.training;
  const model = build(tf, width, recipe);
  const unit = unitOf(data.training.labels, recipe);
  const [features, labels] = tensors(tf, data.training, unit);
  const [watchedFeatures, watchedLabels] = tensors(tf, data.validation, unit);
  const order = Int32Array.from({ length: data.training.count }, (_, row) => row);
  const random = seededRandom(recipe.seed);
  for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
    const begun = performance.now();
    const indices = tf.tensor1d(shuffle(order, random), 'int32');
    const [rows, answers] = [tf.gather(features, indices), tf.gather(labels, indices)];
    // One epoch a call, in our order: TensorFlow.js would shuffle with a generator that cannot be seeded.
    const { history } = await model.fit(rows, answers, {
      epochs: 1,
      batchSize: recipe.batchSize,
      shuffle: false,
      verbose: 0,
      yieldEvery: 'never',
    });
    const [valLoss, valAccuracy] = await numbers(
      model.evaluate(watchedFeatures, watchedLabels, { batchSize: data.validation.count, verbose: 0 }),
    );
    tf.dispose([indices, rows, answers]);
    const loss = Number(history.loss![0]) * unit.scale ** 2;
    if (!Number.isFinite(loss) || !Number.isFinite(valLoss))
      throw new TrainingRefused(divergence(epoch, recipe));
    const accuracy = history.acc ? Number(history.acc[0]) : null;
    const elapsedMs = performance.now() - begun;
    await onEpoch({
      epoch,
      loss,
      accuracy,
      valLoss: valLoss! * unit.scale ** 2,
      valAccuracy: valAccuracy ?? null,
      elapsedMs,
    });
  }
  const layers = inUnit(await layersOf(model, recipe), unit);
  // TensorFlow.js clips probabilities before it takes the loss, and with them a NaN: the weights tell the truth.
  if (!layers.every(isFinite)) throw new TrainingRefused(divergence(recipe.epochs, recipe));
  return {
    layers,
    predict: async (matrix, count) => {
      const output = tf.tidy(() => model.predictOnBatch(tf.tensor2d(matrix, [count, width])) as Tf.Tensor);
      const answers = Float32Array.from(await output.data(), (answer) => answer * unit.scale + unit.mean);
      output.dispose();
      return answers;
    },
  };
}

function build(
  tf: TensorFlow,
  width: number,
  { hiddenUnits, seed, learningRate, objective }: Recipe,
): Tf.Sequential {
  const model = tf.sequential();
  const dense = (units: number, activation: 'relu' | 'sigmoid' | 'linear', index: number): void => {
    // A linear model starts at nothing, because it has one valley; layers that feed layers must not start alike.
    const kernelInitializer =
      hiddenUnits.length === 0 ? 'zeros' : tf.initializers.glorotUniform({ seed: seed * 1000 + index });
    const inputShape = index === 0 ? [width] : undefined;
    model.add(tf.layers.dense({ units, activation, kernelInitializer, inputShape }));
  };
  hiddenUnits.forEach((units, index) => dense(units, 'relu', index));
  const regression = objective === 'REGRESSION';
  dense(1, regression ? 'linear' : 'sigmoid', hiddenUnits.length);
  model.compile({
    optimizer: tf.train.adam(learningRate, BETA_1, BETA_2, EPSILON),
    loss: regression ? 'meanSquaredError' : 'binaryCrossentropy',
    metrics: regression ? [] : ['accuracy'],
  });
  return model;
}

function tensors(
  tf: TensorFlow,
  { features, labels, count, width }: Examples,
  { mean, scale }: Unit,
): [Tf.Tensor2D, Tf.Tensor2D] {
  const answers = labels.map((label) => (label - mean) / scale);
  return [tf.tensor2d(features, [count, width]), tf.tensor2d(answers, [count, 1])];
}

async function numbers(scalars: Tf.Scalar | Tf.Scalar[]): Promise<number[]> {
  const all = Array.isArray(scalars) ? scalars : [scalars];
  const values = await Promise.all(all.map(async (scalar) => (await scalar.data())[0]!));
  for (const scalar of all) scalar.dispose();
  return values;
}

async function layersOf(model: Tf.Sequential, { objective }: Recipe): Promise<DenseLayer[]> {
  const layers: DenseLayer[] = [];
  for (const [index, layer] of model.layers.entries()) {
    const [weights, bias] = await Promise.all(
      layer.getWeights().map(async (tensor) => Float32Array.from(await tensor.data())),
    );
    const last = objective === 'REGRESSION' ? 'linear' : 'sigmoid';
    const activation = index === model.layers.length - 1 ? last : 'relu';
    layers.push({ weights: weights!, bias: bias!, activation });
  }
  return layers;
}

/** In which unit numbers are learned: steps of one size suit wages and distances alike when both have spread 1. */
interface Unit {
  readonly mean: number;
  readonly scale: number;
}

function unitOf(labels: Float32Array, { objective }: Recipe): Unit {
  if (objective !== 'REGRESSION') return { mean: 0, scale: 1 };
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const variance = labels.reduce((sum, label) => sum + (label - mean) ** 2, 0) / labels.length;
  return { mean, scale: Math.sqrt(variance) || 1 };
}

/** The last layer is linear, so it can answer in the caller's unit by itself. */
function inUnit(layers: readonly DenseLayer[], { mean, scale }: Unit): DenseLayer[] {
  return layers.map((layer, index) =>
    index < layers.length - 1 || layer.activation !== 'linear'
      ? layer
      : {
          ...layer,
          weights: layer.weights.map((weight) => weight * scale),
          bias: layer.bias.map((bias) => bias * scale + mean),
        },
  );
}

function isFinite({ weights, bias }: DenseLayer): boolean {
  return weights.every(Number.isFinite) && bias.every(Number.isFinite);
}

function divergence(epoch: number, { learningRate }: Recipe): string {
  return `The training went out of bounds by epoch ${epoch}: the steps were too large. Try a learning rate below ${learningRate}.`;
}
