/** Versions are taken elsewhere: the file that is fetched is what serves here, in forms that other programs read. */
import * as tf from '@tensorflow/tfjs';
import { unzipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Person, startWorld, type World } from '../support/world';
import { dense, expectedOf, Importer, modelFiles } from './import-support';

let world: World;
let staff: Person;
let models: Importer;

beforeAll(async () => {
  await tf.setBackend('cpu');
  world = await startWorld();
  staff = await world.staff();
  models = new Importer(world, staff, await world.apiKey(await world.customer()));
});
afterAll(() => world?.close());

const taken = (id: string, reason = 'it is to run on a device') =>
  staff.client.attempt<{ download: string | null }>(
    'modelVersionExport',
    'ModelVersionExportInput!',
    { id, reason },
    'download',
  );

async function fetched(address: string) {
  const response = await fetch(address);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const disposition = response.headers.get('content-disposition');
  return { disposition, files: unzipSync(new Uint8Array(await response.arrayBuffer())) };
}

test('what is fetched answers elsewhere as it does here, and brought in again it is the same version', async () => {
  const rows = [
    [0.5, -1, 2],
    [3, 0, 0.25],
  ];
  const model = dense(7);
  const version = await models.brought('to take', await modelFiles(model));
  const { payload, errors } = await taken(version.id);
  expect(errors).toEqual([]);
  const { disposition, files } = await fetched(payload.download!);
  expect(disposition).toBe('attachment; filename="to-take-1.zip"');
  const { 'model.onnx': onnx, 'version.json': description, ...others } = files;
  const described = JSON.parse(Buffer.from(description!).toString()) as { model: object; signature: object };
  expect(described).toMatchObject({
    model: { name: 'to take', number: 1, versionId: version.id, contentHash: version.contentHash },
    signature: { inputs: [{ dtype: 'FLOAT32', shape: [3] }] },
    preparation: null,
  });

  const session = await InferenceSession.create(onnx!);
  const input = new Tensor('float32', rows.flat(), [rows.length, 3]);
  const answers = await session.run({ [session.inputNames[0]!]: input });
  const values = [...(answers[session.outputNames[0]!]!.data as Float32Array)];
  expectedOf(model, rows).forEach((value, index) => expect(values[index]).toBeCloseTo(value, 5));

  const tfjs = Object.entries(others).map(([name, bytes]) => [name.replace('tfjs/', ''), bytes]);
  expect((await models.brought('to take', Object.fromEntries(tfjs))).id).toBe(version.id);
});

test('a threshold goes with a version, out and in: with another one the same bytes are another version', async () => {
  const model = dense(6);
  const files = await modelFiles(model);
  const wish = { task: 'TABULAR_CLASSIFICATION', inputNames: ['a', 'b', 'c'], labels: ['no', 'yes'] };
  const rows = Array.from({ length: 20 }, (_, at) => ({ a: at / 4, b: 1 - at / 3, c: at % 3 }));
  const middle = expectedOf(
    model,
    rows.map(({ a, b, c }) => [a, b, c]),
  ).sort()[10]!;
  const threshold = Number(middle.toFixed(6));
  const chosen = await models.brought('cut', files, { ...wish, threshold });
  const usual = await models.brought('cut', files, wish);
  expect(chosen.id).not.toBe(usual.id);
  expect((await models.brought('cut', files, { ...wish, threshold })).id).toBe(chosen.id);
  for (const [{ id }, from] of [
    [chosen, threshold],
    [usual, 0.5],
  ] as const) {
    const { files: taken_ } = await fetched((await taken(id)).payload.download!);
    const { signature } = JSON.parse(Buffer.from(taken_['version.json']!).toString()) as {
      signature: { threshold: number };
    };
    expect(signature.threshold).toBe(from);
  }
  const answers = (await models.answer(chosen, rows)) as { last: number; label: string }[];
  for (const { last, label } of answers) expect(label).toBe(last >= threshold ? 'yes' : 'no');
  expect(new Set(answers.map(({ label }) => label)).size).toBe(2);
  const { errors } = await models.attempt('uncut', files, { threshold });
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'artefact', 'threshold'] }]);
});

test('who took a version elsewhere, and why, stands in the audit log; a customer may not, and a far one cannot', async () => {
  const { id } = await models.brought('audited', await modelFiles(dense(9)));
  await taken(id, 'the customer moves to the edge');
  await world.app.drainEvents();
  const query = '{ auditRecords(first: 50, filter: {}) { nodes { action object reason actor } } }';
  const { auditRecords } = await staff.client.ask<{ auditRecords: { nodes: object[] } }>(query);
  expect(auditRecords.nodes).toContainEqual(
    expect.objectContaining({
      action: 'model-version.exported',
      object: id,
      actor: staff.id,
      reason: 'the customer moves to the edge',
    }),
  );
  const { errors } = await (
    await world.customer()
  ).client.send(`mutation { modelVersionExport(input: { id: "${id}", reason: "for myself" }) { download } }`);
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const far = await models.send({
    modelName: 'far',
    remote: { protocol: 'OPENAI', url: 'http://127.0.0.1:9/v1', model: 'far' },
  });
  const refused = await taken(far.payload.modelVersion!.id);
  expect(refused).toMatchObject({
    payload: { download: null },
    errors: [{ code: 'CONFLICT', path: ['input', 'id'] }],
  });
  expect((await taken('mdv_01h00000000000000000000000')).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('the same version is the same file, which is for whoever has its address, while that is good', async () => {
  const { id } = await models.brought('by address', await modelFiles(dense(8)));
  const address = (await taken(id)).payload.download!;
  const hashOf = async (url: string) =>
    createHash('sha256')
      .update(Buffer.from(await (await fetch(url)).arrayBuffer()))
      .digest('hex');
  const first = await hashOf(address);
  expect(await hashOf((await taken(id)).payload.download!)).toBe(first);
  const status = async (url: string) => (await fetch(url)).status;
  expect(await status(address.split('?')[0]!)).toBe(404);
  expect(await status(address.replace(/code=.{4}/, 'code=AAAA'))).toBe(404);
  expect(await status(address.replace('until=', 'until=9'))).toBe(404);
  world.clock.advance(16 * 60_000);
  expect(await status(address)).toBe(404);
});
