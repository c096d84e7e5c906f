/**
 * The parts of an ONNX file that a chain of operators needs, with the field numbers of onnx.proto (ONNX 1.14,
 * IR version 8, opset 17). One input `x`, one output `y`, both of float32 with a free batch dimension.
 */
import { bytesField, concat, floatField, integerField, stringField, type Bytes } from './protobuf';

const FLOAT = 1;
export const INT64 = 7;
const FLOAT_ATTRIBUTE = 1;
const INT_ATTRIBUTE = 2;
const FLOATS_ATTRIBUTE = 6;
const INTS_ATTRIBUTE = 7;
const STRINGS_ATTRIBUTE = 8;
const IR_VERSION = 8;
const OPSET = 17;

/** TensorProto { dims = 1, data_type = 2, name = 8, raw_data = 9 }, as an initializer of the graph (field 5). */
export function initializer(
  name: string,
  dims: readonly number[],
  data: Float32Array | BigInt64Array,
): Bytes {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const tensor = concat(
    ...dims.map((dim) => integerField(1, dim)),
    integerField(2, data instanceof BigInt64Array ? INT64 : FLOAT),
    stringField(8, name),
    bytesField(9, raw),
  );
  return bytesField(5, tensor);
}

/** AttributeProto { name = 1, i = 3, type = 20 }, as an attribute of a node (field 5). */
export function integerAttribute(name: string, value: number): Bytes {
  return bytesField(5, concat(stringField(1, name), integerField(3, value), integerField(20, INT_ATTRIBUTE)));
}

/** AttributeProto { name = 1, ints = 8, type = 20 }. */
export function integersAttribute(name: string, values: readonly number[]): Bytes {
  const ints = values.map((value) => integerField(8, value));
  return bytesField(5, concat(stringField(1, name), ...ints, integerField(20, INTS_ATTRIBUTE)));
}

/** AttributeProto { name = 1, f = 2, type = 20 }. */
export function floatAttribute(name: string, value: number): Bytes {
  return bytesField(5, concat(stringField(1, name), floatField(2, value), integerField(20, FLOAT_ATTRIBUTE)));
}

/** AttributeProto { name = 1, floats = 7, type = 20 }. */
export function floatsAttribute(name: string, values: readonly number[]): Bytes {
  const floats = values.map((value) => floatField(7, value));
  return bytesField(5, concat(stringField(1, name), ...floats, integerField(20, FLOATS_ATTRIBUTE)));
}

/** AttributeProto { name = 1, strings = 9, type = 20 }. */
export function stringsAttribute(name: string, values: readonly string[]): Bytes {
  const strings = values.map((value) => stringField(9, value));
  return bytesField(5, concat(stringField(1, name), ...strings, integerField(20, STRINGS_ATTRIBUTE)));
}

/** NodeProto { domain = 7 }, as the last attribute of a node: it stands in another set of operators. */
export function domainOfNode(domain: string): Bytes {
  return stringField(7, domain);
}

/** NodeProto { input = 1, output = 2, name = 3, op_type = 4 }, as a node of the graph (field 1). */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string | readonly string[],
  ...attributes: Bytes[]
): Bytes {
  const outputs = typeof output === 'string' ? [output] : output;
  return bytesField(
    1,
    concat(
      ...inputs.map((input) => stringField(1, input)),
      ...outputs.map((one) => stringField(2, one)),
      stringField(3, `${operator}_${outputs[0]}`),
      stringField(4, operator),
      ...attributes,
    ),
  );
}

/** ValueInfoProto { name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 } } } }. */
function rowsOf(name: string, width: number): Bytes {
  const free = bytesField(1, stringField(2, 'batch'));
  const fixed = bytesField(1, integerField(1, width));
  const tensorType = concat(integerField(1, FLOAT), bytesField(2, concat(free, fixed)));
  return concat(stringField(1, name), bytesField(2, bytesField(1, tensorType)));
}

/** ModelProto { ir_version = 1, producer_name = 2, graph = 7, opset_import = 8 }. */
export function onnxFile(parts: {
  readonly nodes: readonly Bytes[];
  readonly initializers: readonly Bytes[];
  readonly inputWidth: number;
  readonly outputWidth: number;
  /** Sets of operators beside ONNX's own. */
  readonly domains?: readonly { readonly domain: string; readonly version: number }[];
}): Bytes {
  const graph = concat(
    ...parts.nodes,
    stringField(2, 'dense'),
    ...parts.initializers,
    bytesField(11, rowsOf('x', parts.inputWidth)),
    bytesField(12, rowsOf('y', parts.outputWidth)),
  );
  const sets = [{ domain: '', version: OPSET }, ...(parts.domains ?? [])].map(({ domain, version }) =>
    bytesField(8, concat(stringField(1, domain), integerField(2, version))),
  );
  return concat(integerField(1, IR_VERSION), stringField(2, 'flywheel'), bytesField(7, graph), ...sets);
}
