import fs from 'node:fs';
import path from 'node:path';
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { ended, importCsv, importWages, train, upload, WAGES_CSV, WAGES_INPUT } from './wages';

let world: World;
let staff: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
});
afterAll(() => world.close());

async function versions(): Promise<number> {
  const { rows } = await world.app.platform.database.servicePool.query(
    'select count(*)::int as n from dataset_versions',
  );
  return rows[0].n;
}

/** The wages as JSONL: numbers as numbers, in the order of the columns. */
function wagesAsJson(): string {
  const [header = '', ...rows] = WAGES_CSV.trim().split('\n');
  const names = header.split(',');
  return rows
    .map((row) => {
      const cells = row.split(',').map((cell) => (Number.isNaN(Number(cell)) ? cell : Number(cell)));
      return JSON.stringify(Object.fromEntries(names.map((name, at) => [name, cells[at]])));
    })
    .join('\n');
}

test('the same table is the same version, written as CSV or as JSONL', async () => {
  const id = await importWages(world, staff);
  expect((await importCsv(world, staff, wagesAsJson(), WAGES_INPUT)).result).toEqual({ id });
});

test('what is inferred of a column can be corrected, and its figures tell what came of it', async () => {
  const rows = WAGES_CSV.trim().split('\n');
  const { result, error } = await importCsv(world, staff, [...rows, rows[1], rows[2]].join('\n'), {
    ...WAGES_INPUT,
    name: 'corrected',
    dropDuplicates: true,
    columns: [
      { name: 'education', kind: 'CATEGORICAL' },
      { name: 'age', min: 20, max: 60, outOfRange: 'MISSING' },
      { name: 'sector', missing: ['other'] },
    ],
  });
  expect(error).toBeNull();
  const query = `query ($id: ID!) { node(id: $id) { ... on DatasetVersion {
    rows duplicateRows notes
    columns { name kind missing outOfRange min max percentiles histogram { from to count } } } } }`;
  const { node } = await staff.client.ask<{
    node: {
      rows: number;
      duplicateRows: number;
      notes: string[];
      columns: {
        name: string;
        missing: number;
        outOfRange: number;
        percentiles: number[];
        histogram: { count: number }[];
      }[];
    };
  }>(query, { id: result!.id });
  const column = (name: string) => node.columns.find((one) => one.name === name)!;
  const wages = rows.slice(1).map((row) => row.split(','));
  const at = rows[0]!.split(',').indexOf('age');
  const wild = new Set(wages.map((cells) => cells.join())).size;
  expect(node).toMatchObject({ rows: wild, duplicateRows: rows.length + 1 - wild });
  expect(column('education')).toMatchObject({ kind: 'CATEGORICAL', histogram: [], percentiles: [] });
  expect(column('age')).toMatchObject({ kind: 'NUMERIC', min: 20, max: 60 });
  expect(column('age').outOfRange).toBeGreaterThanOrEqual(column('age').missing);
  expect(column('age').missing).toBeGreaterThan(0);
  expect(column('age').percentiles).toHaveLength(101);
  expect(column('age').histogram.reduce((sum, { count }) => sum + count, 0)).toBe(
    node.rows - column('age').missing,
  );
  expect(wages.filter((cells) => Number(cells[at]) < 20).length).toBeGreaterThan(0);
  expect(column('sector').missing).toBeGreaterThan(0);
  expect(node.notes.join(' ')).toMatch(/age was out of range in \d+ rows/);
});

test('a column that is no column cannot be corrected', async () => {
  const { error } = await importCsv(world, staff, WAGES_CSV, {
    ...WAGES_INPUT,
    name: 'corrected',
    columns: [{ name: 'salary', kind: 'NUMERIC' }],
  });
  expect(error).toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('no column salary'),
  });
});

test('two versions are held against each other: rows, columns, and how far each column moved', async () => {
  const before = await importWages(world, staff);
  const rows = WAGES_CSV.trim().split('\n');
  const names = rows[0]!.split(',');
  const older = rows.slice(30, 330).map((row) => {
    const cells = row.split(',');
    cells[names.indexOf('age')] = String(Number(cells[names.indexOf('age')]) + 15);
    return cells.join(',');
  });
  const changed = [rows[0], ...rows.slice(1, 30), ...older, ...rows.slice(330)].join('\n');
  const after = (await importCsv(world, staff, changed, WAGES_INPUT)).result!.id;
  const query = `query ($before: ID!, $after: ID!) { datasetVersionDiff(before: $before, after: $after) {
    before { id } after { number } rows { kept added removed }
    columns { name change kindBefore missingAfter stabilityIndex stabilityP distance distanceP } } }`;
  type Answer = { datasetVersionDiff: { columns: Record<string, unknown>[] } | null };
  const { datasetVersionDiff: diff } = await staff.client.ask<Answer>(query, { before, after });
  expect(diff).toMatchObject({
    before: { id: before },
    rows: { kept: rows.length - 1 - 300, added: 300, removed: 300 },
  });
  const column = (name: string) => diff!.columns.find((one) => one.name === name)!;
  expect(column('age')).toMatchObject({ change: 'KEPT', kindBefore: 'NUMERIC', missingAfter: 0 });
  expect(column('age').stabilityIndex).toBeGreaterThan(0.25);
  expect(column('age').distanceP).toBeLessThan(0.001);
  expect(column('education')).toMatchObject({ distance: 0, stabilityIndex: 0 });
  expect(column('gender')).toMatchObject({ distance: null, stabilityIndex: 0 });
  const narrow = await importCsv(world, staff, changed, { ...WAGES_INPUT, ignoredColumns: ['south'] });
  const other = await staff.client.ask<Answer>(query, { before, after: narrow.result!.id });
  expect(other.datasetVersionDiff).toMatchObject({ rows: null });
  expect(other.datasetVersionDiff!.columns).toContainEqual(
    expect.objectContaining({ name: 'south', change: 'REMOVED', distance: null }),
  );
  const unknown = await staff.client.ask<Answer>(query, { before, after: 'dsv_00000000000000000000000000' });
  expect(unknown.datasetVersionDiff).toBeNull();
});

test('the versions that hold a row are found by the row', async () => {
  const id = await importWages(world, staff);
  const [header = '', first = ''] = WAGES_CSV.trim().split('\n');
  const cells = first.split(',');
  const row = Object.fromEntries(header.split(',').map((name, at) => [name, cells[at]]));
  const { node } = await staff.client.ask<{ node: { dataset: { id: string } } }>(
    'query ($id: ID!) { node(id: $id) { ... on DatasetVersion { dataset { id } } } }',
    { id },
  );
  const query = `query ($datasetId: ID!, $row: JSON!) { datasetVersionsHolding(datasetId: $datasetId, row: $row) { id } }`;
  const holding = async (wanted: object): Promise<string[]> => {
    const variables = { datasetId: node.dataset.id, row: wanted };
    type Answer = { datasetVersionsHolding: { id: string }[] };
    return (await staff.client.ask<Answer>(query, variables)).datasetVersionsHolding.map((one) => one.id);
  };
  expect(await holding(row)).toContain(id);
  expect(await holding({ ...row, age: 99 })).toEqual([]);
});

test('an import tells its progress, and one that is cancelled leaves nothing behind', async () => {
  const rows = Array.from(
    { length: 300_000 },
    (_, row) => `${row},${row % 97},${row % 13},city ${row % 50},${row % 2}`,
  );
  const body = `id,a,b,city,y\n${rows.join('\n')}\n`;
  const { uploadId } = (await (await upload(world, staff.credential, body)).json()) as { uploadId: string };
  const before = await versions();
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'datasetUpload',
    'DatasetUploadInput!',
    { uploadId, name: 'cancelled', label: 'y' },
    'job { id }',
  );
  const query = 'query ($id: ID!) { node(id: $id) { ... on Job { status progress note } } }';
  type State = { node: { status: string; progress: number; note: string } };
  let state!: State['node'];
  await world.until(async () => {
    ({ node: state } = await staff.client.ask<State>(query, { id: job.id }));
    return state.progress > 0;
  }, 'the import to get on');
  expect(state).toMatchObject({ status: 'RUNNING', note: expect.stringMatching(/^read \d+ KiB/) });
  expect(state.progress).toBeLessThan(1);
  await staff.client.mutate('jobCancel', 'JobCancelInput!', { id: job.id }, 'job { status }');
  expect((await ended(world, staff, job.id)).status).toBe('CANCELLED');
  const blobs = path.join(world.dataDir, 'blobs');
  const drafts = (): string[] => fs.readdirSync(blobs).filter((name) => name.startsWith('draft-'));
  await world.until(async () => drafts().length === 0, 'the draft of the table to be taken away');
  expect(await versions()).toBe(before);
});

describe('a preparation', () => {
  const preparation = {
    steps: [
      { clip: { columns: ['experience'], quantile: 0.01 } },
      { normalise: {} },
      { hash: { columns: ['occupation'], buckets: 16 } },
      { oneHot: { columns: ['sector'], most: 2 } },
      { drop: { columns: ['race'] } },
      { balance: {} },
      { noise: { standardDeviation: 0.02, copies: 1 } },
    ],
    split: { validationShare: 0.2, heldOutShare: 0.3 },
  };

  test('is fitted in training, kept with the version and its recipe, and decides what serving takes', async () => {
    const datasetVersionId = await importWages(world, staff);
    const { status, error, result } = await train(world, staff, { datasetVersionId, preparation });
    expect([status, error]).toEqual(['SUCCEEDED', null]);
    const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion {
      signature { inputs { name min categories } } evaluation { rows } trainingJob { recipe } } } }`;
    type Answer = {
      node: {
        signature: { inputs: { name: string; min: number | null; categories: string[] | null }[] };
        evaluation: { rows: number };
        trainingJob: { recipe: { preparation: { steps: { kind: string }[] } } };
      };
    };
    const { node } = await staff.client.ask<Answer>(query, { id: result!.id });
    const inputs = Object.fromEntries(node.signature.inputs.map((input) => [input.name, input]));
    expect(inputs.race).toBeUndefined();
    expect(inputs.experience).toMatchObject({ min: null });
    expect(inputs.education!.min).not.toBeNull();
    expect([inputs.occupation!.categories, inputs.sector!.categories]).toEqual([null, null]);
    expect(node.evaluation.rows).toBe(160);
    const kinds = node.trainingJob.recipe.preparation.steps.map(({ kind }) => kind);
    expect(kinds).toEqual(['CLIP', 'NORMALISE', 'HASH', 'ONE_HOT', 'DROP', 'BALANCE', 'NOISE']);

    await deployed(world, staff, 'wages', [{ versionId: result!.id }]);
    const key = await world.apiKey(await world.customer());
    const worker = {
      education: 12,
      south: 0,
      gender: 'female',
      experience: 10,
      union: 0,
      age: 28,
      married: 1,
    };
    const rows = [
      { ...worker, occupation: 'astronaut', sector: 'space' },
      { ...worker, occupation: 'astronaut', sector: 'never heard of', experience: 900 },
      { ...worker, occupation: 'astronaut', sector: 'space', experience: 800 },
    ];
    const { inference } = await key.client.mutate<{ inference: { outputs: { probability: number }[] } }>(
      'predict',
      'PredictInput!',
      { deployment: 'wages', rows },
      'inference { outputs }',
    );
    const [modest, wild, alike] = inference.outputs.map(({ probability }) => probability);
    // What lies beyond the bound counts as the bound, and a sector that nobody has named as none.
    expect(wild).toBe(alike);
    expect(modest).not.toBe(wild);
    const { errors } = await key.client.attempt(
      'predict',
      'PredictInput!',
      { deployment: 'wages', rows: [{ ...rows[0], education: 900 }] },
      'inference { outputs }',
    );
    expect(errors[0]).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'rows', '0', 'education'] });
  });

  test('that does not fit the data is refused before anything is queued, every fault at its step', async () => {
    const datasetVersionId = await importWages(world, staff);
    const input = {
      datasetVersionId,
      modelName: 'wages',
      recipe: { kind: 'LINEAR' },
      preparation: { steps: [{ normalise: { columns: ['gender', 'salary'] } }, { pixels: {} }] },
    };
    const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input);
    expect(errors.map(({ path: at, message }) => [at?.join('.'), message])).toEqual([
      ['input.preparation.steps.0', expect.stringContaining('gender, which is CATEGORICAL')],
      ['input.preparation.steps.0', expect.stringContaining('no column salary')],
      ['input.preparation.steps.1', expect.stringContaining('no such column')],
    ]);
  });

  test('that makes more numbers than a training holds is refused before anything is queued, with what to change', async () => {
    const datasetVersionId = await importWages(world, staff);
    const noise = { noise: { standardDeviation: 0.1, copies: 10 } };
    const hash = { hash: { columns: ['occupation', 'sector'], buckets: 65_536 } };
    const input = {
      datasetVersionId,
      modelName: 'too large',
      recipe: { kind: 'LINEAR' },
      preparation: { steps: [hash, noise, noise] },
    };
    const search = { space: { learningRate: { values: [0.1, 0.2] } }, strategy: { grid: {} } };
    const errors = [
      await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input),
      await staff.client.attempt('trainingSearchCreate', 'TrainingSearchCreateInput!', {
        ...input,
        ...search,
      }),
    ].flatMap((answer) => answer.errors);
    const words =
      /\d+ rows of 1310\d\d numbers .* occupation \(65536\), sector \(65536\), .*HASH with fewer buckets/;
    const refusal = { code: 'INVALID_INPUT', path: ['input', 'preparation'] };
    expect(errors).toMatchObject([refusal, refusal]);
    for (const { message } of errors) expect(message).toMatch(words);
  });
});
