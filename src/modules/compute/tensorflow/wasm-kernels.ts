/**
 * What TensorFlow.js lacks on its WebAssembly backend and training needs: the gradient of a lookup (UnsortedSegmentSum),
 * the gradient of a convolution's kernel (Conv2DBackpropFilter), and products of transposed matrices, whose own way there
 * is up to thirty times slower than turning the matrix first. Registered once in a process; the CPU backend is the reference.
 */
import type * as Tf from '@tensorflow/tfjs';

type TensorFlow = typeof Tf;

/** The part of the backend that kernels use: numbers lie on one heap, and a kernel reads and writes them there. */
interface WasmBackend {
  makeOutput(shape: number[], dtype: Tf.DataType): Tf.TensorInfo;
  typedArrayFromHeap(tensor: Tf.TensorInfo): Float32Array | Int32Array;
  disposeData(dataId: object): void;
}

interface Call {
  readonly inputs: Readonly<Record<string, Tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: WasmBackend;
}

const WASM = 'wasm';

/** May be called any number of times, before or after the backend was chosen. */
export function registerWasmKernels(tf: TensorFlow): void {
  if (tf.getKernel('UnsortedSegmentSum', WASM)) return;
  const register = (kernelName: string, run: (call: Call) => Tf.TensorInfo): void =>
    tf.registerKernel({ kernelName, backendName: WASM, kernelFunc: run as unknown as Tf.KernelFunc });
  register('UnsortedSegmentSum', unsortedSegmentSum);
  const product = turnedProducts(tf);
  register('Conv2DBackpropFilter', (call) => kernelGradient(tf, product, call));
}

/** Rows of `x` added up by segment; a row whose segment is negative is left out. */
function unsortedSegmentSum({ inputs, attrs, backend }: Call): Tf.TensorInfo {
  const { x, segmentIds } = inputs as { x: Tf.TensorInfo; segmentIds: Tf.TensorInfo };
  const segments = attrs['numSegments'] as number;
  const rows = sizeOf(segmentIds.shape);
  const width = sizeOf(x.shape) / rows;
  const output = backend.makeOutput([segments, ...x.shape.slice(segmentIds.shape.length)], x.dtype);
  // Read after the output was made: a heap that grows moves.
  const [values, ids, sums] = [x, segmentIds, output].map((tensor) => backend.typedArrayFromHeap(tensor));
  sums!.fill(0);
  for (let row = 0; row < rows; row++) {
    const segment = ids![row]!;
    if (segment < 0 || segment >= segments) continue;
    for (let column = 0; column < width; column++)
      sums![segment * width + column]! += values![row * width + column]!;
  }
  return output;
}

type Product = (call: Call) => Tf.TensorInfo;

/** Takes the place of BatchMatMul: turns what is transposed, then calls the backend's own product. */
function turnedProducts(tf: TensorFlow): Product {
  const own = tf.getKernel('BatchMatMul', WASM);
  if (!own) throw new Error('The WebAssembly backend of TensorFlow.js is not loaded.');
  const multiply = own.kernelFunc as unknown as Product;
  const kernelFunc = ({ inputs, attrs, backend }: Call): Tf.TensorInfo => {
    const { a, b } = inputs as { a: Tf.TensorInfo; b: Tf.TensorInfo };
    const turned: Tf.TensorInfo[] = [];
    const turn = (matrix: Tf.TensorInfo): Tf.TensorInfo => {
      const last = turnedMatrix(backend, matrix);
      turned.push(last);
      return last;
    };
    const straight = (left: Tf.TensorInfo, right: Tf.TensorInfo): Tf.TensorInfo =>
      multiply({
        inputs: { a: left, b: right },
        attrs: { transposeA: false, transposeB: false },
        backend,
      });
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    let result: Tf.TensorInfo;
    if (transposeB && !transposeA && a.shape.length === 2 && sizeOf(a.shape) < sizeOf(b.shape)) {
      // A Bᵀ = (B Aᵀ)ᵀ: the smaller matrices are turned.
      const product = straight(b, turn(a));
      turned.push(product);
      result = turnedMatrix(backend, product);
    } else result = straight(transposeA ? turn(a) : a, transposeB ? turn(b) : b);
    for (const { dataId } of turned) backend.disposeData(dataId);
    return result;
  };
  tf.unregisterKernel('BatchMatMul', WASM);
  tf.registerKernel({ ...own, kernelFunc: kernelFunc as unknown as Tf.KernelFunc });
  return kernelFunc;
}

const TILE = 32;

/** The last two dimensions change places. In tiles, so that reading and writing both stay in the cache. */
function turnedMatrix(backend: WasmBackend, matrix: Tf.TensorInfo): Tf.TensorInfo {
  const { shape } = matrix;
  const [rows, columns] = shape.slice(-2) as [number, number];
  const output = backend.makeOutput([...shape.slice(0, -2), columns, rows], matrix.dtype);
  const from = backend.typedArrayFromHeap(matrix);
  const to = backend.typedArrayFromHeap(output);
  for (let offset = 0; offset < from.length; offset += rows * columns) {
    for (let top = 0; top < rows; top += TILE) {
      const bottom = Math.min(rows, top + TILE);
      for (let left = 0; left < columns; left += TILE) {
        const right = Math.min(columns, left + TILE);
        for (let row = top; row < bottom; row++)
          for (let column = left; column < right; column++)
            to[offset + column * rows + row] = from[offset + row * columns + column]!;
      }
    }
  }
  return output;
}

/**
 * The gradient of a convolution by its kernel is one product: what each place of the kernel saw (a row for each place and
 * channel) times what came back (a column for each filter).
 */
function kernelGradient(tf: TensorFlow, product: Product, { inputs, attrs, backend }: Call): Tf.TensorInfo {
  const { x, dy } = inputs as { x: Tf.TensorInfo; dy: Tf.TensorInfo };
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as {
    strides: number | [number, number];
    pad: 'same' | 'valid' | number;
    dataFormat: 'NHWC' | 'NCHW';
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
    filterShape: [number, number, number, number];
  };
  if (dataFormat !== 'NHWC')
    throw new Error('The gradient of a convolution with its channels first is not known here.');
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const seen = seenByKernel(backend, x, info);
  const back = { ...dy, shape: [sizeOf(dy.shape) / info.outChannels, info.outChannels] };
  const gradient = product({
    inputs: { a: seen, b: back },
    attrs: { transposeA: false, transposeB: false },
    backend,
  });
  backend.disposeData(seen.dataId);
  return { ...gradient, shape: [...filterShape] };
}

function seenByKernel(
  backend: WasmBackend,
  x: Tf.TensorInfo,
  info: ReturnType<TensorFlow['backend_util']['computeConv2DInfo']>,
): Tf.TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
  const { strideHeight, strideWidth, padInfo } = info;
  const windows = batchSize * outHeight * outWidth;
  const seen = backend.makeOutput([filterHeight * filterWidth * inChannels, windows], 'float32');
  const from = backend.typedArrayFromHeap(x);
  const to = backend.typedArrayFromHeap(seen);
  let at = 0;
  for (let high = 0; high < filterHeight; high++)
    for (let wide = 0; wide < filterWidth; wide++)
      for (let channel = 0; channel < inChannels; channel++)
        for (let picture = 0; picture < batchSize; picture++)
          for (let outRow = 0; outRow < outHeight; outRow++) {
            const row = outRow * strideHeight + high - padInfo.top;
            const start = (picture * inHeight + row) * inWidth;
            const isOutside = row < 0 || row >= inHeight;
            for (let outColumn = 0; outColumn < outWidth; outColumn++) {
              const column = outColumn * strideWidth + wide - padInfo.left;
              to[at++] =
                isOutside || column < 0 || column >= inWidth
                  ? 0
                  : from[(start + column) * inChannels + channel]!;
            }
          }
  return seen;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
