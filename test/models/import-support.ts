/** What the tests of imports share: models made by TensorFlow.js, written as its files, uploaded and brought in. */
import * as tf from '@tensorflow/tfjs';
import { deployed } from '../deployments/support';
import type { Person, World } from '../support/world';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export const FIELDS = `modelVersion { id number contentHash engine exportDifference sizeBytes
  signature { inputs { name dtype shape } outputs { name shape } labels } model { name task } }`;

export interface Version {
  readonly id: string;
  readonly number: number;
  readonly contentHash: string;
  readonly engine: string;
  readonly exportDifference: number | null;
  readonly signature: { inputs: object[]; outputs: object[]; labels: string[] | null };
}

export interface Answer {
  readonly payload: { readonly modelVersion: Version | null };
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path?: string[] }[];
}

export class Importer {
  constructor(
    private readonly world: World,
    private readonly staff: Person,
    private readonly key: Person,
  ) {}

  uploaded(files: Files): Promise<{ name: string; uploadId: string }[]> {
    return Promise.all(
      Object.entries(files).map(async ([name, body]) => {
        const headers = { authorization: `Bearer ${this.staff.credential}` };
        const request = { method: 'POST', headers, body: Buffer.from(body) };
        const { uploadId } = (await (await fetch(`${this.world.url}/uploads`, request)).json()) as {
          uploadId: string;
        };
        return { name, uploadId };
      }),
    );
  }

  async attempt(modelName: string, files: Files, wish: object = {}, more: object = {}): Promise<Answer> {
    const artefact = { task: 'TABULAR_REGRESSION', files: await this.uploaded(files), ...wish };
    return this.send({ modelName, artefact, ...more });
  }

  async send(input: object): Promise<Answer> {
    const sent = await this.staff.client.attempt('modelImport', 'ModelImportInput!', input, FIELDS);
    return sent as unknown as Answer;
  }

  async brought(modelName: string, files: Files, wish: object = {}): Promise<Version> {
    const { payload, errors } = await this.attempt(modelName, files, wish);
    expect(errors).toEqual([]);
    return payload.modelVersion!;
  }

  /** Serves it under its own id, and asks. */
  async answer(version: Version, rows: unknown): Promise<unknown> {
    await deployed(this.world, this.staff, nameOf(version), [{ versionId: version.id }]);
    const input = { deployment: nameOf(version), rows, deadlineMs: 60_000 };
    const { inference } = await this.key.client.mutate<{ inference: { outputs: unknown } }>(
      'predict',
      'PredictInput!',
      input,
      'inference { outputs }',
    );
    return inference.outputs;
  }
}

export function nameOf({ id }: Version): string {
  return id.replace('_', '-');
}

/** As `model.save('file://…')` writes it, its weights in two shards. */
export async function modelFiles(model: tf.LayersModel): Promise<Files> {
  let files: Files = {};
  await model.save(
    tf.io.withSaveHandler(({ modelTopology, weightSpecs, weightData }) => {
      const weights = Buffer.from(weightData as ArrayBuffer);
      const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'] as const;
      const weightsManifest = [{ paths, weights: weightSpecs }];
      files = {
        'model.json': JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }),
        [paths[0]]: weights.subarray(0, 8),
        [paths[1]]: weights.subarray(8),
      };
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  return files;
}

/** From three numbers to one probability. */
export function dense(seed: number): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [3], units: 4, activation: 'relu', name: 'first' }),
      tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'last' }),
    ],
  });
  let next = seed;
  model.setWeights(model.getWeights().map(({ shape }) => tf.randomUniform(shape, -1, 1, 'float32', next++)));
  return model;
}

export function expectedOf(model: tf.LayersModel, rows: number[][]): number[] {
  return Array.from((model.predictOnBatch(tf.tensor(rows)) as tf.Tensor).dataSync());
}

export interface KerasTopology {
  readonly class_name: string;
  readonly config: { readonly layers: readonly { readonly config: Record<string, unknown> }[] };
}

/** The same layers as Keras 3 writes them. */
export function asKeras3({ class_name, config: { layers } }: KerasTopology): object {
  const registered_name = null;
  const dtype = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name };
  const input = { batch_shape: [null, 3], dtype: 'float32', name: 'input' };
  const written = layers.map(({ config, ...layer }) => {
    const { batch_input_shape: _dropped, ...rest } = config;
    const settings = { ...rest, dtype };
    return { module: 'keras.layers', ...layer, config: settings, registered_name, build_config: {} };
  });
  return {
    module: 'keras',
    class_name,
    registered_name,
    config: {
      name: 'sequential',
      layers: [{ module: 'keras.layers', class_name: 'InputLayer', config: input }, ...written],
    },
  };
}

export const inputName = ({ signature }: Version): string => (signature.inputs[0] as { name: string }).name;
