/** An ONNX file with another graph: what stands around it (versions, sets of operators, functions) stays as it came. */
import { bytesField, concat, integerField, type Bytes } from './protobuf';
import { fieldsOf } from './protobuf-reader';

const GRAPH = 7;
/** ModelProto's numbers; everything else in it is a message or a text. */
const MODEL_INTEGERS: ReadonlySet<number> = new Set([1, 5]);

/** @throws Error when the bytes are no ONNX file. */
export function withGraph(onnx: Bytes, change: (graph: Bytes) => Bytes): Bytes {
  const parts: Bytes[] = [];
  for (const { number, integer, bytes } of fieldsOf(onnx)) {
    if (MODEL_INTEGERS.has(number)) parts.push(integerField(number, integer));
    else parts.push(bytesField(number, number === GRAPH ? change(bytes) : bytes));
  }
  return concat(...parts);
}
