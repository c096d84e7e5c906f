/** What a graph of TensorFlow says of itself: which of its nodes take something, and which ones answer. */
import { type ModelShape, type TensorShape, tensorShape } from '../model-shape';

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, { readonly type?: unknown; readonly shape?: Shape }>>;
}

interface Shape {
  readonly unknownRank?: boolean;
  readonly dim?: readonly { readonly size?: string | number }[];
}

interface SignatureTensor {
  readonly name?: string;
  readonly dtype?: unknown;
  readonly tensorShape?: Shape;
}

/** Numbers are those of types.proto. */
const TYPES: Readonly<Record<string, string>> = {
  DT_FLOAT: 'float32',
  '1': 'float32',
  DT_INT32: 'int32',
  '3': 'int32',
  DT_BOOL: 'bool',
  '10': 'bool',
  DT_STRING: 'string',
  '7': 'string',
};

/** By the signature where there is one, else by the nodes that begin the graph and those that nobody takes. */
export function graphShape(topology: Readonly<Record<string, unknown>>, signature: unknown): ModelShape {
  const nodes = topology['node'] as readonly GraphNode[];
  const { inputs, outputs } = (signature ?? {}) as Record<
    string,
    Record<string, SignatureTensor> | undefined
  >;
  const taken = new Set(nodes.flatMap(({ input }) => (input ?? []).map(nodeName)));
  const named = (tensors: Record<string, SignatureTensor>): TensorShape[] =>
    Object.entries(tensors).map(([key, { name, dtype, tensorShape: shape }]) =>
      tensorShape(nodeName(name ?? key), typeOf(dtype), dimensionsOf(shape)),
    );
  return {
    inputs: inputs
      ? named(inputs)
      : nodes
          .filter(({ op }) => op === 'Placeholder')
          .map(({ name, attr }) =>
            tensorShape(name, typeOf(attr?.['dtype']?.type), dimensionsOf(attr?.['shape']?.shape)),
          ),
    outputs: outputs
      ? named(outputs)
      : nodes
          .filter(
            ({ name, op }) => !taken.has(name) && op !== 'NoOp' && op !== 'Placeholder' && op !== 'Const',
          )
          .map(({ name }) => tensorShape(name, 'float32', undefined)),
  };
}

/** `^name` is a node that must come before, `name:1` its second output. */
function nodeName(input: string): string {
  return input.replace(/^\^/, '').replace(/:\d+$/, '');
}

function typeOf(dtype: unknown): string {
  return TYPES[String(dtype)] ?? String(dtype ?? 'float32');
}

function dimensionsOf(shape: Shape | undefined): (number | null)[] | undefined {
  if (!shape?.dim || shape.unknownRank) return undefined;
  return shape.dim.map(({ size }) => (size === undefined ? null : Number(size)));
}
