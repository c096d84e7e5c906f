/**
 * From rows of numbers to the tensors that an ONNX graph takes, and from those that it answers back to rows: a graph may
 * have several of each, of other types than ours, which then stand side by side in the row.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Batch } from '../engine';
import { sideBySide } from '../side-by-side';

type Metadata = InferenceSession.ValueMetadata;
type NewTensor = new (type: never, data: never, dimensions: readonly number[]) => Tensor;

interface Input {
  readonly name: string;
  readonly type: string;
  /** Of one row. */
  readonly shape: readonly number[];
  readonly from: number;
  readonly width: number;
}

/** The types of which numbers can be made, and how. */
const WRITERS: Readonly<Record<string, (numbers: Float32Array) => ArrayLike<number | bigint>>> = {
  float32: (numbers) => numbers,
  float64: (numbers) => Float64Array.from(numbers),
  int32: (numbers) => Int32Array.from(numbers),
  int64: (numbers) => BigInt64Array.from(numbers, (value) => BigInt(Math.round(value))),
};

/** Which part of a row is which input. @throws Error when the widths do not add up, or a type cannot be given. */
export function inputsOf(metadata: readonly Metadata[], inputWidth: number): readonly Input[] {
  const shapes = metadata.map((one) => {
    if (!one.isTensor || !(one.type in WRITERS))
      throw new Error(
        `The input ${one.name} of the type ${one.isTensor ? one.type : 'sequence'} is not served.`,
      );
    return one.shape.length === 0
      ? [null]
      : one.shape.slice(1).map((size) => (Number(size) >= 1 ? Number(size) : null));
  });
  const fixed = shapes.map((shape) => shape.reduce<number>((product, size) => product * (size ?? 1), 1));
  const free = shapes.flat().filter((size) => size === null).length;
  if (free > 1)
    throw new Error(`${free} dimensions of the inputs are free; at most one can be settled by the row.`);
  const known = shapes.reduce((sum, shape, index) => sum + (shape.includes(null) ? 0 : fixed[index]!), 0);
  let from = 0;
  const inputs = metadata.map(({ name, ...one }, index): Input => {
    const shape = shapes[index]!.map((size) => size ?? (inputWidth - known) / fixed[index]!);
    const width = shape.reduce((product, size) => product * size, 1);
    const input = { name, type: 'type' in one ? one.type : '', shape, from, width };
    from += width;
    return input;
  });
  if (from !== inputWidth || !inputs.every(({ width }) => Number.isInteger(width) && width > 0))
    throw new Error(`The model takes rows of ${JSON.stringify(shapes)}; ${inputWidth} numbers come.`);
  return inputs;
}

export function feedsOf(
  inputs: readonly Input[],
  { rows, count }: Batch,
  tensor: NewTensor,
): Record<string, Tensor> {
  const width = rows.length / count;
  return Object.fromEntries(
    inputs.map(({ name, type, shape, from, width: own }) => {
      const numbers = own === width ? rows : columns(rows, count, from, own);
      return [name, new tensor(type as never, WRITERS[type]!(numbers) as never, [count, ...shape])];
    }),
  );
}

/** The outputs of each row side by side. @throws Error for one that is no number, or not one answer a row. */
export async function answerOf(
  outputs: readonly (readonly [string, Tensor])[],
  count: number,
): Promise<Float32Array> {
  const parts = await Promise.all(
    outputs.map(async ([name, tensor]) => numbersOf(name, await tensor.getData(), count)),
  );
  return sideBySide(parts, count);
}

function numbersOf(name: string, data: unknown, count: number): Float32Array {
  const isNumbers =
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int32Array ||
    data instanceof BigInt64Array ||
    data instanceof Uint8Array;
  if (!isNumbers) throw new Error(`The output ${name} is of a type that is not served: it must be numbers.`);
  if (data.length % count !== 0)
    throw new Error(
      `The output ${name} holds ${data.length} numbers for ${count} rows: it does not answer row by row.`,
    );
  if (data instanceof Float32Array) return data;
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}

function columns(rows: Float32Array, count: number, from: number, own: number): Float32Array {
  const width = rows.length / count;
  const part = new Float32Array(count * own);
  for (let row = 0; row < count; row++)
    part.set(rows.subarray(row * width + from, row * width + from + own), row * own);
  return part;
}
