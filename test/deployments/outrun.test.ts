/** What a person believes the deployment to be is what the gate has judged, or nothing is changed. */
import type { PromotionCheck } from '../../src/modules/deployments';
import { handMadeVersion } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { deployed, deploymentById } from './support';

let world: World;
let admin: Person;

beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
});
afterAll(() => world?.close());

test('a promotion that expects a version which only comes about while the gate looks is a conflict', async () => {
  const [low, high] = [await handMadeVersion(world, 0.25), await handMadeVersion(world, 0.75)];
  const { id, version } = await deployed(world, admin, 'outrun', [{ versionId: low.versionId }]);
  const configure = () =>
    admin.client.mutate(
      'deploymentConfigure',
      'DeploymentConfigureInput!',
      { id, cacheSeconds: 1 },
      'deployment { version }',
    );
  let once = true;
  const slow: PromotionCheck = {
    check: async () => {
      if (once) await configure();
      once = false;
      return [];
    },
  };
  world.app.modules.deployments.deployments.addPromotionCheck(slow);
  for (const mutation of ['deploymentPromote', 'deploymentCanaryStart']) {
    once = true;
    const { version: seen } = (await deploymentById(admin, id))!;
    const input = { id, versionId: high.versionId, expectedVersion: seen + 1 };
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    const { errors } = await admin.client.attempt(mutation, type, input, 'deployment { id }');
    expect([mutation, errors]).toMatchObject([
      mutation,
      [{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }],
    ]);
  }
  expect(version).toBe(1);
});
