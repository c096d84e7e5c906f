import { SHIPPED_MODELS } from '../../src/modules/models/shipped/shipped-model';
import fs from 'node:fs';
import path from 'node:path';
import { startWorld, type Person, type World } from '../support/world';
import { importWages, train } from '../training/wages';

let world: World;
let staff: Person;
let versions: string[];
let modelId: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  const datasetVersionId = await importWages(world, staff);
  versions = [];
  for (const seed of [1, 2]) {
    const recipe = { kind: 'LINEAR', epochs: 1, seed };
    versions.push((await train(world, staff, { datasetVersionId, recipe })).result!.id);
  }
  ({
    model: { id: modelId },
  } = await staff.client.ask<{ model: { id: string } }>('{ model(by: { name: "wages" }) { id } }'));
});
afterAll(() => world.close());

const move = (input: object) =>
  staff.client.attempt<{ model: { alias: { id: string } | null } | null }>(
    'modelAliasMove',
    'ModelAliasMoveInput!',
    { modelId, alias: 'champion', reason: 'better AUC on held-out rows', ...input },
    'model { id alias(name: "champion") { id } }',
  );

test('models and their versions are listed, newest first', async () => {
  const { models } = await staff.client.ask<{ models: { totalCount: number; nodes: object[] } }>(
    '{ models { totalCount nodes { id name task versions(first: 1) { totalCount nodes { id number } } } } }',
  );
  expect(models.totalCount).toBe(1 + SHIPPED_MODELS.length);
  expect(models.nodes[0]).toEqual({
    id: modelId,
    name: 'wages',
    task: 'TABULAR_CLASSIFICATION',
    versions: { totalCount: 2, nodes: [{ id: versions[1], number: 2 }] },
  });
});

test('an alias moves with a reason, and its history answers what was served when', async () => {
  expect((await move({ versionId: versions[0], expectedVersionId: null })).payload.model?.alias).toEqual({
    id: versions[0],
  });
  const before = world.clock.now().toISOString();
  world.clock.advance(60_000);
  expect(
    (await move({ versionId: versions[1], expectedVersionId: versions[0] })).payload.model?.alias,
  ).toEqual({ id: versions[1] });
  const query = `query ($id: ID!, $before: DateTime!) { model(by: { id: $id }) {
    alias(name: "champion") { id }
    servedAt(alias: "champion", time: $before) { id number }
    never: servedAt(alias: "champion", time: "2020-01-01T00:00:00Z") { id }
    aliasHistory(name: "champion") { nodes { alias reason by at version { id } previous { id } } } } }`;
  const { model } = await staff.client.ask<{ model: object }>(query, { id: modelId, before });
  expect(model).toMatchObject({
    alias: { id: versions[1] },
    servedAt: { id: versions[0], number: 1 },
    never: null,
    aliasHistory: {
      nodes: [
        {
          reason: 'better AUC on held-out rows',
          by: staff.id,
          version: { id: versions[1] },
          previous: { id: versions[0] },
        },
        { version: { id: versions[0] }, previous: null },
      ],
    },
  });
});

test('a move on an outdated belief is a conflict that names the present version', async () => {
  const { errors } = await move({ versionId: versions[0], expectedVersionId: versions[0] });
  expect(errors).toMatchObject([{ __typename: 'Conflict', path: ['input', 'expectedVersionId'] }]);
});

test('faults of a move come at once; versions of nobody do not exist', async () => {
  const faulty = await move({ versionId: versions[0], alias: 'Champion!', reason: '' });
  expect(faulty.errors.map(({ path }) => path!.at(-1)).sort()).toEqual(['alias', 'reason']);
  const unknown = await move({ versionId: 'mdv_00000000000000000000000000' });
  expect(unknown.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'versionId'] }]);
});

test('a model is asked for by exactly one of id and name', async () => {
  for (const by of ['{}', `{ id: "${modelId}", name: "wages" }`]) {
    const { errors } = await staff.client.send(`{ model(by: ${by}) { id } }`);
    expect(errors).toHaveLength(1);
  }
});

test('a customer sees the operator’s models, and neither moves aliases nor sees where the data came from', async () => {
  const owner = await world.customer();
  const query = `{ model(by: { name: "wages" }) { name owner { id } versions { nodes { id signature { labels } trainingJob { id } datasetVersion { id } } } } }`;
  const { model } = await owner.client.ask<{ model: { versions: { nodes: object[] } } }>(query);
  expect(model).toMatchObject({ name: 'wages', owner: null });
  expect(model.versions.nodes[0]).toEqual({
    id: versions[1],
    signature: { labels: expect.any(Array) },
    trainingJob: null,
    datasetVersion: null,
  });
  const attempt = await owner.client.send(
    `mutation { modelAliasMove(input: { modelId: "${modelId}", alias: "champion", versionId: "${versions[0]}", reason: "mine" }) { errors { code } } }`,
  );
  expect(attempt.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('versions and moves are never changed, not even by the owner of the tables', async () => {
  const { servicePool } = world.app.platform.database;
  await expect(servicePool.query("update model_versions set metrics = '[]'")).rejects.toThrow(
    'never changed',
  );
  await expect(servicePool.query('delete from model_alias_moves')).rejects.toThrow('never changed');
});

test('an artefact whose bytes were changed on disk is refused by name', async () => {
  const { models } = world.app.modules.models;
  const version = (await models.servable(versions[0]!))!;
  await expect(models.artefactOf(version)).resolves.toMatchObject({ versionId: versions[0], outputWidth: 1 });
  const { hash } = version.artefacts[0]!;
  const file = path.join(world.dataDir, 'blobs', hash.slice(0, 2), hash);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  fs.writeFileSync(file, bytes);
  await expect(models.artefactOf(version)).rejects.toThrow(
    `ONNX artefact of version ${versions[0]} cannot be served`,
  );
});
