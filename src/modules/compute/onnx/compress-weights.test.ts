import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { ComputeService } from '../compute.service';
import { type DenseLayer, forward } from '../dense-network';
import { compressWeights, type WeightFormat } from './compress-weights';
import { denseToOnnx } from './dense-to-onnx';
import { toFloat16 } from './float16';

/** A small generator with a seed (Numerical Recipes). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * 2 - 1;
}

const random = seeded(3);
const layer = (inputs: number, outputs: number, activation: DenseLayer['activation']): DenseLayer => ({
  weights: Float32Array.from({ length: inputs * outputs }, random),
  bias: Float32Array.from({ length: outputs }, random),
  activation,
});
const LAYERS = [layer(20, 64, 'relu'), layer(64, 32, 'tanh'), layer(32, 3, 'linear')];
const ONNX = denseToOnnx(LAYERS);

const compute = new ComputeService('onnx', createLog({ logLevel: 'silent' }), new Metrics());
beforeAll(() => compute.start());
afterAll(() => compute.stop());

/** The largest error of the outputs beside the largest output. */
async function errorOf(format: WeightFormat): Promise<number> {
  const rows = Float32Array.from({ length: 16 * 20 }, random);
  // As it comes from a disk: a view into a larger buffer.
  const bytes = compressWeights(Buffer.concat([Buffer.alloc(3), ONNX]).subarray(3), format)!;
  const versionId = `mdv_${format}`;
  await compute.load({
    versionId,
    inputWidth: 20,
    outputWidth: 3,
    files: [{ format: 'ONNX', source: { bytes } }],
  });
  const { outputs } = await compute.infer(versionId, { rows, count: 16 });
  const expected = Array.from({ length: 16 }, (_, row) =>
    forward(LAYERS, [...rows.subarray(row * 20, (row + 1) * 20)]),
  ).flat();
  const size = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, at) => Math.abs(outputs[at]! - value))) / size;
}

test('half precision halves the file, and the engine answers within a thousandth', async () => {
  expect(compressWeights(ONNX, 'FLOAT16')!.length / ONNX.length).toBeLessThan(0.6);
  expect(await errorOf('FLOAT16')).toBeLessThan(1e-3);
});

test('eight bits take a third at most, and the engine answers within two hundredths', async () => {
  expect(compressWeights(ONNX, 'INT8')!.length / ONNX.length).toBeLessThan(0.36);
  const error = await errorOf('INT8');
  expect(error).toBeLessThan(0.02);
  expect(error).toBeGreaterThan(0);
});

test('equal files are compressed to equal bytes', () => {
  expect(compressWeights(ONNX, 'INT8')).toEqual(compressWeights(denseToOnnx(LAYERS), 'INT8'));
});

test('a file without weights worth it is told apart from what is none, which is refused', () => {
  expect(compressWeights(denseToOnnx([layer(3, 1, 'linear')]), 'INT8')).toBeUndefined();
  expect(() => compressWeights(Buffer.from('no model'), 'FLOAT16')).toThrow();
});

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65520, 0x7c00],
  [Infinity, 0x7c00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [1.5 * 2 ** -24, 0x0002],
  // Halfway between two neighbours: the even one.
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
])('%p is the half with the bits %p', (value, bits) => {
  expect(toFloat16(value)).toBe(bits);
});

test('what is no number stays none', () => {
  expect(toFloat16(NaN) & 0x7c00).toBe(0x7c00);
  expect(toFloat16(NaN) & 0x03ff).not.toBe(0);
});
