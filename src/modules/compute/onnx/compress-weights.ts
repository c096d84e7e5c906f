/**
 * Keeps the weights of an ONNX graph in fewer bits, whatever the graph is: each large tensor becomes a small one and an
 * operator that makes the old one of it, so that all that follows stays as it was. FLOAT16 is half precision behind a
 * Cast. INT8 is symmetric and linear with a scale for each output channel, behind a DequantizeLinear: q = round(w / s),
 * s = max |w| / 127 (Jacob et al. 2018, without the zero point, which weights around zero do not need).
 */
import { toFloat16 } from './float16';
import { initializer, integerAttribute, node } from './onnx-file';
import { bytesField, concat, integerField, stringField, type Bytes } from './protobuf';
import { fieldsOf, textOf } from './protobuf-reader';
import { withGraph } from './with-graph';

export type WeightFormat = 'FLOAT16' | 'INT8';

const INITIALIZER = 5;
const FLOAT = 1;
const TYPE_OF: Readonly<Record<WeightFormat, number>> = { FLOAT16: 10, INT8: 3 };
/** Smaller tensors are left: what is spared would not pay for the operator. */
const WORTH = 64;

interface WeightTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** Undefined when there are no weights that would be worth it. @throws Error when the bytes are no ONNX file. */
export function compressWeights(onnx: Bytes, format: WeightFormat): Bytes | undefined {
  let compressed = 0;
  const whole = withGraph(onnx, (graph) => {
    const { bytes, compressed: own } = compressedGraph(graph, format);
    compressed += own;
    return bytes;
  });
  return compressed === 0 ? undefined : whole;
}

function compressedGraph(graph: Bytes, format: WeightFormat): { bytes: Bytes; compressed: number } {
  const kept: Bytes[] = [];
  const operators: Bytes[] = [];
  const small: Bytes[] = [];
  for (const { number, bytes } of fieldsOf(graph)) {
    const tensor = number === INITIALIZER ? weightsOf(bytes) : undefined;
    if (!tensor) kept.push(bytesField(number, bytes));
    else if (format === 'FLOAT16') {
      small.push(halved(tensor));
      operators.push(node('Cast', [`${tensor.name}__half`], tensor.name, integerAttribute('to', FLOAT)));
    } else {
      const { axis, parts } = quantised(tensor);
      small.push(...parts);
      const inputs = [`${tensor.name}__int8`, `${tensor.name}__scale`];
      operators.push(node('DequantizeLinear', inputs, tensor.name, integerAttribute('axis', axis)));
    }
  }
  // Operators stand in the order in which they can run: these need nothing that others make.
  return { bytes: concat(...operators, ...kept, ...small), compressed: operators.length };
}

/** TensorProto { dims = 1, data_type = 2, name = 8, raw_data = 9 }; undefined for what is no large matrix of floats. */
function weightsOf(tensor: Bytes): WeightTensor | undefined {
  const dims: number[] = [];
  let [type, name] = [0, ''];
  let raw: Bytes | undefined;
  for (const { number, integer, bytes } of fieldsOf(tensor)) {
    if (number === 1) dims.push(Number(integer));
    else if (number === 2) type = Number(integer);
    else if (number === 8) name = textOf(bytes);
    else if (number === 9) raw = bytes;
  }
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (type !== FLOAT || !raw || dims.length < 2 || count < WORTH || raw.length !== 4 * count)
    return undefined;
  return { name, dims, values: new Float32Array(Uint8Array.from(raw).buffer) };
}

function halved({ name, dims, values }: WeightTensor): Bytes {
  return smallTensor(
    `${name}__half`,
    dims,
    'FLOAT16',
    new Uint8Array(Uint16Array.from(values, toFloat16).buffer),
  );
}

function quantised({ name, dims, values }: WeightTensor): { axis: number; parts: Bytes[] } {
  // Outputs are the columns of a matrix, and the first dimension of a filter.
  const axis = dims.length === 2 ? 1 : 0;
  const channels = dims[axis]!;
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const channelOf = (at: number): number => Math.floor(at / inner) % channels;
  const largest = new Float32Array(channels);
  values.forEach((value, at) => {
    largest[channelOf(at)] = Math.max(largest[channelOf(at)]!, Math.abs(value));
  });
  const scales = largest.map((most) => (most === 0 ? 1 : most / 127));
  const numbers = Int8Array.from(values, (value, at) => Math.round(value / scales[channelOf(at)]!));
  return {
    axis,
    parts: [
      smallTensor(`${name}__int8`, dims, 'INT8', new Uint8Array(numbers.buffer)),
      initializer(`${name}__scale`, [channels], scales),
    ],
  };
}

function smallTensor(name: string, dims: readonly number[], format: WeightFormat, raw: Bytes): Bytes {
  return bytesField(
    INITIALIZER,
    concat(
      ...dims.map((dim) => integerField(1, dim)),
      integerField(2, TYPE_OF[format]),
      stringField(8, name),
      bytesField(9, raw),
    ),
  );
}
