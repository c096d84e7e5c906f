/** Models that were made elsewhere become versions: by real files, real uploads, and the engine that will serve them. */
import * as tf from '@tensorflow/tfjs';
import fs from 'node:fs';
import path from 'node:path';
import { denseToOnnx } from '../../src/modules/compute';
import { initializer, integersAttribute, node, onnxFile } from '../../src/modules/compute/onnx/onnx-file';
import { deployed } from '../deployments/support';
import { type Person, startWorld, type World } from '../support/world';
import {
  asKeras3,
  dense,
  expectedOf,
  type KerasTopology,
  type Files,
  Importer,
  inputName,
  modelFiles,
  nameOf,
} from './import-support';
import { cast, FLOAT, INT64, onnx, oneOperator, tensor } from './onnx-by-hand';

let world: World;
let staff: Person;
let key: Person;
let models: Importer;

beforeAll(async () => {
  await tf.setBackend('cpu');
  world = await startWorld();
  staff = await world.staff();
  key = await world.apiKey(await world.customer());
  models = new Importer(world, staff, key);
});
afterAll(() => world?.close());

const ROWS = [
  [0.5, -1, 2],
  [3, 0, 0.25],
];
const named = (row: number[]) => ({ age: row[0], height: row[1], weight: row[2] });

test('a layers model of TensorFlow.js becomes a version that answers what its owner measured', async () => {
  const model = dense(1);
  const expected = expectedOf(model, ROWS);
  const version = await models.brought('layers', await modelFiles(model), {
    task: 'TABULAR_CLASSIFICATION',
    inputNames: ['age', 'height', 'weight'],
    labels: ['no', 'yes'],
    samples: ROWS.map((row, index) => ({ row: named(row), expected: [expected[index]] })),
  });
  expect(version).toMatchObject({
    number: 1,
    engine: 'ONNX',
    signature: {
      inputs: ['age', 'height', 'weight'].map((name) => ({ name, dtype: 'FLOAT32', shape: null })),
      outputs: [{ name: 'last', shape: null }],
      labels: ['no', 'yes'],
    },
  });
  // Frozen as ONNX as well, and both answer alike.
  expect(version.exportDifference).toBeLessThan(1e-5);
  const outputs = (await models.answer(version, ROWS.map(named))) as { last: number; label: string }[];
  outputs.forEach(({ last, label }, index) => {
    expect(last).toBeCloseTo(expected[index]!, 5);
    expect(label).toBe(expected[index]! >= 0.5 ? 'yes' : 'no');
  });
});

test('the same bytes are the same version, whatever their wrapping; a key answers the first result', async () => {
  const files = await modelFiles(dense(2));
  const first = await models.brought('twice', files);
  expect((await models.brought('twice', files)).id).toBe(first.id);
  const keras = JSON.parse(files['model.json'] as string) as { modelTopology: object };
  const wrapped = { ...keras, modelTopology: { model_config: keras.modelTopology, keras_version: '2.4.0' } };
  expect((await models.brought('twice', { ...files, 'model.json': JSON.stringify(wrapped) })).id).toBe(
    first.id,
  );
  const other = await models.brought('twice', await modelFiles(dense(3)));
  expect([other.number, other.contentHash === first.contentHash]).toEqual([2, false]);
  const artefact = { task: 'TABULAR_REGRESSION', files: await models.uploaded(files) };
  const keyed = { modelName: 'keyed', artefact, idempotencyKey: 'once' };
  const [one, two] = [await models.send(keyed), await models.send(keyed)];
  expect(two.payload.modelVersion!.id).toBe(one.payload.modelVersion!.id);
});

test('Keras JSON of either generation comes with a manifest of its weights', async () => {
  const model = dense(4);
  const files = await modelFiles(model);
  const { modelTopology, weightsManifest } = JSON.parse(files['model.json'] as string) as {
    modelTopology: KerasTopology;
    weightsManifest: object;
  };
  const shards = Object.fromEntries(Object.entries(files).filter(([name]) => name.endsWith('.bin')));
  for (const [name, topology] of [
    ['keras-2', modelTopology],
    ['keras-3', asKeras3(modelTopology)],
  ] as const) {
    const version = await models.brought(name, {
      'architecture.json': JSON.stringify(topology),
      'weights.json': JSON.stringify(weightsManifest),
      ...shards,
    });
    const outputs = (await models.answer(
      version,
      ROWS.map((row) => ({ [inputName(version)]: row })),
    )) as { last: number }[];
    expectedOf(model, ROWS).forEach((value, index) => expect(outputs[index]!.last).toBeCloseTo(value, 5));
  }
});

test('a branching model is served as it came, where it cannot be frozen', async () => {
  const input = tf.input({ shape: [3], name: 'row' });
  const seeded = (units: number) =>
    tf.layers.dense({ units, kernelInitializer: tf.initializers.glorotUniform({ seed: units }) });
  const [a, b] = [2, 3].map((units) => seeded(units).apply(input) as tf.SymbolicTensor);
  const joined = tf.layers.concatenate().apply([a!, b!]) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: seeded(4).apply(joined) as tf.SymbolicTensor });
  const version = await models.brought('branching', await modelFiles(model));
  expect(version).toMatchObject({ engine: 'TENSORFLOW', exportDifference: null });
  const [first] = (await models.answer(version, [{ row: ROWS[0] }])) as Record<string, number[]>[];
  const [numbers] = Object.values(first!);
  expectedOf(model, [ROWS[0]!]).forEach((value, index) => expect(numbers![index]).toBeCloseTo(value, 4));
});

test('a graph model names its own inputs and outputs', async () => {
  const attr = { dtype: { type: 'DT_FLOAT' } };
  const shape = { shape: { dim: [{ size: '-1' }, { size: '2' }] } };
  const topology = {
    node: [
      { name: 'pair', op: 'Placeholder', attr: { ...attr, shape } },
      { name: 'kernel', op: 'Const', attr },
      {
        name: 'y',
        op: 'MatMul',
        input: ['pair', 'kernel'],
        attr: { transpose_a: { b: false }, transpose_b: { b: false } },
      },
    ],
    versions: {},
  };
  const manifest = [{ paths: ['w.bin'], weights: [{ name: 'kernel', shape: [2, 2], dtype: 'float32' }] }];
  const model = { format: 'graph-model', modelTopology: topology, weightsManifest: manifest };
  const weights = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);
  const version = await models.brought('graph', { 'model.json': JSON.stringify(model), 'w.bin': weights });
  expect(version.signature).toMatchObject({
    inputs: [{ name: 'pair', shape: [2] }],
    outputs: [{ name: 'y', shape: [2] }],
  });
  expect(await models.answer(version, { pair: [1, 10] })).toEqual({ y: [31, 42] });
  const unknown = {
    ...model,
    modelTopology: {
      ...topology,
      node: topology.node.map((one) => (one.name === 'y' ? { ...one, op: 'MatFly' } : one)),
    },
  };
  const refused = await models.attempt('graph', { 'model.json': JSON.stringify(unknown), 'w.bin': weights });
  expect(refused.errors).toMatchObject([
    { code: 'INVALID_INPUT', message: expect.stringContaining('MatFly') },
  ]);
});

test('an ONNX file of several inputs, types and outputs is served by its names', async () => {
  const file = onnx({
    nodes: [
      cast('count', 'c', FLOAT),
      node('Add', ['price', 'c'], 'sum'),
      node('Identity', ['count'], 'again'),
    ],
    inputs: [tensor('price', FLOAT, ['n', 2]), tensor('count', INT64, ['n', 1])],
    outputs: [tensor('sum', FLOAT, ['n', 2]), tensor('again', INT64, ['n', 1])],
  });
  const version = await models.brought('several', { 'model.onnx': file });
  expect(version.signature).toMatchObject({
    inputs: [
      { name: 'price', shape: [2] },
      { name: 'count', shape: null },
    ],
    outputs: [
      { name: 'sum', shape: [2] },
      { name: 'again', shape: null },
    ],
  });
  expect(await models.answer(version, { price: [1.5, 2.5], count: 3 })).toEqual({
    sum: [4.5, 5.5],
    again: 3,
  });
  const wish = { outputNames: ['sum'], labels: ['no', 'yes'] };
  const one = await models.brought('several one served', { 'model.onnx': file }, wish);
  expect(await models.answer(one, { price: [1, 2], count: 3 })).toEqual({ sum: [4, 5], label: 'yes' });
  const input = { deployment: nameOf(version), rows: { price: [1], count: 3 } };
  const { errors } = await key.client.attempt('predict', 'PredictInput!', input, 'inference { id }');
  expect(errors).toMatchObject([
    { path: ['input', 'rows', 'price'], message: expect.stringContaining('1 came') },
  ]);
});

describe('is refused in words, with nothing stored:', () => {
  const layer = {
    weights: Float32Array.of(1, 2, 3),
    bias: Float32Array.of(0),
    activation: 'linear' as const,
  };
  const ONNX = denseToOnnx([layer]);
  const mean = node('ReduceMean', ['x'], 'm', integersAttribute('axes', [0]));
  const zero = initializer('zero', [2], new Float32Array(2));
  const two = { inputWidth: 2, outputWidth: 2 };
  const cases: [string, Uint8Array, object, RegExp][] = [
    ['an operator that no engine knows', oneOperator('Teleport', ['n', 2]), {}, /know the operator Teleport/],
    ['what is no model', Buffer.from('hello, world'), {}, /m\.onnx is no model/],
    ['labels that do not fit', ONNX, { labels: ['a', 'b', 'c'] }, /there are 2 labels; 3 came/],
    [
      'another answer than its owner expects',
      ONNX,
      { samples: [{ row: { x: [1, 1, 1] }, expected: [7] }] },
      /Sample 0 expects 7; the model answers 6/,
    ],
    [
      'a batch that answers otherwise than its rows',
      onnxFile({ nodes: [mean, node('Add', ['x', 'm'], 'y')], initializers: [], ...two }),
      {},
      /cannot be batched/,
    ],
    [
      'what answers no number',
      onnxFile({ nodes: [node('Div', ['x', 'zero'], 'y')], initializers: [zero], ...two }),
      {},
      /no number/,
    ],
  ];

  const refused = async (files: Files, wish: object, words: RegExp): Promise<void> => {
    const { errors, payload } = await models.attempt('refused', files, wish);
    expect(payload.modelVersion ?? null).toBeNull();
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', message: expect.stringMatching(words) }]);
    const query = '{ model(by: { name: "refused" }) { id } }';
    expect((await staff.client.ask<{ model: object | null }>(query)).model).toBeNull();
  };

  test.each(cases)('%s', (_name, file, wish, words) => refused({ 'm.onnx': file }, wish, words));

  test('a layer that no engine knows', async () => {
    const files = await modelFiles(dense(5));
    const json = (files['model.json'] as string).replace('"Dense"', '"Denser"');
    await refused({ ...files, 'model.json': json }, {}, /operator Denser/);
  });

  test('uploads of nobody, both ways at once, and neither', async () => {
    const file = { name: 'm.onnx', uploadId: 'upl_00000000000000000000000000' };
    const artefact = { task: 'TABULAR_REGRESSION', files: [file] };
    expect((await models.send({ modelName: 'refused', artefact })).errors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'artefact', 'files', '0', 'uploadId'] },
    ]);
    expect((await models.send({ modelName: 'refused' })).errors).toMatchObject([
      { code: 'INVALID_INPUT', message: 'Send exactly one of artefact and remote.' },
    ]);
  });

  test('by anybody but an admin', async () => {
    const analyst = await world.staff('ANALYST');
    const artefact = { task: 'TABULAR_REGRESSION', files: [{ name: 'x', uploadId: 'y' }] };
    const { errors } = await analyst.client.send(
      'mutation ($input: ModelImportInput!) { modelImport(input: $input) { errors { code } } }',
      { input: { modelName: 'refused', artefact } },
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

test('a picture is taken as a picture', async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [4, 4, 1] }),
      tf.layers.dense({ units: 3, activation: 'softmax', name: 'classes' }),
    ],
  });
  const version = await models.brought('pictures', await modelFiles(model), {
    task: 'IMAGE_CLASSIFICATION',
    labels: ['a', 'b', 'c'],
  });
  expect(version.signature.inputs).toEqual([{ name: 'image', dtype: 'IMAGE', shape: [4, 4] }]);
  const outputs = (await models.answer(version, {
    image: Array.from({ length: 16 }, (_, at) => at / 16),
  })) as { classes: number[]; label: string };
  expect(['a', 'b', 'c'].indexOf(outputs.label)).toBe(outputs.classes.indexOf(Math.max(...outputs.classes)));
});

test('a byte that changed on disk is found at the next load, and named', async () => {
  const version = await models.brought('damaged', await modelFiles(dense(6)));
  const registry = world.app.modules.models.models;
  const { artefacts } = (await registry.servable(version.id))!;
  const { hash } = artefacts.find(({ format }) => format === 'TFJS')!;
  const file = path.join(world.dataDir, 'blobs', hash.slice(0, 2), hash);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  fs.writeFileSync(file, bytes);
  const view = await deployed(world, staff, 'damaged', [{ versionId: version.id }]);
  expect(view.state).toBe('FAILED');
  expect(view.failure).toMatch(`The TFJS artefact of version ${version.id} cannot be served`);
});
