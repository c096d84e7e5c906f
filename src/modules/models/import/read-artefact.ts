/**
 * What was sent, told apart by its contents: an ONNX file, a TensorFlow.js model, or a Keras model with its weights. Sizes
 * and depths are looked at first, so that a small file cannot become a large one; nothing is run here.
 */
import {
  describeOnnx,
  type GraphInterface,
  joinedModel,
  keepOutputs,
  layersToOnnx,
  type ModelFiles,
  type ModelShape,
  tfjsBundle,
} from '../../compute';

export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FrozenForm {
  readonly format: 'ONNX' | 'TFJS' | 'TFJS_GRAPH';
  readonly bytes: Uint8Array;
}

export interface ReadArtefact {
  readonly words: string;
  readonly shape: ModelShape;
  /**
   * The forms in which it can be served, the fastest first, once it is settled which shape a row has and which of its outputs
   * are served; null = all of them. @throws Error when they cannot be chosen.
   */
  frozen(rowShape: readonly number[], outputNames?: readonly string[] | null): FrozenForm[];
}

const MEBIBYTE = 2 ** 20;
export const MOST_BYTES = 192 * MEBIBYTE;
const MOST_JSON_BYTES = 16 * MEBIBYTE;
const DEEPEST_JSON = 200;
const TAKEN = ' Send an ONNX file, or model.json of TensorFlow.js or Keras with its shards.';

const PICKLE = 'is a pickle of Python, which is a program. Export the model as ONNX';
/** First bytes of what people send by mistake, and what to send instead. */
const MISTAKEN: readonly (readonly [string, string])[] = [
  [
    '504b0304',
    'is a zip archive. Unpack it and send the files that are in it; a model of PyTorch or Keras (.pt, .keras) is exported as ONNX instead',
  ],
  ['1f8b08', 'is packed by gzip. Unpack it and send what is in it'],
  // Pickles of protocol 3 to 5.
  ['8003', PICKLE],
  ['8004', PICKLE],
  ['8005', PICKLE],
  [
    '47475546',
    'is a GGUF file of a language model. Let a server such as llama.cpp run it, and bring that in by remote',
  ],
  ['89484446', 'is an HDF5 file. Convert it with tensorflowjs_converter, or export it as ONNX'],
];

/** @throws Error that says what is wrong with which file. */
export function readArtefact(files: readonly SentFile[]): ReadArtefact {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > MOST_BYTES)
    throw new Error(`The files hold ${total} bytes; at most ${MOST_BYTES} are taken for one model.`);
  for (const { name, bytes } of files) {
    const head = Buffer.from(bytes.subarray(0, 4)).toString('hex');
    const mistake = MISTAKEN.find(([start]) => head.startsWith(start));
    if (mistake) throw new Error(`${name} ${mistake[1]}.`);
  }
  const texts = files.filter(isJson);
  return texts.length > 0 ? readModel(texts, files) : readOnnx(files);
}

function readOnnx([file, ...others]: readonly SentFile[]): ReadArtefact {
  const { name, bytes } = file!;
  const described = saying(`${name} is no model`, () => describeOnnx(bytes), TAKEN);
  const { inputs, outputs, beside } = described;
  if (beside.length > 0)
    throw new Error(`The weights of ${name} lie beside it in ${beside.join(', ')}. Save it as one file.`);
  if (others.length > 0)
    throw new Error(`An ONNX model is one file; ${others.length + 1} came and none of them is JSON.`);
  return {
    words: name,
    shape: { inputs, outputs },
    frozen: (_rowShape, outputNames) => [
      { format: 'ONNX', bytes: outputNames ? keepOutputs(bytes, outputNames) : bytes },
    ],
  };
}

function readModel(texts: readonly SentFile[], files: readonly SentFile[]): ReadArtefact {
  const parsed = parsedTexts(texts);
  const models = parsed.filter(({ json }) => !Array.isArray(json));
  const manifests = parsed.filter(({ json }) => Array.isArray(json));
  if (models.length !== 1 || manifests.length > 1) {
    const words = 'Send one model.json, and beside Keras JSON one manifest of its weights';
    throw new Error(`${words}; ${models.length} models and ${manifests.length} manifests came.`);
  }
  const { name, json } = models[0]!;
  const shards = new Map(files.map((file) => [file.name, file.bytes]));
  const model = saying(`${name} is no model`, () =>
    joinedModel(json, manifests[0]?.json, (shard) => shards.get(shard)),
  );
  return {
    words: name,
    shape: model.shape,
    frozen: (rowShape, outputNames) => {
      if (model.kind !== 'LAYERS') return [frozenGraph(model, rowShape, outputNames)];
      if (!outputNames) return frozenLayers(model, rowShape);
      throw new Error('Outputs are chosen of an ONNX file or a graph, not of layers. Leave outputNames out.');
    },
  };
}

/** As ONNX, where every layer can be written so, and in any case as it came. */
function frozenLayers({ model }: ModelFiles, rowShape: readonly number[]): FrozenForm[] {
  const bytes = tfjsBundle(model);
  const asItCame: FrozenForm = { format: 'TFJS', bytes };
  try {
    const width = rowShape.reduce((product, size) => product * size, 1);
    return [{ format: 'ONNX', bytes: layersToOnnx(bytes, width) }, asItCame];
  } catch {
    return [asItCame];
  }
}

function frozenGraph(
  { model, shape }: ModelFiles,
  rowShape: readonly number[],
  outputNames: readonly string[] | null | undefined,
): FrozenForm {
  const [{ name, dtype }] = shape.inputs as [ModelShape['inputs'][number]];
  const graph: GraphInterface = {
    rows: 'TENSOR',
    input: name,
    shape: rowShape,
    ...(dtype === 'int32' && { dtype }),
    output: outputNames ?? shape.outputs.map((output) => output.name),
  };
  return { format: 'TFJS_GRAPH', bytes: tfjsBundle({ ...model, graph }) };
}

interface ParsedText {
  readonly name: string;
  readonly json: unknown;
}

/** One shard of weights in a hundred begins like JSON by chance: beside a text that can be read it is a shard after all. */
function parsedTexts(texts: readonly SentFile[]): ParsedText[] {
  const parsed: ParsedText[] = [];
  const broken: { readonly name: string; readonly error: unknown }[] = [];
  for (const { name, bytes } of texts) {
    try {
      parsed.push({ name, json: parsedJson(name, bytes) });
    } catch (error) {
      broken.push({ name, error });
    }
  }
  const told = broken.find(({ name }) => parsed.length === 0 || name.endsWith('.json'));
  if (told) throw told.error;
  return parsed;
}

function isJson({ bytes }: SentFile): boolean {
  const first = bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
  return first === 0x7b || first === 0x5b;
}

function parsedJson(name: string, bytes: Uint8Array): unknown {
  if (bytes.length > MOST_JSON_BYTES)
    throw new Error(`${name} holds ${bytes.length} bytes of JSON; at most ${MOST_JSON_BYTES} are read.`);
  if (depthOf(bytes) > DEEPEST_JSON)
    throw new Error(`${name} is nested deeper than ${DEEPEST_JSON} levels, which no model is.`);
  return saying(`${name} is no JSON`, () => JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown);
}

/** How deep brackets stand in each other, outside of texts. */
function depthOf(bytes: Uint8Array): number {
  let [depth, deepest, inText] = [0, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inText && byte === 0x5c) at++;
    else if (byte === 0x22) inText = !inText;
    else if (!inText && (byte === 0x7b || byte === 0x5b)) deepest = Math.max(deepest, ++depth);
    else if (!inText && (byte === 0x7d || byte === 0x5d)) depth--;
  }
  return deepest;
}

function saying<T>(what: string, work: () => T, instead = ''): T {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}: ${why}.${instead}`, { cause: error });
  }
}
