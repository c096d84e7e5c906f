/** A version held against another one on the same rows, and the rows that both met, whatever signs are in them. */
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { ended, importCsv, importWages, type JobState, train, WAGES_CSV, WAGES_INPUT } from './wages';
import { type DerivedVersion, derivedVersion, figure } from './derived-versions';

let world: World;
let staff: Person;
let wages: string;
let champion: string;

const recipe = { kind: 'LINEAR', epochs: 3 };

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  wages = await importWages(world, staff);
  const { result } = await train(world, staff, { datasetVersionId: wages, modelName: 'champion', recipe });
  champion = result!.id;
});
afterAll(() => world?.close());

/** Rows of the file as a caller sends them. */
function workersWithout(label: string): Record<string, unknown>[] {
  const [header, ...lines] = WAGES_CSV.trim().split('\n');
  const names = header!.split(',');
  return lines.map((line) =>
    Object.fromEntries(
      line.split(',').flatMap((text, at) => {
        const value = Number.isNaN(Number(text)) ? text : Number(text);
        return names[at] === label ? [] : [[names[at], value]];
      }),
    ),
  );
}

const compared = (input: object) =>
  train(world, staff, {
    datasetVersionId: wages,
    modelName: 'challenger',
    recipe: { ...recipe, seed: 2 },
    compareWithVersionId: champion,
    ...input,
  });

test('the same question is asked of both, also of data whose median moved', async () => {
  const { trainingJobId, error } = await compared({});
  expect(error).toBeNull();
  const query = `query ($id: ID!) { node(id: $id) { ... on TrainingJob { report { comparison {
    parentVersionId heldOutFromParent metrics { metric n } } } } } }`;
  expect(await staff.client.ask(query, { id: trainingJobId })).toMatchObject({
    node: { report: { comparison: { parentVersionId: champion, heldOutFromParent: false } } },
  });
  const [header, ...lines] = WAGES_CSV.trim().split('\n');
  const half = [header, ...lines.slice(0, 300)].join('\n');
  const { result } = await importCsv(world, staff, half, { ...WAGES_INPUT, name: 'half' });
  expect((await compared({ datasetVersionId: result!.id })).error).toBeNull();
});

test('a version that answers another question is refused before anything is trained', async () => {
  const union = { label: 'union', positive: '1', name: 'unions' };
  const { result: unions } = await importCsv(world, staff, WAGES_CSV, union);
  const narrow = { ...WAGES_INPUT, name: 'narrow', ignoredColumns: ['south'] };
  const { result: fewer } = await importCsv(world, staff, WAGES_CSV, narrow);
  const others = [
    { recipe: { ...recipe, objective: 'REGRESSION' }, modelName: 'wage' },
    { datasetVersionId: unions!.id },
    { datasetVersionId: fewer!.id },
  ];
  for (const other of others) {
    const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', {
      datasetVersionId: wages,
      modelName: 'challenger',
      recipe,
      compareWithVersionId: champion,
      ...other,
    });
    expect([other, errors]).toMatchObject([
      other,
      [{ code: 'CONFLICT', path: ['input', 'compareWithVersionId'] }],
    ]);
  }
});

test('a tree answers two classes as its signature says it, like any other model of them', async () => {
  const { result } = await importCsv(world, staff, WAGES_CSV, {
    name: 'genders',
    label: 'gender',
    labelRule: 'CLASSES',
  });
  const input = { datasetVersionId: result!.id, modelName: 'genders' };
  const tree = await train(world, staff, { ...input, recipe: { kind: 'DECISION_TREE' } });
  const linear = await train(world, staff, { ...input, recipe, compareWithVersionId: tree.result!.id });
  expect([tree.error, linear.error]).toEqual([null, null]);
  const key = await world.apiKey(await world.customer());
  const [worker] = workersWithout('gender');
  for (const [name, { result: version }] of Object.entries({ tree, linear })) {
    await deployed(world, staff, name, [{ versionId: version!.id }]);
    const { inference } = await key.client.mutate<{ inference: { outputs: { probabilities: number[] } } }>(
      'predict',
      'PredictInput!',
      { deployment: name, rows: worker },
      'inference { outputs }',
    );
    expect([name, inference.outputs]).toMatchObject([
      name,
      {
        label: expect.stringMatching(/male/) as string,
        probabilities: [expect.any(Number), expect.any(Number)],
      },
    ]);
  }
});

test('a row is found among others, also where one of them holds a line separator', async () => {
  const texts = Array.from({ length: 30 }, (_, at) => JSON.stringify({ note: `n\u2028${at}`, y: at % 2 }));
  const { result } = await importCsv(world, staff, texts.join('\n'), {
    name: 'notes',
    label: 'y',
    columns: [{ name: 'note', kind: 'TEXT' }],
  });
  await train(world, staff, { datasetVersionId: result!.id, modelName: 'notes', recipe });
  const { datasets } = await staff.client.ask<{ datasets: { nodes: { id: string; name: string }[] } }>(
    '{ datasets { nodes { id name } } }',
  );
  const datasetId = datasets.nodes.find(({ name }) => name === 'notes')!.id;
  const query =
    'query ($datasetId: ID!, $row: JSON!) { rowUses(datasetId: $datasetId, row: $row) { learned watched heldOut } }';
  const row = { note: 'n\u20287', y: 1 };
  type Use = { learned: number; watched: number; heldOut: number };
  const { rowUses } = await staff.client.ask<{ rowUses: Use[] }>(query, { datasetId, row });
  expect(rowUses.map(({ learned, watched, heldOut }) => learned + watched + heldOut)).toEqual([1]);
});

test('data of which nothing is left to learn from is refused before anything is trained', async () => {
  const empty = ['x,y', ...Array.from({ length: 40 }, (_, at) => `,${at % 2}`)].join('\n');
  const { result } = await importCsv(world, staff, empty, { name: 'empty', label: 'y' });
  const excludedColumns = WAGES_CSV.split('\n')[0]!.split(',');
  for (const input of [
    { datasetVersionId: result!.id, recipe },
    { datasetVersionId: wages, recipe: { ...recipe, excludedColumns } },
  ]) {
    const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', {
      modelName: 'nothing',
      ...input,
    });
    expect(errors).toMatchObject([
      { code: 'INVALID_INPUT', message: expect.stringContaining('nothing to learn from') as string },
    ]);
  }
});

const attemptThreshold = (input: object) =>
  staff.client.attempt<{ job: { id: string } | null }>(
    'modelVersionChooseThreshold',
    'ModelVersionChooseThresholdInput!',
    { versionId: champion, ...input },
    'job { id }',
  );

async function withThreshold(input: object): Promise<JobState> {
  const { payload, errors } = await attemptThreshold(input);
  expect(errors).toEqual([]);
  return ended(world, staff, payload.job!.id);
}

test('a threshold is sought on rows that were watched and judged on those held out, and every answer goes by it', async () => {
  const { result } = await withThreshold({ goal: 'AT_LEAST_RECALL', atLeast: 0.9 });
  const [before, made] = [await derivedVersion(staff, champion), await derivedVersion(staff, result!.id)];
  const { threshold } = made.signature;
  expect(before.signature.threshold).toBe(0.5);
  expect(threshold).toBeGreaterThan(0);
  expect(threshold).toBeLessThan(0.5);
  expect(made).toMatchObject({
    parents: [{ id: champion }],
    sizeBytes: before.sizeBytes,
    exportDifference: before.exportDifference,
    evaluation: { rows: before.evaluation.rows, threshold },
    derivation: {
      kind: 'THRESHOLD',
      threshold: { value: threshold, parent: 0.5, goal: 'AT_LEAST_RECALL', atLeast: 0.9 },
    },
  });
  // A tenth of 534 rows was watched, a quarter held out: the goal is reached on the former, and told honestly of the latter.
  const { rows, positives, recall } = made.derivation.threshold;
  expect([rows > 40 && rows < 60, positives > 15, recall >= 0.9]).toEqual([true, true, true]);
  const { truePositives, falsePositives, falseNegatives } = made.evaluation.confusion;
  expect(figure(made, 'recall')).toBeCloseTo(truePositives / (truePositives + falseNegatives), 12);
  expect(figure(made, 'recall')).toBeGreaterThan(figure(before, 'recall'));
  expect(figure(made, 'auc')).toBe(figure(before, 'auc'));
  expect(
    made.derivation.quality.map(({ metric, value, parent, interval }) => [metric, value, parent, !!interval]),
  ).toEqual(
    ['accuracy', 'precision', 'recall', 'f1'].map((name) => [
      name,
      figure(made, name),
      figure(before, name),
      name === 'accuracy' || name === 'recall',
    ]),
  );
  const called = ({ evaluation }: DerivedVersion) =>
    evaluation.groups.map(({ confusion: one }) => one.truePositives + one.falsePositives);
  expect(called(made)).not.toEqual(called(before));
  expect(truePositives + falsePositives).toBe(called(made)[0]! + called(made)[1]!);

  await deployed(world, staff, 'usual', [{ versionId: champion }]);
  await deployed(world, staff, 'chosen', [{ versionId: made.id }]);
  const key = await world.apiKey(await world.customer());
  const workers = workersWithout('wage');
  const asked = async (deployment: string) => {
    const { inference } = await key.client.mutate<{
      inference: { outputs: { probability: number; label: string }[] };
    }>('predict', 'PredictInput!', { deployment, rows: workers.slice(0, 100) }, 'inference { outputs }');
    return inference.outputs;
  };
  const [usual, chosen] = [await asked('usual'), await asked('chosen')];
  const [no, yes] = made.signature.labels;
  expect(chosen).toEqual(
    usual.map(({ probability }) => ({ probability, label: probability >= threshold ? yes : no })),
  );
  const between = usual.findIndex(({ probability }) => probability >= threshold && probability < 0.5);
  expect([usual[between]!.label, chosen[between]!.label]).toEqual([no, yes]);
  const { inference } = await key.client.mutate<{ inference: { outputs: { label: string } } }>(
    'explain',
    'ExplainInput!',
    { deployment: 'chosen', method: 'INTEGRATED_GRADIENTS', rows: workers[between] },
    'inference { outputs }',
  );
  expect(inference.outputs.label).toBe(yes);
  const inputs = Object.entries(workers[between]!).map(([name, value]) => ({
    name,
    shape: [1, 1],
    datatype: typeof value === 'string' ? 'BYTES' : 'FP32',
    data: [value],
  }));
  const response = await fetch(`${world.url}/v2/models/chosen/infer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.credential}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  });
  const { outputs } = (await response.json()) as { outputs: { name: string; data: unknown[] }[] };
  expect(outputs.find(({ name }) => name === 'label')!.data).toEqual([yes]);
});

test('whoever goes back to a threshold has the version that was, and what is compressed keeps the one it had', async () => {
  const { result } = await withThreshold({ threshold: 0.3 });
  const made = await derivedVersion(staff, result!.id);
  expect(made.derivation.threshold).toMatchObject({ value: 0.3, parent: 0.5, rows: null });
  expect((await withThreshold({ versionId: made.id, threshold: 0.5 })).result).toEqual({ id: champion });
  expect((await withThreshold({ threshold: 0.3 })).result).toEqual({ id: made.id });
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'modelVersionCompress',
    'ModelVersionCompressInput!',
    { versionId: made.id, method: 'PRUNE', sparsity: 0.2, epochs: 1 },
    'job { id }',
  );
  const smaller = await derivedVersion(staff, (await ended(world, staff, job.id)).result!.id);
  expect(smaller).toMatchObject({
    parents: [{ id: made.id }],
    signature: { threshold: 0.3 },
    evaluation: { threshold: 0.3 },
  });
});

test('a threshold that cannot be chosen is refused in words, before a job begins where that can be known', async () => {
  for (const [input, path] of [
    [{}, 'threshold'],
    [{ threshold: 0.4, goal: 'MAX_F1' }, 'threshold'],
    [{ threshold: 0.5 }, 'threshold'],
    [{ threshold: 1 }, 'threshold'],
    [{ threshold: 0.4, atLeast: 0.9 }, 'atLeast'],
    [{ goal: 'MAX_F1', atLeast: 0.9 }, 'atLeast'],
    [{ goal: 'AT_LEAST_PRECISION' }, 'atLeast'],
    [{ versionId: 'mdv_nothing', goal: 'MAX_F1' }, 'versionId'],
  ] as const) {
    const { errors } = await attemptThreshold(input);
    expect([input, errors.map((one) => one.path)]).toEqual([input, [['input', path]]]);
  }
  const { result } = await train(world, staff, {
    datasetVersionId: wages,
    modelName: 'wage',
    recipe: { ...recipe, objective: 'REGRESSION' },
  });
  expect((await attemptThreshold({ versionId: result!.id, goal: 'MAX_F1' })).errors).toMatchObject([
    { code: 'CONFLICT', path: ['input', 'versionId'] },
  ]);
  const some = WAGES_CSV.split('\n').slice(0, 101).join('\n');
  const few = await importCsv(world, staff, some, { ...WAGES_INPUT, name: 'few' });
  const { result: small } = await train(world, staff, {
    datasetVersionId: few.result!.id,
    modelName: 'few',
    recipe,
  });
  const { error } = await withThreshold({ versionId: small!.id, goal: 'MAX_F1' });
  expect(error).toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/^Of the 1\d rows that were watched while it learned \d are positive;/),
  });
});
