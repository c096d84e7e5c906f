/** A regression through HTTP: the wage itself is learned, measured in its own unit, served and explained. */
import { deployed } from '../deployments/support';
import { startWorld, type Person, type World } from '../support/world';
import { importWages, train } from './wages';

let world: World;
let staff: Person;
let versionId: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  const datasetVersionId = await importWages(world, staff);
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
  const { rows } = await world.app.platform.database.servicePool.query<{ id: string }>(
    'select dataset_version_id as id from training_jobs limit 1',
  );
  const input = { datasetVersionId: rows[0]!.id, modelName: 'wage', recipe: { kind: 'LINEAR' } };
  const { errors } = await staff.client.attempt(
    'trainingJobCreate',
    'TrainingJobCreateInput!',
    input,
    'trainingJob { id }',
  );
  expect(errors[0]).toMatchObject({ code: 'CONFLICT', path: ['input', 'modelName'] });
});
