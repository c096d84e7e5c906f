import { forward, type Activation, type DenseLayer } from '../dense-network';
import { GOLDEN_NETWORK, GOLDEN_OUTPUTS, GOLDEN_ROWS } from '../golden';
import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { ComputeService } from '../compute.service';
import { denseToOnnx } from './dense-to-onnx';

/** A small generator with a seed (Numerical Recipes), so that the network is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * 2 - 1;
}

function network(widths: number[], activations: Activation[], random: () => number): DenseLayer[] {
  return activations.map((activation, index) => ({
    weights: Float32Array.from({ length: widths[index]! * widths[index + 1]! }, random),
    bias: Float32Array.from({ length: widths[index + 1]! }, random),
    activation,
  }));
}

const compute = new ComputeService('onnx', createLog({ logLevel: 'silent' }), new Metrics());
beforeAll(() => compute.start());
afterAll(() => compute.stop());

test('the golden answers are those of the formula in double precision', () => {
  const rows = [0, 3, 6].map((at) => [...GOLDEN_ROWS.subarray(at, at + 3)]);
  rows
    .flatMap((row) => forward(GOLDEN_NETWORK, row))
    .forEach((value, index) => expect(value).toBeCloseTo(GOLDEN_OUTPUTS[index]!, 7));
});

test.each<[string, number[], Activation[]]>([
  ["the article's classifier", [10, 64, 64, 1], ['relu', 'relu', 'sigmoid']],
  ['a linear model', [5, 1], ['linear']],
  ['several classes', [4, 8, 3], ['tanh', 'softmax']],
])('%s answers from its ONNX file what the formula says', async (_name, widths, activations) => {
  const random = seeded(11);
  const layers = network(widths, activations, random);
  const [inputWidth, count] = [widths[0]!, 5];
  const rows = Float32Array.from({ length: count * inputWidth }, random);
  await compute.load({
    versionId: 'mdv_exported',
    inputWidth,
    outputWidth: widths[widths.length - 1]!,
    files: [{ format: 'ONNX', source: { bytes: denseToOnnx(layers) } }],
  });
  const { outputs } = await compute.infer('mdv_exported', { rows, count });
  const expected = Array.from({ length: count }, (_, row) =>
    forward(layers, [...rows.subarray(row * inputWidth, (row + 1) * inputWidth)]),
  ).flat();
  expect(outputs).toHaveLength(expected.length);
  expected.forEach((value, index) => expect(Math.abs(outputs[index]! - value)).toBeLessThan(2e-6));
});

test('equal networks have equal bytes', () => {
  expect(denseToOnnx(GOLDEN_NETWORK)).toEqual(denseToOnnx(GOLDEN_NETWORK.map((layer) => ({ ...layer }))));
});

test('layers that do not fit together are refused in words', () => {
  const [first, second] = network([3, 4, 2], ['relu', 'sigmoid'], seeded(1));
  expect(() => denseToOnnx([])).toThrow('at least one layer');
  expect(() => denseToOnnx([second!, first!])).toThrow('Layer 1 takes 3 numbers, but 2 come in.');
  expect(() => denseToOnnx([{ ...first!, bias: new Float32Array(5) }])).toThrow(
    '5 units cannot have 12 weights',
  );
});
