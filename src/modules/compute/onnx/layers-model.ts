/**
 * A TensorFlow.js layers model as plain data: its layers in their order with their settings, and their weights as
 * numbers. Only models whose layers stand one after the other; everything else is refused in words.
 */
import type { io } from '@tensorflow/tfjs';
import { readTfjsBundle } from '../tensorflow/tfjs-bundle';

export interface Layer {
  readonly kind: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** @throws Error when the bundle does not hold it. */
  weight(name: string): Weight;
}

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface LayersModel {
  /** Of one row; a free dimension is null. */
  readonly inputShape: readonly (number | null)[];
  readonly layers: readonly Layer[];
}

interface Described {
  readonly class_name: string;
  readonly config: Record<string, unknown> & { readonly name: string };
}

/** @throws Error for a model that branches, and for bytes that are no layers model. */
export function readLayersModel(bundle: Uint8Array): LayersModel {
  const { modelTopology, weightSpecs, weightData } = readTfjsBundle(bundle);
  const topology = modelTopology as { model_config?: object };
  const { class_name: kind, config } = (topology.model_config ?? topology) as {
    class_name?: string;
    config?: { layers?: Described[] } | Described[];
  };
  if (kind !== 'Sequential') {
    throw new Error(`Only sequential layers models are frozen as ONNX; this is ${kind ?? 'none'}.`);
  }
  const described = Array.isArray(config) ? config : (config?.layers ?? []);
  const shape = described[0]?.config['batch_input_shape'] as (number | null)[] | undefined;
  if (!shape) throw new Error('The first layer does not say which shape it takes.');
  const weights = decoded(weightSpecs, Buffer.from(weightData));
  const layers = described.map(({ class_name, config: settings }) => ({
    kind: class_name,
    name: settings.name,
    config: settings,
    weight: (name: string) => weightOf(weights, `${settings.name}/${name}`),
  }));
  return { inputShape: shape.slice(1), layers };
}

/** Some writers put the model's name before the layer's. */
function weightOf(weights: ReadonlyMap<string, Weight>, name: string): Weight {
  const key = weights.has(name) ? name : [...weights.keys()].find((longer) => longer.endsWith(`/${name}`));
  if (key === undefined) throw new Error(`The model holds no weights ${name}.`);
  return weights.get(key)!;
}

function decoded(specs: readonly io.WeightsManifestEntry[], data: Buffer): Map<string, Weight> {
  let at = 0;
  return new Map(
    specs.map((spec): [string, Weight] => {
      const count = spec.shape.reduce((product, size) => product * size, 1);
      const { read, bytes } = reader(spec);
      const numbers = Float32Array.from({ length: count }, (_, index) => read(data, at + index * bytes));
      at += count * bytes;
      return [spec.name, { shape: spec.shape, data: numbers }];
    }),
  );
}

/** Weights travel as float32, or as whole numbers that a scale and an offset turn into such. */
function reader({ name, dtype, quantization }: io.WeightsManifestEntry) {
  const { dtype: packed = dtype, scale = 1, min = 0 } = quantization ?? {};
  switch (packed) {
    case 'float32':
      return { bytes: 4, read: (data: Buffer, at: number) => data.readFloatLE(at) };
    case 'uint16':
      return { bytes: 2, read: (data: Buffer, at: number) => data.readUInt16LE(at) * scale + min };
    case 'uint8':
      return { bytes: 1, read: (data: Buffer, at: number) => data.readUInt8(at) * scale + min };
    default:
      throw new Error(`The weights ${name} are of the type ${packed}, which is not frozen as ONNX.`);
  }
}
