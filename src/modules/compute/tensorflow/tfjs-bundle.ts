/**
 * A TensorFlow.js model in one blob: a little-endian length, the topology and the weight table as JSON, then the
 * weights. TensorFlow's own form is several files and names its layers by a counter of the process; this one has one
 * hash, and equal numbers give equal bytes. A graph model says beside it how a row becomes its inputs.
 */
import type { io } from '@tensorflow/tfjs';
import { checkNetwork, inputsOf, type DenseLayer } from '../dense-network';

/** How a row of numbers becomes the inputs of a graph, and which of its nodes answer (default: its only output). */
export type GraphInterface = { readonly output?: string | readonly string[] } & (
  | {
      /** The row is a tensor of this shape, the batch dimension left out. */
      readonly rows: 'TENSOR';
      readonly input: string;
      readonly shape: readonly number[];
      /** Default: float32. */
      readonly dtype?: 'int32';
    }
  | {
      /** The row is token ids, padded with −1 at its end: they go in as a sparse matrix, values and their places. */
      readonly rows: 'TOKENS';
      readonly values: string;
      readonly indices: string;
    }
);

/** What `tf.io.fromMemory` takes. */
export interface TfjsModel {
  readonly modelTopology: object;
  readonly weightSpecs: readonly io.WeightsManifestEntry[];
  readonly weightData: Uint8Array;
  /** With graph models alone. */
  readonly graph?: GraphInterface;
}

interface TfjsArtefacts {
  readonly modelTopology: object;
  readonly weightSpecs: io.WeightsManifestEntry[];
  readonly weightData: ArrayBuffer;
  readonly graph?: GraphInterface;
}

const HEADER_BYTES = 4;

/** Freezes a dense network as a bundle. @throws Error when the layers do not fit together. */
export function denseToTfjs(layers: readonly DenseLayer[]): Uint8Array {
  const { inputWidth } = checkNetwork(layers);
  const weightSpecs: io.WeightsManifestEntry[] = layers.flatMap((layer, index) => [
    { name: `dense_${index}/kernel`, shape: [inputsOf(layer), layer.bias.length], dtype: 'float32' as const },
    { name: `dense_${index}/bias`, shape: [layer.bias.length], dtype: 'float32' as const },
  ]);
  const config = layers.map((layer, index) => ({
    class_name: 'Dense',
    config: {
      name: `dense_${index}`,
      units: layer.bias.length,
      activation: layer.activation,
      use_bias: true,
      ...(index === 0 && { batch_input_shape: [null, inputWidth], dtype: 'float32' }),
    },
  }));
  const modelTopology = { class_name: 'Sequential', config: { name: 'dense', layers: config } };
  const weights = layers.flatMap((layer) => [bytesOf(layer.weights), bytesOf(layer.bias)]);
  return tfjsBundle({ modelTopology, weightSpecs, weightData: Buffer.concat(weights) });
}

/** Packs a layers model (`TFJS`) or, with `graph`, a graph model (`TFJS_GRAPH`) as it comes from TensorFlow's files. */
export function tfjsBundle({ modelTopology, weightSpecs, weightData, graph }: TfjsModel): Uint8Array {
  const head = Buffer.from(JSON.stringify({ modelTopology, weightSpecs, ...(graph && { graph }) }), 'utf8');
  const length = Buffer.alloc(HEADER_BYTES);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, weightData]);
}

/** @throws Error when the bytes are not a bundle. */
export function readTfjsBundle(bytes: Uint8Array): TfjsArtefacts {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headEnd = buffer.length >= HEADER_BYTES ? HEADER_BYTES + buffer.readUInt32LE(0) : Infinity;
  if (headEnd > buffer.length)
    throw new Error('This is not a bundle of a TensorFlow.js model: it ends too early.');
  const head = JSON.parse(buffer.toString('utf8', HEADER_BYTES, headEnd)) as Omit<
    TfjsArtefacts,
    'weightData'
  >;
  return { ...head, weightData: Uint8Array.from(buffer.subarray(headEnd)).buffer };
}

/** The tensors of a layers model in their order; all of them are single precision. @throws Error when the bytes are not a bundle. */
export function weightsOfBundle(
  bytes: Uint8Array,
): { readonly shape: readonly number[]; readonly values: Float32Array }[] {
  const { weightSpecs, weightData } = readTfjsBundle(bytes);
  const numbers = new Float32Array(weightData);
  let at = 0;
  return weightSpecs.map(({ shape }) => {
    const count = shape.reduce((product, dim) => product * dim, 1);
    return { shape, values: numbers.slice(at, (at += count)) };
  });
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
