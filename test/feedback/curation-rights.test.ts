/** What a person may ask about their own data, asked about what was learned of them: a copy, rest, and to be forgotten. */
import { count, served } from '../inference/support';
import { ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { carriedOut, unpacked } from '../privacy/data-requests';
import { accepted, corrected, type Correction, curationOf, gather, tableOf } from './curation';

const ROWS = 20;

let world: World;
let staff: Person;
let server: Person;
let said: Correction;
let wish: { readonly modelId: string; readonly baseVersionId?: string };
let data: string;

beforeAll(async () => {
  world = await startWorld();
  const house = await served(world, 'wages');
  ({ staff } = house);
  wish = { modelId: house.modelId };
  server = await world.apiKey(await world.customer());
  const asked = (age: number): object => ({ rows: { ...ROW, age } });
  said = await corrected(world, server, asked(99), 'yes');
  await accepted(staff, said.feedbackId);
  for (let i = 0; i < ROWS; i++) {
    const { feedbackId } = await corrected(world, server, asked(20 + i), i % 2 ? 'yes' : 'no');
    await accepted(staff, feedbackId);
  }
  data = (await gather(world, staff, wish)).result!.id;
  wish = { ...wish, baseVersionId: data };
});
afterAll(() => world?.close());

async function learn(): Promise<readonly object[]> {
  const input = { datasetVersionId: data, modelName: 'learner', recipe: { kind: 'LINEAR', epochs: 1 } };
  const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input);
  await world.settle();
  return errors;
}

const agesOf = async (versionId: string): Promise<unknown[]> =>
  (await tableOf(world, versionId)).map(({ age }) => age);

test('a copy has the row with what was asked and answered, and the person nothing of others', async () => {
  expect(await learn()).toEqual([]);
  const { download } = await carriedOut(world, said.person, { kind: 'ACCESS' });
  const files = await unpacked(download!);
  expect(files['curated_rows.json']).toEqual([
    {
      id: expect.stringMatching(/^crw_/),
      feedbackId: said.feedbackId,
      inferenceId: said.inferenceId,
      modelVersionId: expect.stringMatching(/^mdv_/),
      acceptedAt: expect.any(String),
      withdrawnAt: null,
      inputs: { ...ROW, age: 99 },
      answer: 'yes',
    },
  ]);
});

test('while use is restricted nothing is learned of it, and it is kept', async () => {
  await carriedOut(world, said.person, { kind: 'RESTRICTION' });
  expect(await agesOf((await gather(world, staff, wish)).result!.id)).not.toContain(99);
  expect(await learn()).toMatchObject([{ code: 'CONFLICT' }]);
  const kept =
    'select count(*)::int as count from curated_rows where end_user_id = $1 and contents is not null';
  expect(await count(world, kept, [said.person.id])).toBe(1);
  await world.app.platform.database.servicePool.query(
    'update consent_states set restricted = false where end_user_id = $1',
    [said.person.id],
  );
  expect(await agesOf((await gather(world, staff, wish)).result!.id)).toContain(99);
});

test('an erasure deletes what the row holds, and it is still known who learned from it', async () => {
  const { id, outcome } = await carriedOut(world, server, { kind: 'ERASURE', endUserId: said.person.id });
  expect(outcome).toContainEqual({ table: 'curated_rows', action: 'ERASED', rows: 1 });
  expect(await curationOf(staff, said.feedbackId)).toMatchObject({
    status: 'TAKEN_BACK',
    modelVersions: [{}],
  });
  const { node } = await server.client.ask<{ node: { affectedModelVersions: object[] } }>(
    'query ($id: ID!) { node(id: $id) { ... on DataRequest { affectedModelVersions { id } } } }',
    { id },
  );
  expect(node.affectedModelVersions).toHaveLength(1);
  expect(await agesOf((await gather(world, staff, wish)).result!.id)).not.toContain(99);
  expect(await learn()).toMatchObject([{ code: 'CONFLICT' }]);
});
