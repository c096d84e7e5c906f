import { DerivationKind } from '../../src/modules/models';
import { SHIPPED_MODELS } from '../../src/modules/models/shipped/shipped-model';
import fs from 'node:fs';
import path from 'node:path';
import { handMadeVersion } from '../support/hand-made-version';
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { importWages, train } from '../training/wages';

let world: World;
let staff: Person;
let versions: string[];
let modelId: string;
let deploymentId: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  const datasetVersionId = await importWages(world, staff);
  versions = [];
  for (const seed of [1, 2]) {
    const recipe = { kind: 'LINEAR', epochs: 1, seed };
    versions.push((await train(world, staff, { datasetVersionId, recipe })).result!.id);
  }
  const half = versions.map((versionId) => ({ versionId, weight: 50 }));
  deploymentId = (await deployed(world, staff, 'wages', half)).id;
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
  const evidenceIds = [deploymentId];
  expect(
    (await move({ versionId: versions[0], expectedVersionId: null, evidenceIds })).payload.model?.alias,
  ).toEqual({
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
    aliasHistory(name: "champion") { nodes { alias reason by at evidenceIds version { id } previous { id } } } } }`;
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
        { version: { id: versions[0] }, previous: null, evidenceIds: [deploymentId] },
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

test('of two moves at once that believe the same, one is made and the other is told', async () => {
  const moves = versions.map((versionId) => move({ alias: 'contested', versionId, expectedVersionId: null }));
  const codes = (await Promise.all(moves)).map(({ errors }) => errors[0]?.code ?? 'MOVED');
  expect(codes.sort()).toEqual(['CONFLICT', 'MOVED']);
});

test('evidence that is no id is refused at its place', async () => {
  const { errors } = await move({
    alias: 'other',
    versionId: versions[0],
    evidenceIds: [modelId, 'hearsay'],
  });
  expect(errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'evidenceIds', '1'] }]);
});

describe('a version', () => {
  const retire = (id: string) =>
    staff.client.attempt<{ modelVersion: { retirement: object } | null }>(
      'modelVersionRetire',
      'ModelVersionRetireInput!',
      { id, reason: 'it was wrong about the young' },
      'modelVersion { id retirement { reason by } }',
    );

  test('that is not warm gets no alias', async () => {
    const cold = await handMadeVersion(world, 0.5, 'cold');
    const { errors } = await move({ ...cold });
    expect(errors).toMatchObject([
      { __typename: 'Conflict', path: ['input', 'versionId'], message: expect.stringContaining('not warm') },
    ]);
  });

  test('that serves, or that an alias points at, is not retired from under those who ask it', async () => {
    await move({ versionId: versions[1] });
    const { errors } = await retire(versions[1]!);
    expect(errors).toMatchObject([{ __typename: 'Conflict', path: ['input', 'id'] }]);
    expect(errors[0]!.message).toMatch(/the alias champion.*the deployment wages/);
  });

  test('that was retired is neither served nor pointed at again, and says why', async () => {
    const { versionId, modelId: retiredModel } = await handMadeVersion(world, 0.25, 'retired');
    expect((await retire(versionId)).payload.modelVersion).toMatchObject({
      retirement: { reason: 'it was wrong about the young', by: staff.id },
    });
    expect((await retire(versionId)).errors).toEqual([]);
    const routes = [{ versionId }];
    const served = await staff.client.attempt('deploymentCreate', 'DeploymentCreateInput!', {
      name: 'late',
      routes,
    });
    expect(served.errors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('was retired') },
    ]);
    const pointed = await move({ modelId: retiredModel, versionId });
    expect(pointed.errors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('was retired') },
    ]);
  });

  test('retired while a deployment takes it up is one or the other, never both', async () => {
    const { versionId } = await handMadeVersion(world, 0.125, 'raced');
    const create = { name: 'raced', routes: [{ versionId }] };
    const [served, retired] = await Promise.all([
      staff.client.attempt('deploymentCreate', 'DeploymentCreateInput!', create),
      retire(versionId),
    ]);
    expect([served, retired].filter(({ errors }) => errors.length > 0)).toHaveLength(1);
  });

  test('made from another one carries what was done, and both sizes', async () => {
    const parent = (await world.app.modules.models.models.servable(versions[0]!))!;
    const { versionId } = await world.app.modules.models.derived.add(parent.id, {
      artefacts: [...parent.artefacts].reverse(),
      preparation: { ...parent.preparation, note: 'another' },
      metrics: [],
      evaluation: null,
      exportDifference: null,
      trainingJobId: null,
      derivation: { kind: DerivationKind.QUANTISED, bits: 8, sparsity: null, speed: null, quality: [] },
    });
    const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { parents { id } datasetVersion { id }
      derivation { kind bits sparsity size { bytes parentBytes } speed { ms } quality { metric } } } } }`;
    const { node } = await staff.client.ask<{ node: object }>(query, { id: versionId });
    expect(node).toMatchObject({
      parents: [{ id: parent.id }],
      datasetVersion: { id: expect.any(String) },
      derivation: {
        kind: 'QUANTISED',
        bits: 8,
        size: {
          bytes: String(parent.artefacts[1]!.sizeBytes),
          parentBytes: String(parent.artefacts[0]!.sizeBytes),
        },
      },
    });
  });
});

describe('the card of a version', () => {
  const CARD = 'card { id version markdown json approvedAt approvedBy { id } }';
  type Card = { id: string; version: number; markdown: string; approvedBy: { id: string } | null };
  const cardOf = async (client: Person['client'], id: string): Promise<Card> => {
    const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { ${CARD} } } }`;
    return (await client.ask<{ node: { card: Card } }>(query, { id })).node.card;
  };
  const approve = (client: Person['client'], input: object) =>
    client.attempt<{ modelCard: Card | null }>(
      'modelCardApprove',
      'ModelCardApproveInput!',
      {
        modelVersionId: versions[0],
        intendedUse: 'To see how pay hangs together with schooling.',
        limits: 'Never to decide what anybody is paid.',
        ...input,
      },
      'modelCard { id version markdown approvedBy { id } }',
    );

  test('is a draft of facts until a person stands for it, and keeps what was approved', async () => {
    const draft = await cardOf(staff.client, versions[0]!);
    expect(draft).toMatchObject({ version: 0, approvedBy: null, approvedAt: null });
    expect(draft.markdown).toMatch(/# wages, version 1[^]*this is a draft[^]*accuracy[^]*534 rows of wages/);
    const query = 'query ($id: ID!) { node(id: $id) { ... on ModelCard { id version } } }';
    expect((await staff.client.ask<{ node: object }>(query, { id: draft.id })).node).toEqual({
      id: draft.id,
      version: 0,
    });
    const { payload } = await approve(staff.client, { expectedVersion: 0 });
    expect(payload.modelCard).toMatchObject({ version: 1, approvedBy: { id: staff.id } });
    expect(payload.modelCard!.markdown).toContain('Never to decide what anybody is paid.');
    const outdated = await approve(staff.client, { expectedVersion: 0 });
    expect(outdated.errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }]);
    expect((await cardOf(staff.client, versions[0]!)).id).toBe(payload.modelCard!.id);
  });

  test('is read by customers, who neither see staff nor approve', async () => {
    const owner = await world.customer();
    expect(await cardOf(owner.client, versions[0]!)).toMatchObject({ version: 1, approvedBy: null });
    const { errors } = await owner.client.send(
      `mutation { modelCardApprove(input: { modelVersionId: "${versions[0]}", intendedUse: "0123456789", limits: "0123456789" }) { errors { code } } }`,
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('of a model that comes with the product has its maker’s words', async () => {
    const query = `{ model(by: { name: "digit-classifier" }) { versions { nodes { ${CARD} } } } }`;
    const { model } = await staff.client.ask<{ model: { versions: { nodes: { card: Card }[] } } }>(query);
    expect(model.versions.nodes[0]!.card.markdown).toContain('centred, light on dark');
  });
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
