/** A process that starts while a promotion has failed serves what the others serve: the routes before it. */
import fs from 'node:fs';
import { type App, startApp } from '../../src/app/app';
import { GraphqlClient } from '../support/client';
import { testConfig } from '../support/config';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { deployed, settled } from './support';

let world: World;
let admin: Person;
let other: App | undefined;

beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
});
afterAll(async () => {
  await other?.close();
  await world?.close();
});

async function broken(probability: number): Promise<string> {
  const { versionId } = await handMadeVersion(world, probability, 'broken');
  for (const { hash } of (await world.app.modules.models.models.servable(versionId))!.artefacts) {
    const file = await world.app.platform.blobs.path(hash);
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, 'no model at all');
  }
  return versionId;
}

test('two promotions that cannot be made ready leave a new process with the routes before them, and the wish as it is', async () => {
  const { versionId } = await handMadeVersion(world, 0.25);
  const { id } = await deployed(world, admin, 'damaged', [{ versionId }]);
  for (const probability of [0.77, 0.78]) {
    const promotion = { id, versionId: await broken(probability) };
    await admin.client.mutate('deploymentPromote', 'DeploymentPromoteInput!', promotion, 'deployment { id }');
    expect(await settled(world, admin, id)).toMatchObject({ state: 'FAILED' });
  }
  // It answers, although the wish does not name it.
  const retirement = { id: versionId, reason: 'nobody wishes for it' };
  expect(
    (await admin.client.attempt('modelVersionRetire', 'ModelVersionRetireInput!', retirement)).errors,
  ).toMatchObject([
    { code: 'CONFLICT', message: expect.stringContaining('the deployment damaged') as string },
  ]);
  const { databaseUrl, clock, dataDir } = world;
  other = await startApp({ config: testConfig(dataDir), databaseUrl, clock });
  const key = await world.apiKey(await world.customer());
  for (const { url } of [world, other]) {
    const { inference } = await new GraphqlClient(url, key.credential).mutate<{
      inference: { modelVersion: { id: string } };
    }>('predict', 'PredictInput!', { deployment: 'damaged', rows: ROW }, 'inference { modelVersion { id } }');
    expect(inference.modelVersion.id).toBe(versionId);
  }
  expect(await settled(world, admin, id)).toMatchObject({ state: 'FAILED', version: 3 });

  // What was never ready has nothing before it, and what comes after it is tried at once.
  const first = await deployed(world, admin, 'never', [{ versionId: await broken(0.79) }]);
  expect(first.state).toBe('FAILED');
  const asked = () =>
    key.client.attempt('predict', 'PredictInput!', { deployment: 'never', rows: ROW }, 'inference { id }');
  expect((await asked()).errors).toMatchObject([
    { code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining('could not be made ready') as string },
  ]);
  const promotion = { id: first.id, versionId };
  await admin.client.mutate('deploymentPromote', 'DeploymentPromoteInput!', promotion, 'deployment { id }');
  expect(await settled(world, admin, first.id)).toMatchObject({ state: 'READY', failure: null });
});
