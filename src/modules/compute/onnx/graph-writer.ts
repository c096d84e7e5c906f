/**
 * Writes the nodes of an ONNX graph one after the other and follows the value between them: its name, the shape of one
 * row, and the order of its dimensions. TensorFlow keeps the channels last, ONNX's pictures have them first; a value is
 * turned only where the next layer needs the other order.
 */
import { initializer, integersAttribute, node } from './onnx-file';
import type { Bytes } from './protobuf';

export interface Value {
  readonly name: string;
  /** Of one row, as TensorFlow says it: channels last. */
  readonly shape: readonly number[];
  /** The tensor in the graph has the channels right behind the batch. */
  readonly channelsFirst: boolean;
}

export class GraphWriter {
  readonly nodes: Bytes[] = [];
  readonly initializers: Bytes[] = [];
  private count = 0;

  /** Adds a node; answers the name of its output. */
  emit(operator: string, inputs: readonly string[], ...attributes: Bytes[]): string {
    const output = `v${this.count++}`;
    this.nodes.push(node(operator, inputs, output, ...attributes));
    return output;
  }

  /** Adds a node with several outputs; answers their names. */
  emitAll<Output extends string>(
    operator: string,
    inputs: readonly string[],
    outputs: readonly Output[],
    ...attributes: Bytes[]
  ): Record<Output, string> {
    const named = outputs.map((output) => [output, `v${this.count++}`] as const);
    const names = named.map(([, name]) => name);
    this.nodes.push(node(operator, inputs, names, ...attributes));
    return Object.fromEntries(named) as Record<Output, string>;
  }

  numbers(shape: readonly number[], data: Float32Array): string {
    return this.keep((name) => initializer(name, shape, data));
  }

  integers(values: readonly number[]): string {
    return this.keep((name) => initializer(name, [values.length], BigInt64Array.from(values.map(BigInt))));
  }

  /** The same value with the channels last. */
  channelsLast(value: Value): Value {
    if (!value.channelsFirst) return value;
    const rank = value.shape.length + 1;
    const order = [0, ...Array.from({ length: rank - 2 }, (_, place) => place + 2), 1];
    return { ...value, name: this.transposed(value.name, order), channelsFirst: false };
  }

  /** The same value with the channels first. */
  channelsFirst(value: Value): Value {
    if (value.channelsFirst || value.shape.length < 2) return value;
    const rank = value.shape.length + 1;
    const order = [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, place) => place + 1)];
    return { ...value, name: this.transposed(value.name, order), channelsFirst: true };
  }

  private transposed(name: string, order: readonly number[]): string {
    return this.emit('Transpose', [name], integersAttribute('perm', order));
  }

  private keep(constant: (name: string) => Bytes): string {
    const name = `c${this.count++}`;
    this.initializers.push(constant(name));
    return name;
  }
}
