/** ONNX files made by hand: what no exporter would write is what an import must refuse. */
import { integerAttribute, node } from '../../src/modules/compute/onnx/onnx-file';
import { bytesField, concat, integerField, stringField } from '../../src/modules/compute/onnx/protobuf';

export const FLOAT = 1;
export const INT64 = 7;
export const TEXT = 8;

/** ValueInfoProto of a tensor, a free dimension by its letter. */
export function tensor(name: string, type: number, dims: readonly (number | string)[]): Uint8Array {
  const shape = dims.map((dim) =>
    bytesField(1, typeof dim === 'number' ? integerField(1, dim) : stringField(2, dim)),
  );
  const tensorType = concat(integerField(1, type), bytesField(2, concat(...shape)));
  return concat(stringField(1, name), bytesField(2, bytesField(1, tensorType)));
}

export function onnx(parts: {
  readonly nodes: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}): Uint8Array {
  const graph = concat(
    ...parts.nodes,
    stringField(2, 'g'),
    ...parts.inputs.map((one) => bytesField(11, one)),
    ...parts.outputs.map((one) => bytesField(12, one)),
  );
  const opset = concat(stringField(1, ''), integerField(2, 17));
  return concat(integerField(1, 8), bytesField(7, graph), bytesField(8, opset));
}

/** One operator from `x` to `y`, both of this type and shape. */
export function oneOperator(operator: string, dims: readonly (number | string)[], type = FLOAT): Uint8Array {
  return onnx({
    nodes: [node(operator, ['x'], 'y')],
    inputs: [tensor('x', type, dims)],
    outputs: [tensor('y', type, dims)],
  });
}

export function cast(from: string, to: string, type: number): Uint8Array {
  return node('Cast', [from], to, integerAttribute('to', type));
}
