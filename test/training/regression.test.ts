/**
 * A regression through HTTP: the wage itself is learned, measured in its own unit, served and explained. And searches over recipes
 * on the same data.
 */
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { blobsOf, fullDisk } from './blobs';
import { requestSearch, type Search, search, searched } from './searches';
import { killTrainer, sweepCheckpoints } from './trainers';
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

test('steps that are too large end a training as failed, in words, and nothing of it is kept', async () => {
  const before = blobsOf(world);
  const recipe = { kind: 'LINEAR', objective: 'REGRESSION', learningRate: 1, optimizer: { kind: 'SGD' } };
  const { trainingJobId, ...job } = await train(world, staff, {
    datasetVersionId,
    modelName: 'wild',
    recipe,
  });
  expect(job).toMatchObject({ status: 'FAILED', error: { code: 'INVALID_INPUT' }, result: null });
  expect(job.error!.message).toMatch(
    /out of bounds by epoch \d+: .*Try a learning rate below 1, or clipNorm, and normalise/,
  );
  const query = `query ($id: ID!) { model(by: { name: "wild" }) { id } node(id: $id) { ... on TrainingJob { result { id } report { classes } } } }`;
  expect(await staff.client.ask(query, { id: trainingJobId })).toEqual({
    model: null,
    node: { result: null, report: null },
  });
  expect(blobsOf(world)).toEqual(before);
});

test('a network of a shape that the prepared rows do not have is refused before it is queued', async () => {
  const preparation = { steps: [{ hash: { buckets: 4 } }] };
  const network = { inputShape: [9], layers: [{ dense: { units: 2 } }] };
  const input = { datasetVersionId, modelName: 'shaped', recipe: { kind: 'NETWORK', network }, preparation };
  const { errors } = await staff.client.attempt('trainingJobCreate', 'TrainingJobCreateInput!', input);
  expect(errors).toMatchObject([
    {
      path: ['input', 'recipe', 'network'],
      message: expect.stringMatching(/have 22 numbers; 9 are 9/) as string,
    },
  ]);
});

/** Four trials of which one cannot learn; two, then one go on. */
const HALVED = {
  modelName: 'searched',
  recipe: {
    kind: 'LINEAR',
    objective: 'REGRESSION',
    epochs: 60,
    optimizer: { kind: 'SGD' },
    schedule: { kind: 'COSINE' },
  },
  space: { learningRate: { values: [0.0001, 0.001, 0.01, 1] } },
  strategy: { random: { trials: 10, seed: 5 } },
  halving: { eta: 2, minEpochs: 15 },
};
let found: Search;

test('a search leaves trials behind, goes on with the others where they stand, and its best becomes a version', async () => {
  found = await searched(world, staff, { ...HALVED, datasetVersionId });
  expect(found.job.status).toBe('SUCCEEDED');
  expect(found).toMatchObject({
    endedBy: 'ALL_TRIED',
    plannedEpochs: 120,
    rungs: [
      { trials: 4, epochs: 15 },
      { trials: 2, epochs: 30 },
      { trials: 1, epochs: null },
    ],
    trials: { totalCount: 4 },
    result: { trainingJob: { trial: { search: { id: found.id } } } },
  });
  const { nodes: trials } = found.trials;
  expect(trials.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  const failed = trials.find(({ choices }) => choices[0]!.value === 1)!;
  expect(failed).toMatchObject({ status: 'FAILED', score: null });
  expect(failed.failure).toContain('the steps were too large');
  const learned = trials.filter((trial) => trial !== failed).sort((a, b) => a.scores[0]! - b.scores[0]!);
  expect(learned.map(({ scores }) => scores.length)).toEqual(expect.arrayContaining([1, 2, 3]));
  expect(learned[2]).toMatchObject({ status: 'DROPPED', scores: [expect.any(Number)] });
  // Nobody learned an epoch twice, and each was scored by the last of its rung.
  for (const { scores, epochs } of learned) {
    const rungs = [15, 30, 60].slice(0, scores.length);
    expect(epochs).toHaveLength(rungs.at(-1)!);
    expect(scores).toEqual(rungs.map((epoch) => epochs[epoch - 1]!.valLoss));
  }
  expect(found.best!.score).toBe(Math.min(...learned.flatMap(({ scores }) => scores)));
  const spent = trials.reduce((sum, { training }) => sum + Number(training!.deviceMs), 0);
  expect(Math.abs(Number(found.deviceMs) - spent)).toBeLessThan(trials.length);
  expect(found.result!.metrics.map(({ name }) => name)).toContain('rmse');
  expect(await checkpointsKept()).toBe(0);
});

test('what went on from checkpoints is what its recipe comes to by itself', async () => {
  const { scores, score, choices } = found.best!;
  const stopAfterEpochs = found.rungs[scores.indexOf(score!)]!.epochs;
  const recipe = { ...HALVED.recipe, stopAfterEpochs, learningRate: choices[0]!.value };
  const alone = await train(world, staff, { datasetVersionId, modelName: 'searched', recipe });
  expect(alone.result!.id).toBe(found.result!.id);
});

test('out of budget, without room, then killed in its middle, a search tries nothing twice and finds the same', async () => {
  const input = { ...HALVED, datasetVersionId, budgetDeviceSeconds: 0.001 };
  const { id, jobId } = await requestSearch(staff, input);
  expect((await ended(world, staff, jobId)).status).toBe('PAUSED');
  expect((await search(staff, id)).job.note).toContain('no trial has a score yet');
  const resume = () =>
    staff.client.mutate(
      'trainingSearchResume',
      'TrainingSearchResumeInput!',
      { id, budgetDeviceSeconds: 600 },
      '__typename',
    );
  // That there is no room is no fault of the trial that finds it out.
  const makeRoom = fullDisk();
  await resume();
  expect((await ended(world, staff, jobId)).status).toBe('PAUSED');
  makeRoom();
  expect((await search(staff, id)).job.note).toContain('no room left on the disk');
  await resume();
  const scored = async () => (await search(staff, id)).trials.nodes.filter(({ scores }) => scores.length > 0);
  await world.until(async () => (await scored()).length > 0, 'a trial to have a score');
  const [first] = await scored();
  await killTrainer(world);
  expect((await ended(world, staff, jobId)).status).toBe('SUCCEEDED');
  const again = await search(staff, id);
  const told = ({ trials }: Search) => trials.nodes.map(({ scores, epochs }) => ({ scores, epochs }));
  expect(told(again)).toEqual(told(found));
  expect(again.trials.nodes[first!.number - 1]!.epochs).toEqual(expect.arrayContaining(first!.epochs));
  expect(again.result!.id).toBe(found.result!.id);
  // A trial works in the job of its search.
  const { errors } = await staff.client.attempt('trainingJobPause', 'TrainingJobPauseInput!', {
    id: again.best!.training!.id,
  });
  expect(errors).toMatchObject([{ code: 'CONFLICT', message: expect.stringContaining(id) as string }]);
  expect(await checkpointsKept()).toBe(0);
});

test('what trials of a search that has ended still stand at is swept, the contents with the name', async () => {
  const { blobs, database } = world.app.platform;
  const { hash } = await blobs.put(Buffer.from('where a trial stood when its search was given up'));
  const values = [hash, found.id];
  await database.servicePool.query(
    'update training_trials set scored_checkpoint_hash = $1 where search_id = $2 and number = 1',
    values,
  );
  expect(await checkpointsKept()).toBe(1);
  await sweepCheckpoints(world);
  await world.until(async () => (await checkpointsKept()) === 0, 'the sweep');
  expect(await blobs.renew(hash)).toBe(false);
});

async function checkpointsKept(): Promise<number> {
  const { rows } = await world.app.platform.database.servicePool.query(
    `select from training_trials t join training_jobs j on j.id = t.training_job_id
     where coalesce(t.scored_checkpoint_hash, j.checkpoint_hash) is not null`,
  );
  return rows.length;
}

test('all faults of a plan are told with their places, and nothing of it is kept', async () => {
  const attempt = async (changes: object) => {
    const input = { ...HALVED, datasetVersionId, modelName: 'faulty', ...changes };
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
      recipe: { kind: 'NETWORK', epochs: 60 },
      space: { networks },
    }),
  ).toEqual([expect.stringContaining('input.space: With networks')]);
  const counted =
    '{ made: trainingSearches(filter: { modelName: "searched" }) { totalCount } refused: trainingSearches(filter: { modelName: "faulty" }) { totalCount } }';
  expect(await staff.client.ask(counted)).toEqual({ made: { totalCount: 2 }, refused: { totalCount: 0 } });
});
