/**
 * Leaves an ONNX graph some of its outputs, in the order that is asked for: exporters of classifiers answer a label beside
 * the probabilities, in a type that no row of numbers holds. What is computed for an output that is gone is not computed.
 */
import { bytesField, concat, type Bytes } from './protobuf';
import { fieldsOf, textOf } from './protobuf-reader';
import { withGraph } from './with-graph';

const OUTPUT = 12;

/** @param names those of outputs that the graph has. @throws Error when the bytes are no ONNX file. */
export function keepOutputs(onnx: Bytes, names: readonly string[]): Bytes {
  return withGraph(onnx, (graph) => {
    const others: Bytes[] = [];
    const outputs = new Map<string, Bytes>();
    for (const { number, bytes } of fieldsOf(graph)) {
      if (number === OUTPUT) outputs.set(nameOf(bytes), bytesField(OUTPUT, bytes));
      else others.push(bytesField(number, bytes));
    }
    return concat(...others, ...names.flatMap((name) => outputs.get(name) ?? []));
  });
}

/** ValueInfoProto { name = 1 }. */
function nameOf(value: Bytes): string {
  for (const { number, bytes } of fieldsOf(value)) if (number === 1) return textOf(bytes);
  return '';
}
