import * as tf from '@tensorflow/tfjs';
import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { ComputeService } from '../compute.service';
import { tfjsBundle } from '../tensorflow/tfjs-bundle';
import { layersToOnnx } from './layers-to-onnx';

const TOLERANCE = 1e-5;
const COUNT = 3;
const compute = new ComputeService('onnx', createLog({ logLevel: 'silent' }), new Metrics());
beforeAll(async () => {
  await tf.setBackend('cpu');
  await compute.start();
});
afterAll(() => compute.stop());

async function bundleOf(model: tf.LayersModel): Promise<Uint8Array> {
  let bundle: Uint8Array | undefined;
  await model.save(
    tf.io.withSaveHandler(({ modelTopology, weightSpecs, weightData }) => {
      bundle = tfjsBundle({
        modelTopology: modelTopology as object,
        weightSpecs: weightSpecs!,
        weightData: new Uint8Array(weightData as ArrayBuffer),
      });
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  return bundle!;
}

/** Weights that are not at their start values: biases of zero would hide a wrong order. */
function shaken(model: tf.Sequential): tf.Sequential {
  let seed = 3;
  model.setWeights(
    model.getWeights().map((weight) => tf.randomUniform(weight.shape, 0.05, 0.6, 'float32', seed++)),
  );
  return model;
}

const { layers } = tf;
const picture = { inputShape: [9, 8, 3] };

const MODELS: [string, () => tf.Sequential, tf.Tensor][] = [
  ...(['lstm', 'gru'] as const).map((cell): [string, () => tf.Sequential, tf.Tensor] => [
    `a reader of sequences: embedding, ${cell} with sequences, ${cell}, dense`,
    () => {
      const recurrent = (settings: object) =>
        layers[cell]({ units: 4, recurrentActivation: 'sigmoid', ...settings });
      return tf.sequential({
        layers: [
          layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 5 }),
          recurrent({ returnSequences: true }),
          recurrent({ units: 2 }),
          layers.dense({ units: 2 }),
        ],
      });
    },
    tf.tensor2d([0, 1, 2, 3, 4, 6, 5, 4, 3, 2, 1, 1, 6, 0, 3], [COUNT, 5]),
  ]),
  [
    'a classifier of pictures: convolution, pooling, flatten, dense',
    () =>
      tf.sequential({
        layers: [
          layers.conv2d({ ...picture, filters: 4, kernelSize: 3, activation: 'relu' }),
          layers.maxPooling2d({ poolSize: 2 }),
          layers.conv2d({
            filters: 5,
            kernelSize: [2, 3],
            padding: 'same',
            strides: [2, 1],
            activation: 'elu',
          }),
          layers.dropout({ rate: 0.5 }),
          layers.flatten(),
          layers.dense({ units: 6, activation: 'softmax' }),
        ],
      }),
    tf.randomUniform([COUNT, 9, 8, 3], -1, 1, 'float32', 1),
  ],
  [
    'a light one: depthwise, batch normalization, means',
    () =>
      tf.sequential({
        layers: [
          layers.conv2d({
            ...picture,
            filters: 4,
            kernelSize: 3,
            useBias: false,
            padding: 'same',
            dilationRate: 2,
          }),
          layers.batchNormalization({}),
          layers.reLU({ maxValue: 6 }),
          layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
          layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
          layers.activation({ activation: 'swish' }),
          layers.globalAveragePooling2d({}),
          layers.dense({ units: 2 }),
        ],
      }),
    tf.randomUniform([COUNT, 9, 8, 3], -1, 1, 'float32', 2),
  ],
  [
    'one that ends as a picture, softmax over its channels',
    () =>
      tf.sequential({
        layers: [layers.conv2d({ ...picture, filters: 3, kernelSize: 1, activation: 'softmax' })],
      }),
    tf.randomUniform([COUNT, 9, 8, 3], -1, 1, 'float32', 4),
  ],
  [
    'a classifier of texts: embedding, mean, dense',
    () =>
      tf.sequential({
        layers: [
          layers.embedding({ inputDim: 20, outputDim: 5, inputLength: 7 }),
          layers.globalAveragePooling1d({}),
          layers.dense({ units: 3, activation: 'tanh' }),
        ],
      }),
    tf.randomUniform([COUNT, 7], 0, 20, 'int32', 5),
  ],
  [
    'a dense layer over sequences, reshaped',
    () =>
      tf.sequential({
        layers: [
          layers.reshape({ inputShape: [12], targetShape: [4, 3] }),
          layers.dense({ units: 5, activation: 'sigmoid' }),
          layers.globalMaxPooling1d({}),
        ],
      }),
    tf.randomUniform([COUNT, 12], -1, 1, 'float32', 6),
  ],
];

test.each(MODELS)('%s answers from its ONNX file what TensorFlow.js answers', async (_name, build, input) => {
  const model = shaken(build());
  const expected = Float32Array.from((model.predictOnBatch(input) as tf.Tensor).dataSync());
  const inputWidth = input.size / COUNT;
  const bytes = layersToOnnx(await bundleOf(model), inputWidth);
  const outputWidth = expected.length / COUNT;
  await compute.load({
    versionId: 'mdv_layers',
    inputWidth,
    outputWidth,
    files: [{ format: 'ONNX', source: { bytes } }],
  });
  const { outputs } = await compute.infer('mdv_layers', {
    rows: Float32Array.from(input.dataSync()),
    count: COUNT,
  });
  expect(outputs).toHaveLength(expected.length);
  const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - outputs[at]!)), 0);
  expect(worst).toBeLessThan(TOLERANCE);
});

test('equal models have equal bytes', async () => {
  const bundle = await bundleOf(shaken(MODELS[5]![1]()));
  expect(layersToOnnx(bundle, 7)).toEqual(layersToOnnx(bundle, 7));
});

test('what cannot be frozen is refused in words', async () => {
  const recurrent = tf.sequential({ layers: [layers.lstm({ inputShape: [4, 2], units: 3 })] });
  await expect(bundleOf(recurrent).then((bundle) => layersToOnnx(bundle, 8))).rejects.toThrow(
    /does not have tanh and sigmoid, which alone are frozen as ONNX/,
  );
  const upsampling = tf.sequential({ layers: [layers.upSampling2d({ ...picture, size: [2, 2] })] });
  await expect(bundleOf(upsampling).then((bundle) => layersToOnnx(bundle, 216))).rejects.toThrow(
    /Layers of the kind UpSampling2D .* are not frozen as ONNX/,
  );
  const input = tf.input({ shape: [3] });
  const branching = tf.model({
    inputs: input,
    outputs: layers.dense({ units: 1 }).apply(input) as tf.SymbolicTensor,
  });
  await expect(bundleOf(branching).then((bundle) => layersToOnnx(bundle, 3))).rejects.toThrow('sequential');
  const dilated = tf.sequential({
    layers: [layers.depthwiseConv2d({ ...picture, kernelSize: 3, dilationRate: 2 })],
  });
  await expect(bundleOf(dilated).then((bundle) => layersToOnnx(bundle, 216))).rejects.toThrow('dilated');
  const bundle = await bundleOf(shaken(MODELS[5]![1]()));
  expect(() => layersToOnnx(bundle, 8)).toThrow('The model takes rows of the shape [7]; 8 numbers come.');
});
