/** The dense layers of a bundle as plain numbers: what explanations need to derive a network exactly. */
import type { Activation, DenseLayer } from '../dense-network';
import { readTfjsBundle } from './tfjs-bundle';

interface Topology {
  readonly class_name?: string;
  readonly config?: {
    readonly layers?: readonly {
      readonly class_name: string;
      readonly config: { readonly activation: Activation };
    }[];
  };
}

const FLOAT_BYTES = 4;
/** What changes nothing when a model answers. */
const PASSED: ReadonlySet<string> = new Set(['InputLayer', 'Dropout']);
const ACTIVATIONS: ReadonlySet<unknown> = new Set<Activation>([
  'linear',
  'relu',
  'sigmoid',
  'tanh',
  'softmax',
]);

/** Undefined when the bundle holds anything but dense layers, one after the other. */
export function denseOfBundle(bytes: Uint8Array): DenseLayer[] | undefined {
  const { modelTopology, weightSpecs, weightData } = readTfjsBundle(bytes);
  const layers = ((modelTopology as Topology).config?.layers ?? []).filter(
    ({ class_name }) => !PASSED.has(class_name),
  );
  const isDense = layers.length > 0 && layers.every(({ class_name }) => class_name === 'Dense');
  const isPlain = weightSpecs.every(({ dtype, quantization }) => dtype === 'float32' && !quantization);
  if (!isDense || !isPlain || weightSpecs.length !== 2 * layers.length) return undefined;
  if (!layers.every(({ config }) => ACTIVATIONS.has(config.activation))) return undefined;
  let at = 0;
  const numbers = weightSpecs.map(({ shape }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = new Float32Array(weightData.slice(at, at + count * FLOAT_BYTES));
    at += count * FLOAT_BYTES;
    return values;
  });
  return layers.map(({ config: { activation } }, index) => ({
    weights: numbers[2 * index]!,
    bias: numbers[2 * index + 1]!,
    activation,
  }));
}
