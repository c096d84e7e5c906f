/**
 * The files of a TensorFlow.js or Keras model, joined: `model.json` names its shards, each of which must be there with the
 * bytes that its weights need. Everything is checked before any memory is taken for it; nothing is run.
 */
import type { io } from '@tensorflow/tfjs';
import type { ModelShape } from '../model-shape';
import { graphShape } from './graph-topology';
import { layersShape, layersTopology } from './keras-topology';
import type { TfjsModel } from './tfjs-bundle';

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly io.WeightsManifestEntry[];
}

export interface ModelFiles {
  readonly kind: 'LAYERS' | 'GRAPH';
  /** As `tfjsBundle` takes it. */
  readonly model: Omit<TfjsModel, 'graph'>;
  readonly shape: ModelShape;
}

const MOST_WEIGHTS = 20_000;
const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  complex64: 8,
  float16: 2,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/**
 * @param json what `model.json` holds, or the JSON of a Keras model.
 * @param manifest the weights of a Keras model, where `json` does not name them.
 * @param fileOf the bytes of a shard by its name; undefined when it was not sent.
 * @throws Error that says what is missing or does not fit, as the end of a sentence about the model.
 */
export function joinedModel(
  json: unknown,
  manifest: unknown,
  fileOf: (name: string) => Uint8Array | undefined,
): ModelFiles {
  const given = objectOf(json);
  const topology =
    'modelTopology' in given ? objectOf(given['modelTopology'], 'its modelTopology is empty') : given;
  const groups = groupsOf(given['weightsManifest'] ?? manifest);
  const weights = {
    weightSpecs: groups.flatMap((group) => group.weights),
    weightData: Buffer.concat(groups.map((group) => bytesOf(group, fileOf))),
  };
  if (Array.isArray(topology['node'])) {
    const { signature } = given;
    return {
      kind: 'GRAPH',
      model: { modelTopology: topology, ...weights },
      shape: graphShape(topology, signature),
    };
  }
  const layers = layersTopology(topology);
  return { kind: 'LAYERS', model: { modelTopology: layers, ...weights }, shape: layersShape(layers) };
}

function objectOf(value: unknown, otherwise = 'its JSON is no object'): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(otherwise);
  return value as Record<string, unknown>;
}

function groupsOf(manifest: unknown): Group[] {
  if (!Array.isArray(manifest) || manifest.length === 0)
    throw new Error('it names no weights: a weightsManifest must say which shards hold them');
  const groups = manifest.map((group) => {
    const { paths, weights } = objectOf(group, 'a group of its weights is no object');
    if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string') || !Array.isArray(weights))
      throw new Error('a group of its weights does not say its paths and weights');
    return { paths, weights: weights.map(specOf) };
  });
  assertNamedOnce(groups.flatMap(({ paths }) => paths));
  const count = groups.reduce((sum, { weights }) => sum + weights.length, 0);
  if (count > MOST_WEIGHTS) throw new Error(`it names ${count} weights; at most ${MOST_WEIGHTS} are read`);
  return groups;
}

/** A shard that stood for many would make a model of any size out of a small file. */
function assertNamedOnce(paths: readonly string[]): void {
  const named = new Set<string>();
  for (const path of paths) {
    if (named.has(path)) throw new Error(`its shard ${path} is named more than once`);
    named.add(path);
  }
}

function specOf(value: unknown): io.WeightsManifestEntry {
  const spec = objectOf(value, 'one of its weights is no object') as unknown as io.WeightsManifestEntry;
  const isShape =
    Array.isArray(spec.shape) && spec.shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (typeof spec.name !== 'string' || !isShape)
    throw new Error('one of its weights has no name or no shape');
  const type = typeOf(spec);
  if (!(type in BYTES))
    throw new Error(`its weights ${spec.name} are of the type ${type}, which is not read`);
  return spec;
}

function typeOf({ dtype, quantization }: io.WeightsManifestEntry): string {
  return String(quantization?.dtype ?? dtype);
}

/** @throws Error that names the shard that is missing, or how many bytes there are and how many there must be. */
function bytesOf({ paths, weights }: Group, fileOf: (name: string) => Uint8Array | undefined): Buffer {
  const shards = paths.map((name) => {
    const bytes = fileOf(name);
    if (!bytes) throw new Error(`its shard ${name} was not sent`);
    return bytes;
  });
  const needed = weights.reduce(
    (sum, spec) => sum + BYTES[typeOf(spec)]! * spec.shape.reduce((product, size) => product * size, 1),
    0,
  );
  const held = shards.reduce((sum, { length }) => sum + length, 0);
  if (held !== needed)
    throw new Error(
      `its weights need ${needed} bytes, but ${paths.join(', ')} hold${paths.length === 1 ? 's' : ''} ${held}`,
    );
  return Buffer.concat(shards);
}
