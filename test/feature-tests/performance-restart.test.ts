/** A load whose process ends in its middle is put on anew by the next one, from the start, and leaves one test. */
import { type App, startApp } from '../../src/app/app';
import { deployed } from '../deployments/support';
import { count } from '../inference/support';
import { testConfig } from '../support/config';
import { handMadeVersion } from '../support/hand-made-version';
import { startWorld, type World } from '../support/world';
import { type JobView, jobById, loadOf, orderLoad } from './loads';

let world: World;
let worker: App | undefined;

beforeAll(async () => {
  world = await startWorld({ workers: 0 });
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

test('a load that is interrupted begins anew and leaves one result', async () => {
  const staff = await world.staff();
  const { versionId } = await handMadeVersion(world, 0.75);
  await deployed(world, staff, 'wages', [{ versionId }]);
  worker = await started();
  const id = await orderLoad(staff, loadOf(versionId, { minDurationMs: 1500 }));
  let job: JobView | undefined;
  const until = (isSo: (job: JobView) => boolean, what: string): Promise<void> =>
    world.until(async () => isSo((job = await jobById(staff, id))), what);
  await until(({ note }) => /^SINGLE_STREAM: [1-9]/.test(note ?? ''), 'the load to be under way');
  await worker.close();
  expect(await jobById(staff, id)).toMatchObject({ status: 'QUEUED', result: null });
  worker = await started();
  await until(({ status }) => status !== 'QUEUED' && status !== 'RUNNING', 'the load to end');
  expect(job).toMatchObject({ status: 'SUCCEEDED', result: { verdict: 'PASS' } });
  expect(job!.result!.durationMs).toBeGreaterThan(1400);
  expect(await count(world, 'select count(*)::int as count from performance_tests')).toBe(1);
});
