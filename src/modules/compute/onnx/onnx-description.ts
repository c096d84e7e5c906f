/**
 * What an ONNX file says of itself: its inputs and outputs, its operators, and files beside it that hold its weights.
 * Field numbers of onnx.proto (ONNX 1.14).
 */
import { type ModelShape, NO_TENSOR, type TensorShape, tensorShape } from '../model-shape';
import type { Bytes } from './protobuf';
import { type Field, fieldsOf, textOf } from './protobuf-reader';

export interface OnnxDescription extends ModelShape {
  /** Names of files beside this one in which weights lie. */
  readonly beside: readonly string[];
  /** Of all graphs, those within operators included; `domain:Name` outside of the standard's own domain. */
  readonly operators: readonly string[];
}

/** TensorProto.DataType, from 1. */
const TYPES = [
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
];
const DEEPEST_GRAPH = 16;

interface Found {
  readonly beside: Set<string>;
  readonly operators: Set<string>;
}

/** @throws Error when the bytes are no ONNX file. */
export function describeOnnx(bytes: Uint8Array): OnnxDescription {
  const graph = only(bytes, 7);
  if (!graph) throw new Error('it holds no graph');
  const found: Found = { beside: new Set(), operators: new Set() };
  lookInto(graph, found, 0);
  // Old files list their weights among the inputs, too.
  const weights = new Set(all(graph, 5).map((tensor) => textOf(only(tensor, 8) ?? new Uint8Array(0))));
  const tensors = (field: number): TensorShape[] => all(graph, field).map(valueOf);
  return {
    inputs: tensors(11).filter(({ name }) => !weights.has(name)),
    outputs: tensors(12),
    beside: [...found.beside],
    operators: [...found.operators].sort(),
  };
}

/** GraphProto { node = 1, initializer = 5 }; NodeProto { op_type = 4, attribute = 5, domain = 7 }. */
function lookInto(graph: Bytes, found: Found, depth: number): void {
  if (depth > DEEPEST_GRAPH) throw new Error(`its graphs lie more than ${DEEPEST_GRAPH} deep in each other`);
  for (const { number, bytes } of fieldsOf(graph)) {
    if (number === 5) noteFileBeside(bytes, found);
    if (number !== 1) continue;
    const domain = textOf(only(bytes, 7) ?? new Uint8Array(0));
    const operator = textOf(only(bytes, 4) ?? new Uint8Array(0));
    found.operators.add(domain === '' || domain === 'ai.onnx' ? operator : `${domain}:${operator}`);
    // AttributeProto { t = 5, g = 6, graphs = 11 }
    for (const attribute of all(bytes, 5)) {
      for (const part of fieldsOf(attribute)) {
        if (part.number === 5) noteFileBeside(part.bytes, found);
        if (part.number === 6 || part.number === 11) lookInto(part.bytes, found, depth + 1);
      }
    }
  }
}

/** TensorProto { external_data = 13: StringStringEntryProto { key = 1, value = 2 }, data_location = 14 (1 = EXTERNAL) }. */
function noteFileBeside(tensor: Bytes, { beside }: Found): void {
  const fields = [...fieldsOf(tensor)];
  if (!fields.some(({ number, integer }) => number === 14 && integer === 1n)) return;
  for (const { number, bytes } of fields) {
    if (number !== 13 || textOf(only(bytes, 1) ?? new Uint8Array(0)) !== 'location') continue;
    beside.add(textOf(only(bytes, 2) ?? new Uint8Array(0)));
  }
}

/** ValueInfoProto { name = 1, type = 2: TypeProto { tensor_type = 1: { elem_type = 1, shape = 2: { dim = 1 } } } }. */
function valueOf(value: Bytes): TensorShape {
  const name = textOf(only(value, 1) ?? new Uint8Array(0));
  const type = only(value, 2);
  const tensor = type && only(type, 1);
  if (!tensor) return tensorShape(name, NO_TENSOR, undefined);
  const fields = [...fieldsOf(tensor)];
  const element = Number(fields.find(({ number }) => number === 1)?.integer ?? 0n);
  const shape = fields.find(({ number }) => number === 2);
  return tensorShape(name, TYPES[element - 1] ?? `type ${element}`, shape && dimensionsOf(shape));
}

/** TensorShapeProto { dim = 1: { dim_value = 1 | dim_param = 2 } }. */
function dimensionsOf({ bytes }: Field): (number | null)[] {
  return all(bytes, 1).map((dimension) => {
    const value = [...fieldsOf(dimension)].find(({ number }) => number === 1);
    return value ? Number(value.integer) : null;
  });
}

function all(message: Bytes, field: number): Bytes[] {
  const found: Bytes[] = [];
  for (const { number, bytes } of fieldsOf(message)) if (number === field) found.push(bytes);
  return found;
}

function only(message: Bytes, field: number): Bytes | undefined {
  return all(message, field).at(-1);
}
