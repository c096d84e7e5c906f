import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerWasmKernels } from './wasm-kernels';

beforeAll(() => {
  jest.spyOn(console, 'warn').mockReturnValue(undefined);
  setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`);
  registerWasmKernels(tf);
  registerWasmKernels(tf);
});

/** Numbers that are not round and do not repeat soon. */
function numbers(...shape: number[]): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.37 + size)),
    shape,
  );
}

/** What a computation answers on each backend. */
async function onBoth(compute: () => tf.Tensor): Promise<[wasm: Float32Array, cpu: Float32Array]> {
  const answers: Float32Array[] = [];
  for (const backend of ['wasm', 'cpu']) {
    expect(await tf.setBackend(backend)).toBe(true);
    const before = tf.memory().numTensors;
    const result = tf.tidy(compute);
    answers.push(Float32Array.from(await result.data()));
    result.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
  return answers as [Float32Array, Float32Array];
}

function expectAlike([wasm, cpu]: [Float32Array, Float32Array]): void {
  expect(wasm).toHaveLength(cpu.length);
  const furthest = wasm.reduce((most, value, i) => Math.max(most, Math.abs(value - cpu[i]!)), 0);
  expect(furthest).toBeLessThan(2e-5);
}

test.each([
  [false, false, [5, 37], [37, 70]],
  [true, false, [37, 5], [37, 70]],
  [false, true, [5, 37], [70, 37]],
  [false, true, [70, 37], [5, 37]],
  [true, true, [37, 5], [70, 37]],
  [true, false, [3, 7, 4], [3, 7, 6]],
  [false, true, [3, 4, 7], [3, 6, 7]],
])(
  'a product with transposed %s and %s of %j and %j is that of the CPU backend',
  async (a, b, left, right) => {
    expectAlike(await onBoth(() => tf.matMul(numbers(...left), numbers(...right), a, b)));
  },
);

test('rows are added up by segment, and those without one are left out', async () => {
  expectAlike(
    await onBoth(() => tf.unsortedSegmentSum(numbers(6, 3), tf.tensor1d([2, 0, 2, -1, 0, 2], 'int32'), 4)),
  );
});

test('the gradient of a lookup, which is what trains an embedding', async () => {
  const ids = [
    [0, 2, 2],
    [1, 0, 2],
  ];
  expectAlike(
    await onBoth(() =>
      tf.grad((table) =>
        tf
          .gather(table, tf.tensor2d(ids, [2, 3], 'int32'))
          .mul(numbers(2, 3, 5))
          .sum(),
      )(numbers(4, 5)),
    ),
  );
});

test.each([
  ['valid', 1, [2, 6, 7, 3], [3, 2, 3, 4]],
  ['same', 1, [2, 5, 5, 1], [3, 3, 1, 2]],
  ['same', 2, [1, 7, 6, 2], [3, 3, 2, 3]],
  ['valid', 2, [2, 8, 8, 1], [2, 2, 1, 5]],
] as const)(
  'the gradient of a convolution’s kernel with padding %s and stride %d',
  async (padding, stride, picture, kernel) => {
    expectAlike(
      await onBoth(() =>
        tf.grad((filter) =>
          tf
            .conv2d(numbers(...picture) as tf.Tensor4D, filter as tf.Tensor4D, stride, padding)
            .square()
            .sum()
            .mul(0.01),
        )(numbers(...kernel)),
      ),
    );
  },
);
