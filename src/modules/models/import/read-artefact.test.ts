import { tensor, onnx, oneOperator, FLOAT, TEXT } from '../../../../test/models/onnx-by-hand';
import { bytesField, concat, stringField } from '../../compute/onnx/protobuf';
import { ModelTask } from '../model.entity';
import { importedInputs, importedOutputs, servedOutputs } from './imported-signature';
import { readArtefact, type SentFile } from './read-artefact';

const bytesOf = (body: string | Uint8Array): Uint8Array => Buffer.from(body);
const sent = (files: Readonly<Record<string, string | Uint8Array>>): SentFile[] =>
  Object.entries(files).map(([name, body]) => ({ name, bytes: bytesOf(body) }));

const layer = {
  class_name: 'Dense',
  config: { name: 'd', units: 2, batch_input_shape: [null, 3], activation: 'linear' },
};
const weights = [
  { name: 'd/kernel', shape: [3, 2], dtype: 'float32' },
  { name: 'd/bias', shape: [2], dtype: 'float32' },
];
const model = (
  weightsManifest: unknown,
  topology: object = { class_name: 'Sequential', config: { name: 's', layers: [layer] } },
) => JSON.stringify({ modelTopology: topology, weightsManifest });
const GOOD = model([{ paths: ['a.bin', 'b.bin'], weights }]);
const SHARDS = { 'a.bin': new Uint8Array(20), 'b.bin': new Uint8Array(12) };

test('a model of layers says what it takes, and is frozen as ONNX and as it came', () => {
  const artefact = readArtefact(sent({ 'model.json': GOOD, ...SHARDS }));
  expect(artefact.shape.inputs).toEqual([{ name: 'd', dtype: 'float32', batch: null, shape: [3] }]);
  expect(artefact.frozen([3]).map(({ format }) => format)).toEqual(['ONNX', 'TFJS']);
});

test('a shard whose numbers begin like JSON is a shard', () => {
  for (const start of ['{', '[', ' {"'])
    expect(readArtefact(sent({ 'model.json': GOOD, ...SHARDS, 'b.bin': start.padEnd(12, '\0') })).words).toBe(
      'model.json',
    );
});

test.each<[string, Readonly<Record<string, string | Uint8Array>>, RegExp]>([
  [
    'a shard that is missing',
    { 'model.json': GOOD, 'a.bin': SHARDS['a.bin'] },
    /model\.json is no model: its shard b\.bin was not sent/,
  ],
  [
    'shards that are too long',
    { 'model.json': GOOD, ...SHARDS, 'b.bin': new Uint8Array(13) },
    /need 32 bytes, but a\.bin, b\.bin hold 33/,
  ],
  [
    'shards that are too short',
    { 'model.json': GOOD, ...SHARDS, 'b.bin': new Uint8Array(1) },
    /need 32 bytes, but .* hold 21/,
  ],
  [
    'weights of an unknown type',
    { 'model.json': model([{ paths: [], weights: [{ name: 'w', shape: [1], dtype: 'string' }] }]) },
    /weights w are of the type string/,
  ],
  [
    'a weight that claims more than all memory',
    {
      'model.json': model([
        { paths: ['a.bin'], weights: [{ name: 'w', shape: [2 ** 40], dtype: 'float32' }] },
      ]),
      ...SHARDS,
    },
    /need 4398046511104 bytes/,
  ],
  [
    'a shard that stands for many in one group',
    {
      'model.json': model([
        {
          paths: Array<string>(1000).fill('a.bin'),
          weights: [{ name: 'w', shape: [1000, SHARDS['a.bin']!.length], dtype: 'uint8' }],
        },
      ]),
      ...SHARDS,
    },
    /shard a\.bin is named more than once/,
  ],
  [
    'a shard that stands for many, each in a group of its own',
    {
      'model.json': model(
        ['v', 'w'].map((name) => ({
          paths: ['a.bin'],
          weights: [{ name, shape: [SHARDS['a.bin']!.length], dtype: 'uint8' }],
        })),
      ),
      ...SHARDS,
    },
    /shard a\.bin is named more than once/,
  ],
  ['a model without weights', { 'model.json': model(undefined) }, /names no weights/],
  [
    'a model without layers',
    {
      'model.json': model([{ paths: [], weights: [] }], { class_name: 'Sequential', config: { layers: [] } }),
    },
    /no layers/,
  ],
  [
    'a first layer without a shape',
    {
      'model.json': model([{ paths: [], weights: [] }], {
        class_name: 'Sequential',
        config: { layers: [{ class_name: 'Dense', config: { name: 'd' } }] },
      }),
    },
    /layer d, which begins it, does not say which shape/,
  ],
  ['JSON that breaks off', { 'model.json': '{"modelTopology": ' }, /model\.json is no JSON/],
  [
    'a manifest that breaks off',
    { 'model.json': GOOD, 'weights.json': '[{', ...SHARDS },
    /weights\.json is no JSON/,
  ],
  ['JSON of something else', { 'package.json': '{"name": "hello"}' }, /package\.json is no model/],
  [
    'two models at once',
    { 'model.json': GOOD, 'other.json': GOOD, ...SHARDS },
    /2 models and 0 manifests came/,
  ],
  ['brackets without end', { 'model.json': '['.repeat(100_000) }, /deeper than 200 levels/],
  ['JSON without end', { 'model.json': `{"a": "${'x'.repeat(17 * 2 ** 20)}"}` }, /at most 16777216 are read/],
  ['a zip archive', { 'm.zip': Buffer.from('504b030414', 'hex') }, /zip archive\. Unpack it/],
  ['a pickle', { 'm.onnx': Buffer.from('80049500', 'hex') }, /pickle of Python.*as ONNX/],
  ['a gzip archive', { 'm.tgz': Buffer.from('1f8b0800', 'hex') }, /gzip\. Unpack it/],
  [
    'an HDF5 file',
    { 'm.h5': Buffer.from('894844460d0a', 'hex') },
    /HDF5 file\. Convert it with tensorflowjs_converter/,
  ],
  ['a text', { 'm.onnx': 'hello, world' }, /m\.onnx is no model: .*\. Send an ONNX file, or model\.json/],
  ['nothing', { 'm.onnx': new Uint8Array() }, /m\.onnx is no model: it holds no graph/],
  [
    'two ONNX files',
    { 'a.onnx': oneOperator('Relu', ['n', 2]), 'b.onnx': oneOperator('Relu', ['n', 2]) },
    /An ONNX model is one file; 2 came/,
  ],
])('%s is refused by name', (_name, files, words) => {
  expect(() => readArtefact(sent(files))).toThrow(words);
});

test('an ONNX file that breaks off anywhere is refused in words or read as less, and never crashes', () => {
  const whole = oneOperator('Relu', ['n', 2]);
  for (let length = 0; length < whole.length; length++) {
    try {
      readArtefact([{ name: 'm.onnx', bytes: whole.slice(0, length) }]);
    } catch (error) {
      expect((error as Error).message).toMatch(/^m\.onnx is no model: /);
    }
  }
});

describe('a signature is derived, and what is open is asked for:', () => {
  const task = ModelTask.TABULAR_REGRESSION;
  const shapeOf = (file: Uint8Array) => readArtefact([{ name: 'm.onnx', bytes: file }]).shape;

  test('a free dimension is settled by its owner alone', () => {
    const shape = shapeOf(oneOperator('Relu', ['n', 'm', 4]));
    expect(() => importedInputs(shape, { task })).toThrow(/shape \[\?, 4\]\. Say in inputShape/);
    expect(() => importedInputs(shape, { task, inputShape: [3, 5] })).toThrow(
      /shape \[\?, 4\], not \[3, 5\]/,
    );
    expect(importedInputs(shape, { task, inputShape: [3, 4] })).toMatchObject({
      width: 12,
      inputs: [{ name: 'x', shape: [3, 4] }],
    });
  });

  test('one row at a time, texts, and rows beyond all measure are refused', () => {
    expect(() => importedInputs(shapeOf(oneOperator('Relu', [1, 2])), { task })).toThrow(/exactly 1 rows/);
    expect(() => importedInputs(shapeOf(oneOperator('Identity', ['n', 2], TEXT)), { task })).toThrow(
      /of the type string/,
    );
    expect(() => importedInputs(shapeOf(oneOperator('Relu', ['n', 2 ** 21])), { task })).toThrow(
      /at most 1048576/,
    );
    expect(() => importedInputs({ inputs: [], outputs: [] }, { task })).toThrow(/no input/);
  });

  test('names stand for the numbers of a row, one each and no two alike', () => {
    const shape = shapeOf(oneOperator('Relu', ['n', 2]));
    expect(importedInputs(shape, { task, inputNames: ['a', 'b'] }).inputs.map(({ name }) => name)).toEqual([
      'a',
      'b',
    ]);
    expect(() => importedInputs(shape, { task, inputNames: ['a'] })).toThrow(/2 inputNames; 1 came/);
    expect(() => importedInputs(shape, { task, inputNames: ['a', 'a'] })).toThrow(/the same/);
  });

  test('outputs are chosen by name, in that order, and what holds no numbers is named', () => {
    // ValueInfoProto { name = 1, type = 2: TypeProto { sequence_type = 4 } }, as ZipMap answers.
    const maps = concat(stringField(1, 'maps'), bytesField(2, bytesField(4, new Uint8Array(0))));
    const outputs = [
      tensor('label', TEXT, ['n']),
      tensor('p', FLOAT, ['n', 2]),
      tensor('q', FLOAT, ['n']),
      maps,
    ];
    const shape = shapeOf(onnx({ nodes: [], inputs: [], outputs }));
    const served = (outputNames?: string[]) => servedOutputs(shape, { outputNames }).map(({ name }) => name);
    expect(served(['q', 'p'])).toEqual(['q', 'p']);
    expect(() => served()).toThrow(/output label holds texts.*Name others in outputNames/);
    expect(() => served(['maps'])).toThrow(/output maps is no tensor.*zipmap=False/);
    expect(() => served(['z'])).toThrow(/no output z\. Its outputs are: label, p, q, maps/);
  });

  test('a width that one output leaves open is what the others do not take', () => {
    const shape = shapeOf(
      onnx({
        nodes: [],
        inputs: [],
        outputs: [tensor('a', FLOAT, ['n', 2]), tensor('b', FLOAT, ['n', 'k'])],
      }),
    );
    expect(importedOutputs(shape.outputs, { task }, 5).map(({ name, shape: own }) => [name, own])).toEqual([
      ['a', [2]],
      ['b', [3]],
    ]);
    expect(() => importedOutputs(shape.outputs, { task, labels: ['no', 'yes'] }, 5)).toThrow(
      /2 outputs \(a, b\); labels .* Name it in outputNames/,
    );
  });
});
