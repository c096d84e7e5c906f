/**
 * A regression through HTTP: the wage itself is learned, measured in its own unit, served and explained. And searches over recipes
 * on the same data.
 */
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { requestSearch, search, searched } from './searches';
import { ended, importWages, train } from './wages';

let world: World;
let staff: Person;
let versionId: string;
let datasetVersionId: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  datasetVersionId = await importWages(world, staff);
  const recipe = { kind: 'LINEAR', objective: 'REGRESSION' };
  const { status, result } = await train(world, staff, { datasetVersionId, modelName: 'wage', recipe });
  expect(status).toBe('SUCCEEDED');
  versionId = result!.id;
  await deployed(world, staff, 'wage', [{ versionId }]);
});
afterAll(() => world?.close());

interface Version {
  readonly model: { readonly task: string };
  readonly signature: { readonly outputs: { readonly name: string }[]; readonly labels: string[] | null };
  readonly metrics: { readonly name: string; readonly value: number; readonly interval: [number, number] }[];
  readonly evaluation: object | null;
  readonly trainingJob: { readonly epochs: { readonly loss: number; readonly accuracy: number | null }[] };
}

test('the number itself is learned, and its errors are told with their intervals', async () => {
  const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { model { task } signature { outputs { name } labels }
    metrics { name value interval } evaluation { rows } trainingJob { epochs { loss accuracy } } } } }`;
  const { node } = await staff.client.ask<{ node: Version }>(query, { id: versionId });
  expect(node).toMatchObject({
    model: { task: 'TABULAR_REGRESSION' },
    signature: { outputs: [{ name: 'wage' }], labels: null },
    evaluation: null,
  });
  const metric = new Map(node.metrics.map((one) => [one.name, one]));
  expect([...metric.keys()]).toEqual(['rmse', 'mae', 'r2']);
  // Always answering the mean is wrong by the spread of the wages, 5.1 dollars an hour.
  expect(metric.get('rmse')!.value).toBeLessThan(5.1);
  expect(metric.get('mae')!.value).toBeLessThan(metric.get('rmse')!.value);
  expect(metric.get('r2')!.value).toBeGreaterThan(0.1);
  for (const { value, interval } of node.metrics) {
    expect(interval[0]).toBeLessThan(value);
    expect(interval[1]).toBeGreaterThan(value);
  }
  const { epochs } = node.trainingJob;
  expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss);
  expect(epochs[0]!.accuracy).toBeNull();
});

test('a worker’s wage is answered as a number, and its explanation adds up to it exactly', async () => {
  const key = await world.apiKey(await world.customer());
  const worker = {
    education: 12,
    south: 0,
    gender: 'female',
    experience: 10,
    union: 0,
    age: 28,
    race: 'white',
    occupation: 'other',
    sector: 'other',
    married: 1,
  };
  const answer = await key.client.mutate<{
    inference: { outputs: { wage: number } };
    explanation: { prediction: number; baseline: number; completenessError: number; target: string };
  }>(
    'explain',
    'ExplainInput!',
    { deployment: 'wage', method: 'INTEGRATED_GRADIENTS', rows: worker, samples: 1 },
    'inference { outputs } explanation { prediction baseline completenessError target }',
  );
  expect(answer.explanation.target).toBe('wage');
  expect(answer.inference.outputs.wage).toBeGreaterThan(2);
  expect(answer.inference.outputs.wage).toBeLessThan(25);
  // The gradient of a linear model is the same everywhere, so a single step is exact.
  expect(answer.explanation.completenessError).toBeLessThan(1e-4);
});

test('a model keeps its task', async () => {
  const input = { datasetVersionId, modelName: 'wage', recipe: { kind: 'LINEAR' } };
  const { errors } = await staff.client.attempt(
    'trainingJobCreate',
    'TrainingJobCreateInput!',
    input,
    'trainingJob { id }',
  );
  expect(errors[0]).toMatchObject({ code: 'CONFLICT', path: ['input', 'modelName'] });
});

/** Four trials of which two, then one go on. */
const HALVED = {
  modelName: 'searched',
  recipe: { kind: 'DENSE_NETWORK', hiddenUnits: [8], epochs: 4, schedule: { kind: 'COSINE' } },
  space: {
    learningRate: { range: { min: 0.0005, max: 0.05, scale: 'LOGARITHMIC' } },
    batchSize: { values: [32, 64] },
  },
  strategy: { random: { trials: 4, seed: 5 } },
  halving: { eta: 2, minEpochs: 1 },
};

test('a search leaves trials behind, goes on with the others where they stand, and its best becomes a version', async () => {
  const found = await searched(world, staff, { ...HALVED, datasetVersionId });
  expect(found.job.status).toBe('SUCCEEDED');
  expect(found).toMatchObject({
    endedBy: 'ALL_TRIED',
    plannedEpochs: 8,
    rungs: [
      { trials: 4, epochs: 1 },
      { trials: 2, epochs: 2 },
      { trials: 1, epochs: null },
    ],
    trials: { totalCount: 4 },
    result: { trainingJob: { trial: { search: { id: found.id } } } },
  });
  const { nodes: trials } = found.trials;
  expect(trials.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  expect(trials.map(({ status }) => status).sort()).toEqual(['COMPLETED', 'DROPPED', 'DROPPED', 'DROPPED']);
  // Nobody learned an epoch twice: four learned one, two a second, one the last two.
  expect(trials.map(({ epochs }) => epochs.length).sort()).toEqual([1, 1, 2, 4]);
  for (const { scores, epochs } of trials)
    expect(scores).toEqual([1, 2, 4].slice(0, scores.length).map((epoch) => epochs[epoch - 1]!.valLoss));
  const first = trials.map(({ scores }) => scores[0]!).sort((a, b) => a - b);
  expect(
    trials
      .filter(({ scores }) => scores.length > 1)
      .map(({ scores }) => scores[0]!)
      .sort(),
  ).toEqual(first.slice(0, 2).sort());
  const all = trials.flatMap(({ scores }) => scores);
  expect(found.best!.score).toBe(Math.min(...all));
  const spent = trials.reduce((sum, { training }) => sum + Number(training!.deviceMs), 0);
  expect(Math.abs(Number(found.deviceMs) - spent)).toBeLessThan(trials.length);
  // What went on from checkpoints is what an undisturbed training comes to, and it was evaluated like one.
  const { scores, score, choices } = found.best!;
  const stopAfterEpochs = found.rungs[scores.indexOf(score!)]!.epochs;
  const recipe = { ...HALVED.recipe, stopAfterEpochs };
  for (const { dimension, value } of choices) Object.assign(recipe, { [dimension]: value });
  const alone = await train(world, staff, { datasetVersionId, modelName: 'searched', recipe });
  expect(alone.result!.id).toBe(found.result!.id);
  expect(found.result!.metrics.map(({ name }) => name)).toContain('auc');
  const { rows } = await world.app.platform.database.servicePool.query(
    `select from training_trials t join training_jobs j on j.id = t.training_job_id
     where coalesce(t.scored_checkpoint_hash, j.checkpoint_hash) is not null`,
  );
  expect(rows).toEqual([]);
});

test('a search whose budget is spent before a score pauses, and with more it goes on; a trial that cannot learn is left out', async () => {
  const input = {
    datasetVersionId,
    modelName: 'budgeted',
    recipe: { kind: 'LINEAR', objective: 'REGRESSION', epochs: 2, batchSize: 4, optimizer: { kind: 'SGD' } },
    space: { learningRate: { values: [1, 0.001] } },
    strategy: { grid: {} },
    budgetDeviceSeconds: 0.001,
  };
  const { id, jobId } = await requestSearch(staff, input);
  expect((await ended(world, staff, jobId)).status).toBe('PAUSED');
  expect((await search(staff, id)).job.note).toContain('no trial has a score yet');
  const more = { id, budgetDeviceSeconds: 600 };
  await staff.client.mutate('trainingSearchResume', 'TrainingSearchResumeInput!', more, '__typename');
  expect((await ended(world, staff, jobId)).status).toBe('SUCCEEDED');
  const { trials, best } = await search(staff, id);
  expect(trials.nodes.map(({ status }) => status)).toEqual(['FAILED', 'COMPLETED']);
  expect(trials.nodes[0]!.failure).toContain('the steps were too large');
  expect(best!.number).toBe(2);
  // A trial works in the job of its search.
  const { errors } = await staff.client.attempt('trainingJobPause', 'TrainingJobPauseInput!', {
    id: best!.training!.id,
  });
  expect(errors).toMatchObject([{ code: 'CONFLICT', message: expect.stringContaining(id) as string }]);
});

test('all faults of a plan are told with their places, and nothing of it is kept', async () => {
  const attempt = async (changes: object) => {
    const input = { ...HALVED, datasetVersionId, ...changes };
    const { errors } = await staff.client.attempt(
      'trainingSearchCreate',
      'TrainingSearchCreateInput!',
      input,
    );
    return errors.map(({ path, message }) => `${path!.join('.')}: ${message}`);
  };
  const thousand = { range: { min: 0.001, max: 0.1, points: 40 } };
  const grid = { space: { learningRate: thousand, l2: thousand }, strategy: { grid: {} } };
  expect(await attempt(grid)).toEqual([expect.stringContaining('The grid has 1600 points')]);
  expect(await attempt({ space: {} })).toEqual([expect.stringContaining('input.space: ')]);
  expect(await attempt({ space: { epochs: { values: [1, 2] } } })).toEqual([
    expect.stringContaining('input.halving: '),
  ]);
  expect(await attempt({ recipe: { kind: 'DECISION_TREE' }, space: { treeDepth: { values: [2] } } })).toEqual(
    [expect.stringContaining('input.halving: ')],
  );
  const networks = [{ layers: [{ convolution: { filters: 2 } }] }];
  expect(
    await attempt({
      recipe: { kind: 'NETWORK', epochs: 4 },
      space: { networks },
    }),
  ).toEqual([expect.stringContaining('input.space: With networks')]);
  const query = '{ trainingSearches(filter: { modelName: "searched" }) { totalCount nodes { modelName } } }';
  const { trainingSearches } = await staff.client.ask<{ trainingSearches: { totalCount: number } }>(query);
  expect(trainingSearches.totalCount).toBe(1);
});
