/** From a correction to a model that learned from it: by consent, with personal data masked, and until it is taken back. */
import { deployed } from '../deployments/support';
import { count } from '../inference/support';
import { handMadeVersion } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { importWages, train, WAGES_CSV } from '../training/wages';
import {
  accepted,
  affectedVersions,
  consent,
  type Correction,
  corrected,
  curate,
  curationOf,
  gather,
  refusal,
  tableOf,
} from './curation';
import { submit, withdraw } from './support';

const LINEAR = { kind: 'LINEAR', epochs: 2 };
const POOR = 'wage ≤ 7.78';
const RICH = 'wage > 7.78';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
let base: string;
let versionId: string;
let modelId: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  owner = await world.customer();
  server = await world.apiKey(owner);
  base = await importWages(world, staff);
  versionId = (await train(world, staff, { datasetVersionId: base, recipe: LINEAR })).result!.id;
  const { rows } = await world.app.platform.database.servicePool.query<{ id: string }>(
    'select model_id as id from model_versions where id = $1',
    [versionId],
  );
  modelId = rows[0]!.id;
  await deployed(world, staff, 'trained', [{ versionId }]);
});
afterAll(() => world?.close());

const [HEADER, ...LINES] = WAGES_CSV.trim().split('\n');

/** A worker of the data with another age, so that the row is in no version yet. */
function worker(age: number): Record<string, unknown> {
  const names = HEADER!.split(',');
  const cells = LINES[0]!.split(',').map((cell) => (Number.isNaN(Number(cell)) ? cell : Number(cell)));
  const { wage: _wage, ...row } = Object.fromEntries(names.map((name, at) => [name, cells[at]]));
  return { ...row, age };
}

const asked = (age: number): object => ({ deployment: 'trained', rows: worker(age) });

async function eventsOf(subject: string): Promise<string[]> {
  const text = 'select type from outbox_events where subject = $1 order by position';
  const { rows } = await world.app.platform.database.servicePool.query<{ type: string }>(text, [subject]);
  return rows.map(({ type }) => type);
}

async function contentsOf({ client }: Person, id: string): Promise<unknown> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Feedback { curation { contents } } } }';
  return (await client.ask<{ node: { curation: { contents: unknown } } }>(query, { id })).node.curation
    .contents;
}

const held = (feedbackId: string): Promise<number> =>
  count(
    world,
    'select count(*)::int as count from curated_rows where feedback_id = $1 and contents is not null',
    [feedbackId],
  );

describe('the loop', () => {
  let said: Correction;
  let data: string;

  test('a correction that was accepted is a row behind those of the upload, in the words of its question', async () => {
    said = await corrected(world, server, asked(20.5), { label: POOR });
    expect(await curationOf(staff, said.feedbackId)).toBeNull();
    expect(await accepted(staff, said.feedbackId)).toMatchObject({
      status: 'ACCEPTED',
      rows: 1,
      acceptedBy: { id: staff.id },
      takenBackAt: null,
      datasetVersions: [],
      modelVersions: [],
    });
    expect(await contentsOf(staff, said.feedbackId)).toEqual([{ inputs: worker(20.5), answer: POOR }]);
    expect(await contentsOf(await world.staff('COMPLIANCE'), said.feedbackId)).toBeNull();
    const { status, error, result } = await gather(world, staff, { modelId, baseVersionId: base });
    expect([status, error]).toEqual(['SUCCEEDED', null]);
    data = result!.id;
    const rows = await tableOf(world, data);
    expect(rows).toHaveLength(LINES.length + 1);
    expect(rows.at(-1)).toEqual({ ...worker(20.5), wage: POOR });
    expect(new Set(rows.map(({ wage }) => wage))).toEqual(new Set([POOR, RICH]));
    const query = `query ($id: ID!) { node(id: $id) { ... on DatasetVersion { source rows curatedRows consentScope
      protectedAttributes base { id } label { column kind labels classes } } } }`;
    const { node } = await staff.client.ask<{ node: object }>(query, { id: data });
    expect(node).toMatchObject({
      source: 'FEEDBACK',
      rows: LINES.length + 1,
      curatedRows: 1,
      consentScope: ['TRAINING'],
      protectedAttributes: ['gender', 'race'],
      base: { id: base },
      label: { column: 'wage', labels: [POOR, RICH] },
    });
  });

  test('a model learns from it, answers in the same words, and the correction knows who saw it', async () => {
    const input = { datasetVersionId: data, recipe: LINEAR, compareWithVersionId: versionId };
    const { result, error } = await train(world, staff, input);
    expect(error).toBeNull();
    const learner = result!.id;
    const { versionId: child } = await handMadeVersion(world, 0.5, 'made-of-it', { parentIds: [learner] });
    const query = 'query ($id: ID!) { node(id: $id) { ... on ModelVersion { signature { labels } } } }';
    const { node } = await staff.client.ask<{ node: object }>(query, { id: learner });
    expect(node).toEqual({ signature: { labels: [POOR, RICH] } });
    expect(await curationOf(staff, said.feedbackId)).toMatchObject({
      datasetVersions: [{ id: data }],
      modelVersions: [{ id: learner }, { id: child }],
    });
    const bystander = await world.endUser(server);
    expect(await affectedVersions(server, said.person)).toEqual([learner, child]);
    expect(await affectedVersions(server, bystander)).toEqual([]);
  });

  test('taken back it is in no later version, not by way of a base that has it, and it is still known who saw it', async () => {
    const other = await corrected(world, server, asked(21.5), { label: RICH });
    await accepted(staff, other.feedbackId);
    await withdraw(said.person, { id: said.feedbackId });
    expect(await held(said.feedbackId)).toBe(0);
    const { result } = await gather(world, staff, { modelId, baseVersionId: data });
    const rows = await tableOf(world, result!.id);
    expect(rows).toHaveLength(LINES.length + 1);
    expect(rows.at(-1)).toEqual({ ...worker(21.5), wage: RICH });
    const query = 'query ($id: ID!) { node(id: $id) { ... on DatasetVersion { number base { id } } } }';
    const { node } = await staff.client.ask<{ node: object }>(query, { id: result!.id });
    expect(node).toEqual({ number: 2, base: { id: base } });
    expect(await curationOf(staff, said.feedbackId)).toMatchObject({
      status: 'TAKEN_BACK',
      rows: 0,
      datasetVersions: [{ id: data }],
      modelVersions: [{}, {}],
    });
    expect(await contentsOf(staff, said.feedbackId)).toEqual([]);
    expect(await eventsOf(said.feedbackId)).toEqual([
      'feedback.submitted',
      'feedback.curated',
      'feedback.curated-rows-read',
      'feedback.withdrawn',
      'feedback.uncurated',
    ]);
    expect(await affectedVersions(server, said.person)).toHaveLength(2);
  });
});

test('of many rows those become rows to learn from that the correction names, and no other way', async () => {
  const rows = { deployment: 'trained', rows: [worker(40.5), worker(41.5), worker(42.5)] };
  const vague = await corrected(world, server, rows, { label: POOR });
  expect(await refusal(staff, vague.feedbackId)).toMatchObject({
    message: expect.stringContaining('does not say which of them'),
  });
  const correction = [null, { label: POOR }, RICH];
  const plain = await corrected(world, server, rows, correction);
  expect(await accepted(staff, plain.feedbackId)).toMatchObject({ rows: 2 });
  const { result } = await gather(world, staff, { modelId, baseVersionId: base, name: 'many' });
  const told = await tableOf(world, result!.id);
  expect(told).toContainEqual({ ...worker(41.5), wage: POOR });
  expect(told).toContainEqual({ ...worker(42.5), wage: RICH });
  expect(told).not.toContainEqual(expect.objectContaining({ age: 40.5 }));
  await curate(staff, plain.feedbackId, 'feedbackUncurate');
});

test('two reviewers at once accept it once; taken back and accepted anew it is another row', async () => {
  const { feedbackId } = await corrected(world, server, asked(50.5), { label: POOR });
  const others = await Promise.all([world.staff('REVIEWER'), world.staff('REVIEWER')]);
  const both = await Promise.all([...others, ...others].map((one) => curate(one, feedbackId)));
  expect(both.map(({ errors }) => errors)).toEqual(both.map(() => []));
  expect(new Set(both.map(({ payload }) => payload.feedback!.curation!.acceptedBy!.id)).size).toBe(1);
  const rows = 'select count(*)::int as count from curated_rows where feedback_id = $1';
  expect(await count(world, rows, [feedbackId])).toBe(1);
  for (let time = 0; time < 2; time++) {
    const { payload } = await curate(staff, feedbackId, 'feedbackUncurate');
    expect(payload.feedback!.curation).toMatchObject({ status: 'TAKEN_BACK', rows: 0 });
  }
  expect(await held(feedbackId)).toBe(0);
  await accepted(staff, feedbackId);
  expect(await count(world, rows, [feedbackId])).toBe(2);
  expect(await eventsOf(feedbackId)).toEqual([
    'feedback.submitted',
    'feedback.curated',
    'feedback.uncurated',
    'feedback.curated',
  ]);
  await curate(staff, feedbackId, 'feedbackUncurate');
});

test('whoever corrects otherwise takes the accepted row away; the new word waits for a reviewer', async () => {
  const { feedbackId, feedbackToken, person } = await corrected(world, server, asked(51.5), { label: POOR });
  await accepted(staff, feedbackId);
  const say = (label: string) => submit(person, { feedbackToken, kind: 'CORRECTION', correction: { label } });
  await say(POOR);
  expect(await held(feedbackId)).toBe(1);
  await say(RICH);
  expect(await held(feedbackId)).toBe(0);
  expect(await curationOf(staff, feedbackId)).toMatchObject({ status: 'TAKEN_BACK' });
});

test('who says no to training takes the row along, whatever was accepted before; a later yes brings nothing back', async () => {
  const said = await corrected(world, server, asked(52.5), { label: POOR });
  const stays = await corrected(world, server, asked(53.5), { label: RICH });
  for (const { feedbackId } of [said, stays]) await accepted(staff, feedbackId);
  await consent(said.person, false);
  const { result } = await gather(world, staff, { modelId, baseVersionId: base, name: 'withdrawn' });
  const ages = (await tableOf(world, result!.id)).map(({ age }) => age);
  expect(ages).toContain(53.5);
  expect(ages).not.toContain(52.5);
  await world.app.drainEvents();
  expect(await held(said.feedbackId)).toBe(0);
  await consent(said.person, true);
  await world.app.drainEvents();
  expect(await curationOf(staff, said.feedbackId)).toMatchObject({ status: 'TAKEN_BACK' });
  // What was asked went with the consent, too.
  const { errors } = await curate(staff, said.feedbackId);
  expect(errors).toMatchObject([
    { code: 'CONFLICT', message: expect.stringContaining('took that back since') },
  ]);
  await curate(staff, stays.feedbackId, 'feedbackUncurate');
});

test('nothing more is learned from data whose people took back what is in it', async () => {
  const said = await corrected(world, server, asked(56.5), { label: POOR });
  await accepted(staff, said.feedbackId);
  const wish = { modelId, baseVersionId: base, name: 'stale' };
  const { result } = await gather(world, staff, wish);
  const input = { datasetVersionId: result!.id, modelName: 'stale', recipe: LINEAR };
  const learn = async () =>
    (await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input)).errors;
  expect(await learn()).toEqual([]);
  await world.settle();
  await consent(said.person, false);
  expect(await learn()).toMatchObject([
    {
      code: 'CONFLICT',
      path: ['input', 'datasetVersionId'],
      message: expect.stringMatching(/1 may not be learned from any more.*datasetGather/),
    },
  ]);
  await world.app.drainEvents();
});

test('merged into another one after it was accepted it is not learned twice', async () => {
  const both = [
    await corrected(world, server, asked(57.5), { label: POOR }),
    await corrected(world, server, asked(58.5), { label: POOR }),
  ];
  for (const { feedbackId } of both) await accepted(staff, feedbackId);
  const [twin, stays] = both.map(({ feedbackId }) => feedbackId);
  const merge = { ids: [twin], into: stays };
  await staff.client.mutate('feedbackMerge', 'FeedbackMergeInput!', merge, 'feedback { id }');
  const { result } = await gather(world, staff, { modelId, baseVersionId: base, name: 'merged' });
  const ages = (await tableOf(world, result!.id)).map(({ age }) => age);
  expect([ages.includes(57.5), ages.includes(58.5)]).toEqual([false, true]);
  for (const { feedbackId } of both) await curate(staff, feedbackId, 'feedbackUncurate');
});

test('of one customer alone, when it is asked for', async () => {
  const stranger = await world.apiKey(await world.customer());
  const mine = await corrected(world, server, asked(54.5), { label: POOR });
  const theirs = await corrected(world, stranger, asked(55.5), { label: POOR });
  for (const { feedbackId } of [mine, theirs]) await accepted(staff, feedbackId);
  const ages = async (input: object): Promise<unknown[]> => {
    const { result } = await gather(world, staff, {
      modelId,
      baseVersionId: base,
      name: 'customers',
      ...input,
    });
    return (await tableOf(world, result!.id))
      .map(({ age }) => age)
      .filter((age) => [54.5, 55.5].includes(age as number));
  };
  expect(await ages({})).toEqual([54.5, 55.5]);
  expect(await ages({ customerId: owner.customerId })).toEqual([54.5]);
  for (const { feedbackId } of [mine, theirs]) await curate(staff, feedbackId, 'feedbackUncurate');
});
