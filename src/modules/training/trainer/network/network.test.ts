import * as tf from '@tensorflow/tfjs';
import { denseToTfjs } from '../../../compute';
import { readTfjsBundle } from '../../../compute/tensorflow/tfjs-bundle';
import type { Examples } from '../training-data';
import { frozenForm } from './frozen-form';
import { gradientOf, outputsOf } from './gradient';
import { type LayerSpec, shapesOf } from './layer';
import { lossOf, type LossRule } from './loss';
import { type Architecture, initialWeights } from './network';
import { newOptimizerState, type OptimizerKind, step } from './optimizer';
import { learningRateAt, type ScheduleKind } from './schedule';

beforeAll(async () => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  await tf.setBackend('cpu');
});

const RELU = { activation: 'relu' } as const;
const conv = (filters: number, more: object = {}): LayerSpec => ({
  kind: 'CONVOLUTION',
  filters,
  size: 3,
  stride: 1,
  padding: 'valid',
  ...RELU,
  ...more,
});
const pool = (by: 'MAX' | 'AVERAGE'): LayerSpec => ({
  kind: 'POOLING',
  by,
  size: 2,
  stride: 2,
  padding: 'valid',
});
const recurrent = (cell: 'LSTM' | 'GRU', sequences: boolean): LayerSpec => ({
  kind: 'RECURRENT',
  cell,
  units: 3,
  sequences,
});
const answering = (units: number): LayerSpec => ({ kind: 'DENSE', units, activation: 'linear' });

const NETWORKS: [string, Architecture][] = [
  [
    'convolutions, both poolings, dropout, dense',
    {
      inputShape: [8, 7, 2],
      layers: [
        conv(3, { padding: 'same' }),
        pool('MAX'),
        { kind: 'DROPOUT', rate: 0.25 },
        conv(2, { size: 2, activation: 'tanh' }),
        pool('AVERAGE'),
        { kind: 'FLATTEN' },
        { kind: 'DENSE', units: 4, activation: 'sigmoid' },
        answering(3),
      ],
      answer: 'softmax',
    },
  ],
  ...(['LSTM', 'GRU'] as const).map((cell): [string, Architecture] => [
    `an embedding and ${cell}`,
    {
      inputShape: [4],
      layers: [
        { kind: 'EMBEDDING', vocabulary: 6, dimensions: 2 },
        recurrent(cell, true),
        recurrent(cell, false),
        answering(1),
      ],
      answer: 'sigmoid',
    },
  ]),
];

function rowsFor({ inputShape, layers }: Architecture, count: number): Examples {
  const width = inputShape.reduce((product, size) => product * size, 1);
  const isIds = layers[0]!.kind === 'EMBEDDING';
  const features = Float32Array.from({ length: count * width }, (_, i) =>
    isIds ? (i * 7) % 6 : Math.sin(i * 1.3),
  );
  return { features, labels: Float32Array.from({ length: count }, (_, row) => row % 2), count, width };
}

test.each(NETWORKS)('%s answer what TensorFlow.js answers from the bundle', async (_, architecture) => {
  const rows = rowsFor(architecture, 5);
  const weights = initialWeights(architecture, 4).map((values) =>
    values.map((value, i) => value + 0.1 * Math.cos(i)),
  );
  const form = frozenForm({ architecture, weights, unit: { mean: 0, scale: 1 } });
  const bundle = form.kind === 'LAYERS' ? form.bundle : denseToTfjs(form.layers);
  const model = await tf.loadLayersModel(tf.io.fromMemory(readTfjsBundle(bundle)));
  const shape = [rows.count, ...architecture.inputShape];
  const expected = (model.predict(tf.tensor(rows.features, shape)) as tf.Tensor).dataSync();
  const outputs = outputsOf(tf, architecture, weights, rows);
  const own = tf.tensor2d(outputs, [rows.count, outputs.length / rows.count]);
  const answers = (architecture.answer === 'softmax' ? own.softmax() : own.sigmoid()).dataSync();
  answers.forEach((answer, i) => expect(answer).toBeCloseTo(expected[i]!, 5));
});

test.each(NETWORKS)('%s: gradients are the slopes of the loss', (_, architecture) => {
  const training = rowsFor(architecture, 6);
  const weights = initialWeights(architecture, 4).map((values) =>
    values.map((value, i) => value + 0.1 * Math.cos(i)),
  );
  const width = architecture.answer === 'softmax' ? 3 : 1;
  const rule: LossRule = {
    loss: width === 3 ? 'SOFTMAX_CROSS_ENTROPY' : 'BINARY_CROSS_ENTROPY',
    answer: architecture.answer,
    width,
    classWeights: null,
  };
  const still = { ...architecture, layers: architecture.layers.filter(({ kind }) => kind !== 'DROPOUT') };
  const part = {
    epoch: 1,
    batch: 0,
    rows: Int32Array.from([0, 1, 2, 3, 4, 5]),
    from: 0,
    totalWeight: 6,
  };
  const gradient = gradientOf(tf, { architecture: still, training, rule, seed: 1 });
  const { gradients } = gradient(weights, part);
  const loss = (): number => gradient(weights, part).sum / 6;
  for (const [index, values] of weights.entries()) {
    const at = Math.floor(values.length / 2);
    const before = values[at]!;
    const change = 2e-3;
    values[at] = before + change;
    const above = loss();
    values[at] = before - change;
    const slope = (above - loss()) / (2 * change);
    values[at] = before;
    expect(gradients[index]![at]).toBeCloseTo(slope, 3);
  }
});

test.each([
  ['MEAN_SQUARED_ERROR', 'linear', 1],
  ['MEAN_SQUARED_ERROR', 'sigmoid', 1],
  ['MEAN_SQUARED_ERROR', 'softmax', 3],
  ['BINARY_CROSS_ENTROPY', 'sigmoid', 1],
  ['SOFTMAX_CROSS_ENTROPY', 'softmax', 3],
] as const)('%s behind %s: its gradient is its slope, weighted by class', (loss, answer, width) => {
  const labels = answer === 'linear' ? [0.5, -1] : [1, 0];
  const outputs = Float32Array.from({ length: 2 * width }, (_, i) => Math.sin(i + 1));
  const rule = { loss, answer, width, classWeights: answer === 'linear' ? null : [2, 0.5, 1] };
  const total = answer === 'linear' ? 2 : 2.5;
  const { gradient, weight } = lossOf(rule, outputs, labels, total);
  expect(weight).toBe(total);
  outputs.forEach((value, i) => {
    const moved = (change: number): number => {
      const other = outputs.slice();
      other[i] = value + change;
      return lossOf(rule, other, labels, total).sum / total;
    };
    expect(gradient[i]).toBeCloseTo((moved(1e-3) - moved(-1e-3)) / 2e-3, 4);
  });
});

test.each([
  ['SGD', () => tf.train.sgd(0.1)],
  ['MOMENTUM', () => tf.train.momentum(0.1, 0.9)],
  ['RMSPROP', () => tf.train.rmsprop(0.1, 0.9, 0, 1e-8)],
  ['ADAM', () => tf.train.adam(0.1, 0.9, 0.999, 1e-8)],
] as [OptimizerKind, () => tf.Optimizer][])('%s takes the steps of TensorFlow.js', (kind, reference) => {
  const weights = [Float32Array.of(1, -2, 3)];
  const settings = { kind, momentum: 0.9, decay: 0.9 };
  const state = newOptimizerState(settings, weights);
  const variable = tf.variable(tf.tensor1d([1, -2, 3]));
  const optimizer = reference();
  for (let turn = 1; turn <= 5; turn++) {
    const slopes = Float32Array.of(0.5 * turn, -0.2, 1 / turn);
    step(settings, state, weights, [slopes], 0.1);
    optimizer.minimize(() => variable.mul(tf.tensor1d(slopes)).sum() as tf.Scalar, false, [variable]);
    variable.dataSync().forEach((value, i) => expect(weights[0]![i]).toBeCloseTo(value, 4));
  }
});

test.each([
  ['CONSTANT', [1, 1, 1, 1]],
  ['STEP', [1, 1, 0.5, 0.5]],
  ['EXPONENTIAL', [1, 0.5, 0.25, 0.125]],
  ['COSINE', [1, 0.8536, 0.5, 0.1464]],
] as [ScheduleKind, number[]][])('the learning rate goes %s', (kind, rates) => {
  const schedule = { kind, factor: 0.5, everyEpochs: 2, warmUpEpochs: 0 };
  rates.forEach((rate, at) => expect(learningRateAt(schedule, 1, at + 1, 4)).toBeCloseTo(rate, 4));
  expect(learningRateAt({ ...schedule, warmUpEpochs: 3 }, 1, 2, 8)).toBeCloseTo(0.5, 10);
});

test.each([
  [[conv(4)], [null], '0', 'needs pictures'],
  [[conv(4, { size: 9 })], [8, 8, 1], '0', 'does not fit into 8 × 8 × 1'],
  [[{ kind: 'DENSE', units: 3, activation: 'relu' }, pool('MAX')], [null], '1', 'A pooling needs pictures'],
  [[conv(4), recurrent('GRU', false)], [8, 8, 1], '1', 'needs steps'],
  [
    [{ kind: 'FLATTEN' }, { kind: 'EMBEDDING', vocabulary: 3, dimensions: 2 }],
    [4],
    '1',
    'must be the first layer',
  ],
] as [LayerSpec[], (number | null)[], string, string][])(
  'a layer that does not fit is named by its path (%#)',
  (layers, input, at, words) => {
    let fault: unknown;
    try {
      shapesOf(layers, input, ['input', 'layers']);
    } catch (error) {
      fault = error;
    }
    expect(fault).toMatchObject({ path: ['input', 'layers', at], message: expect.stringContaining(words) });
  },
);
