/** A training outlives the processes that work on it, however often they are replaced in order. */
import { type App, startApp } from '../../src/app/app';
import { testConfig } from '../support/config';
import { startWorld, type Person, type World } from '../support/world';
import { killTrainer } from './trainers';
import { ended, importWages, requestTraining } from './wages';

let world: World;
let staff: Person;
let worker: App | undefined;

beforeAll(async () => {
  world = await startWorld({ workers: 0 });
  staff = await world.staff();
  worker = await started();
});
afterAll(async () => {
  await worker?.close();
  await world?.close();
});

/** A process that works beside the one that is asked. */
function started(): Promise<App> {
  const { databaseUrl, clock, dataDir } = world;
  return startApp({ config: testConfig(dataDir), databaseUrl, clock });
}

const epochsOf = async (id: string): Promise<number> => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on TrainingJob { epochs { epoch } } } }';
  return (await staff.client.ask<{ node: { epochs: object[] } }>(query, { id })).node.epochs.length;
};

test('a training whose process is replaced more often than it may fail is trained to its end', async () => {
  const datasetVersionId = await importWages(world, staff);
  const recipe = { kind: 'DENSE_NETWORK', epochs: 500, hiddenUnits: [16] };
  const { id, jobId } = await requestTraining(staff, { datasetVersionId, recipe });
  let before = 0;
  for (let time = 0; time < 4; time++) {
    await world.until(async () => (await epochsOf(id)) > before, 'the training to go on');
    await worker!.close();
    before = await epochsOf(id);
    expect(before).toBeLessThan(recipe.epochs);
    worker = await started();
  }
  expect(await ended(world, staff, jobId)).toMatchObject({ status: 'SUCCEEDED', error: null });
});

test('a training whose own process dies as often as it may has failed, and everybody is told', async () => {
  const datasetVersionId = await importWages(world, staff);
  const recipe = { kind: 'DENSE_NETWORK', epochs: 500, seed: 2 };
  const { id, jobId } = await requestTraining(staff, { datasetVersionId, modelName: 'doomed', recipe });
  for (let time = 0; time < 3; time++) await killTrainer(world);
  expect(await ended(world, staff, jobId)).toMatchObject({ status: 'FAILED', error: { code: 'INTERNAL' } });
  await worker!.drainEvents();
  const { rows } = await world.app.platform.database.servicePool.query(
    "select 1 from audit_records where action = 'training-job.failed' and object = $1",
    [id],
  );
  expect(rows).toHaveLength(1);
});
