/** What the data that corrections become looks like: alone or behind others, texts, numbers and classes, and through every mishap. */
import { deployed } from '../deployments/support';
import { served } from '../inference/support';
import { SqlReader } from '../../src/platform/database';
import { ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { ended, importWages, train } from '../training/wages';
import { accepted, consent, corrected, correctedBy, curate, gather, tableOf } from './curation';
import { withdraw } from './support';

let world: World;
let staff: Person;
let server: Person;
let person: Person;
let modelId: string;

beforeAll(async () => {
  world = await startWorld();
  ({ staff, modelId } = await served(world, 'wages'));
  server = await world.apiKey(await world.customer());
  person = await world.endUser(server);
  await consent(person, true);
});
afterAll(() => world?.close());

async function one<T>(text: string, values: readonly unknown[] = []): Promise<T> {
  const { rows } = await world.app.platform.database.servicePool.query<T & object>(text, [...values]);
  return rows[0]!;
}

const modelNamed = async (name: string): Promise<string> =>
  (await one<{ id: string }>('select id from models where name = $1', [name])).id;

/** So many people were answered wrongly by turns, and a reviewer agreed. */
async function acceptedRows(many: number, from = 0): Promise<string[]> {
  const ids: string[] = [];
  for (let i = from; i < from + many; i++) {
    const rows = { ...ROW, age: 20 + i };
    const { feedbackId } = await correctedBy(person, { rows }, i % 2 ? 'yes' : { label: 'no' });
    await accepted(staff, feedbackId);
    ids.push(feedbackId);
  }
  return ids;
}

describe('of a model that was not trained here', () => {
  test('nothing accepted is nothing to gather, and an unknown model or base is none', async () => {
    const ask = async (input: object) =>
      (await staff.client.attempt('datasetGather', 'DatasetGatherInput!', { name: 'x', ...input })).errors;
    expect(await ask({ modelId })).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'modelId'], message: expect.stringContaining('feedbackCurate') },
    ]);
    expect(await ask({ modelId: `mdl_${'0'.repeat(26)}` })).toMatchObject([{ code: 'NOT_FOUND' }]);
    await acceptedRows(3);
    expect(await ask({ modelId, baseVersionId: `dsv_${'0'.repeat(26)}` })).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'baseVersionId'] },
    ]);
  });

  test('too few rows are told by their number, and leave nothing', async () => {
    const { status, error } = await gather(world, staff, { modelId });
    expect(status).toBe('FAILED');
    expect(error).toMatchObject({ message: expect.stringContaining('3 usable rows; at least 20') });
    const refusals = `select count(*)::int as count from outbox_events where type = 'dataset.refused' and subject = $1`;
    expect(await one(refusals, [modelId])).toEqual({ count: 1 });
    expect(await one('select count(*)::int as count from curated_row_uses')).toEqual({ count: 0 });
  });

  test('enough of them are data in the words of its signature, and a model learns from them', async () => {
    await acceptedRows(27, 3);
    const { result } = await gather(world, staff, { modelId });
    const rows = await tableOf(world, result!.id);
    expect(rows).toHaveLength(30);
    expect(rows[4]).toEqual({ age: 24, income: 1.5, label: 'no' });
    const query = `query ($id: ID!) { node(id: $id) { ... on DatasetVersion { base { id } curatedRows
      label { column kind labels classes } } } }`;
    expect((await staff.client.ask<{ node: object }>(query, { id: result!.id })).node).toEqual({
      base: null,
      curatedRows: 30,
      label: { column: 'label', kind: 'EQUALS', labels: ['no', 'yes'], classes: [15, 15] },
    });
    const recipe = { kind: 'LINEAR', epochs: 1 };
    const trained = await train(world, staff, { datasetVersionId: result!.id, modelName: 'learner', recipe });
    expect(trained.error).toBeNull();
    const again = await gather(world, staff, { modelId, baseVersionId: result!.id });
    expect(again.result).toEqual(result);
  });
});

test('a list of corrections with all that came of them takes no statement a row', async () => {
  const heard = await overheard(async (first) => {
    const query = `{ feedback(filter: {kind: CORRECTION}, first: ${first}) { nodes { curation {
      rows contents acceptedBy { id } datasetVersions { id base { id } } modelVersions { id } } } } }`;
    const { feedback } = await staff.client.ask<{ feedback: { nodes: { curation: object | null }[] } }>(
      query,
    );
    expect(feedback.nodes.filter(({ curation }) => curation)).toHaveLength(first);
    expect(feedback.nodes[0]!.curation).toMatchObject({ contents: [{}], modelVersions: [{}] });
  });
  expect(await heard(20)).toBeLessThanOrEqual((await heard(1)) + 2);
});

/** Counts the reads of a request, the second time it is asked. */
async function overheard(ask: (first: number) => Promise<void>): Promise<(first: number) => Promise<number>> {
  const reading = SqlReader.prototype as unknown as { run(...args: unknown[]): unknown };
  const { run } = reading;
  return async (first) => {
    await ask(first);
    let count = 0;
    reading.run = function (...args) {
      count++;
      return run.apply(this, args);
    };
    await ask(first);
    reading.run = run;
    return count;
  };
}

describe('whatever happens meanwhile', () => {
  test('a job that runs twice makes one version, whatever was accepted since', async () => {
    const { jobId, result } = await gather(world, staff, { modelId, name: 'twice' });
    await acceptedRows(1, 60);
    const payload = { jobId, payload: { name: 'twice', modelId, maxBadRows: 0 } };
    await one(`update jobs set status = 'QUEUED', result_id = null where id = $1`, [jobId]);
    await one('select flywheel_enqueue($1, $2, null, null, 5, $3)', [
      'training.gather-dataset',
      payload,
      jobId,
    ]);
    expect(await ended(world, staff, jobId)).toMatchObject({ status: 'SUCCEEDED', result });
    const versions = `select count(*)::int as count from dataset_versions v join datasets d on d.id = v.dataset_id where d.name = 'twice'`;
    expect(await one(versions)).toEqual({ count: 1 });
  });

  test('a row that its person takes back while it is gathered is not in it', async () => {
    const said = await corrected(world, server, { rows: { ...ROW, age: 90 } }, 'yes');
    await accepted(staff, said.feedbackId);
    const { curatedRows } = world.app.modules.feedback;
    const { keepUse } = curatedRows;
    let times = 0;
    curatedRows.keepUse = async (...use) => {
      if (times++ === 0) await withdraw(said.person, { id: said.feedbackId });
      return keepUse.apply(curatedRows, use);
    };
    const { status, result } = await gather(world, staff, { modelId, name: 'meanwhile' });
    curatedRows.keepUse = keepUse;
    expect([status, times]).toEqual(['SUCCEEDED', 2]);
    expect((await tableOf(world, result!.id)).map(({ age }) => age)).not.toContain(90);
    const uses = 'select count(*)::int as count from curated_row_uses where dataset_version_id = $1';
    const { curated_rows: rows } = await one<{ curated_rows: number }>(
      'select curated_rows from dataset_versions where id = $1',
      [result!.id],
    );
    expect(await one(uses, [result!.id])).toEqual({ count: rows });
  });
});

describe('texts', () => {
  test('personal data in them is masked, in what was kept before it was masked too', async () => {
    for (let i = 0; i < 20; i++) {
      const text = `Number ${i}: ann@lee.org was ${i % 2 ? 'wonderful' : 'dreadful'}`;
      const asked = { deployment: 'sentiment-classifier', rows: { text } };
      const { feedbackId, inferenceId } = await correctedBy(person, asked, i % 2 ? 'negative' : 'positive');
      if (i === 0) {
        const old = JSON.stringify({ inputs: { text }, outputs: {} });
        const seal = world.app.platform.crypto.seal(
          'inference-payload',
          old,
          `inferences:${inferenceId}:payload`,
        );
        await one('update inferences set payload = $2 where id = $1', [inferenceId, seal]);
      }
      await accepted(staff, feedbackId);
    }
    const id = await modelNamed('sentiment-classifier');
    const { result } = await gather(world, staff, { modelId: id, name: 'texts' });
    const rows = await tableOf(world, result!.id);
    expect(rows).toHaveLength(20);
    for (const [i, { text, label }] of rows.entries()) {
      expect(text).toMatch(new RegExp(`^Number ${i}: \\[EMAIL:[a-z]{12}\\] was`));
      expect(label).toBe(i % 2 ? 'negative' : 'positive');
    }
    const readable = `select count(*)::int as count from curated_rows where contents like '%lee.org%' or contents like '%wonder%'`;
    expect(await one(readable)).toEqual({ count: 0 });
  });

  test('they fit no other data: each is named, and a version of nothing but the base is none', async () => {
    const base = await importWages(world, staff);
    const wish = { modelId: await modelNamed('sentiment-classifier'), baseVersionId: base, name: 'texts' };
    const { error } = await gather(world, staff, wish);
    expect(error!.message).toMatch(
      /^20 rows cannot be read.*line 535: feedback fbk_\w+: the data has no column text/,
    );
    expect(await gather(world, staff, { ...wish, maxBadRows: 20 })).toMatchObject({
      status: 'FAILED',
      error: { code: 'CONFLICT', message: expect.stringContaining('None of the accepted corrections') },
    });
  });
});

test('a regression is corrected by its number, and its data stays one of numbers', async () => {
  const base = await importWages(world, staff);
  const recipe = { kind: 'LINEAR', objective: 'REGRESSION', epochs: 2 };
  const { result } = await train(world, staff, { datasetVersionId: base, modelName: 'wage', recipe });
  await deployed(world, staff, 'wage', [{ versionId: result!.id }]);
  const before = await tableOf(world, base);
  const { wage: _wage, ...row } = before[0]!;
  const asked = { deployment: 'wage', rows: { ...row, age: 33.5 } };
  const wrong = await correctedBy(person, asked, { wage: 'a lot' });
  expect((await curate(staff, wrong.feedbackId)).errors).toMatchObject([
    { message: expect.stringContaining('is a number') },
  ]);
  const { feedbackId } = await correctedBy(await agreeing(), asked, { wage: 12.25 });
  await accepted(staff, feedbackId);
  const wish = { modelId: await modelNamed('wage'), baseVersionId: base, name: 'wages' };
  const data = (await gather(world, staff, wish)).result!.id;
  expect(await tableOf(world, data)).toEqual([...before, { ...row, age: 33.5, wage: 12.25 }]);
  const query = `query ($before: ID!, $after: ID!) { datasetVersionDiff(before: $before, after: $after) { rows { kept added removed } } }`;
  expect(await staff.client.ask(query, { before: base, after: data })).toEqual({
    datasetVersionDiff: { rows: { kept: before.length, added: 1, removed: 0 } },
  });
  const trained = await train(world, staff, { datasetVersionId: data, modelName: 'wage', recipe });
  expect(trained.error).toBeNull();
});

async function agreeing(): Promise<Person> {
  const other = await world.endUser(server);
  await consent(other, true);
  return other;
}
