/** Which version a shadow is: the one that was set last, never one that answers here, and never one that was retired. */
import { handMadeVersion } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { deployed, settled } from './support';

let world: World;
let admin: Person;
let low: string;
let high: string;

beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
  low = (await handMadeVersion(world, 0.25)).versionId;
  high = (await handMadeVersion(world, 0.75)).versionId;
});

afterAll(() => world?.close());

const shadow = (id: string, versionId: string | null) =>
  admin.client.attempt(
    'deploymentShadowSet',
    'DeploymentShadowSetInput!',
    { id, versionId, reason: 'a trial' },
    'deployment { id }',
  );
const retire = (id: string) =>
  admin.client.attempt(
    'modelVersionRetire',
    'ModelVersionRetireInput!',
    { id, reason: 'it was wrong' },
    'modelVersion { id }',
  );
const isAsked = (id: string, versionId: string | undefined) =>
  world.until(
    () => Promise.resolve(world.app.modules.deployments.routes.shadowOf(id) === versionId),
    `the shadow to be ${versionId}`,
  );

/** Two rounds of the reconciler: the second begins only when the first has nothing left to do. */
async function reconciled(name: string): Promise<void> {
  await deployed(world, admin, `${name}-one`, [{ versionId: low }]);
  await deployed(world, admin, `${name}-two`, [{ versionId: low }]);
}

async function endedAt(id: string): Promise<string | null> {
  const query = 'query ($id: ID!) { deployment(by: { id: $id }) { shadow { endedAt } } }';
  const { deployment } = await admin.client.ask<{ deployment: { shadow: { endedAt: string | null } } }>(
    query,
    { id },
  );
  return deployment.shadow.endedAt;
}

test('a shadow that takes the place of another is asked, be it the same version anew', async () => {
  const { id } = await deployed(world, admin, 'replaced', [{ versionId: low }]);
  const other = (await handMadeVersion(world, 0.6)).versionId;
  for (const [place, versionId] of [high, other, other].entries()) {
    expect((await shadow(id, versionId)).errors).toEqual([]);
    await reconciled(`place-${place}`);
    expect(world.app.modules.deployments.routes.shadowOf(id)).toBe(versionId);
  }
  await shadow(id, null);
  await isAsked(id, undefined);
});

test('a version that is asked as a shadow is not retired, and one that was is no shadow', async () => {
  const { id } = await deployed(world, admin, 'kept', [{ versionId: low }]);
  const { versionId } = await handMadeVersion(world, 0.4, 'kept');
  await shadow(id, versionId);
  expect((await retire(versionId)).errors).toMatchObject([
    { code: 'CONFLICT', message: expect.stringContaining('the shadow of the deployment kept') as string },
  ]);
  await shadow(id, null);
  expect((await retire(versionId)).errors).toEqual([]);
  expect((await shadow(id, versionId)).errors).toMatchObject([
    { code: 'CONFLICT', message: expect.stringContaining('was retired') as string },
  ]);
});

test('a version that begins to answer while it is made a shadow is none', async () => {
  const { id } = await deployed(world, admin, 'raced', [{ versionId: low }]);
  const connection = await world.app.platform.database.servicePool.connect();
  try {
    await connection.query('begin');
    await connection.query('select 1 from deployments where id = $1 for update', [id]);
    const setting = shadow(id, high);
    await world.until(async () => {
      const { rows } = await connection.query<{ waiting: number }>(
        "select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      return rows[0]!.waiting > 0;
    }, 'the shadow to wait for the deployment');
    const routes = JSON.stringify([{ versionId: high, weight: 100 }]);
    await connection.query('update deployments set routes = $2, version = version + 1 where id = $1', [
      id,
      routes,
    ]);
    await connection.query('commit');
    expect((await setting).errors).toMatchObject([{ code: 'CONFLICT' }]);
  } finally {
    connection.release();
  }
});

test('a shadow that is promoted is a shadow no more: it would be held against itself', async () => {
  const { id } = await deployed(world, admin, 'promoted', [{ versionId: low }]);
  await shadow(id, high);
  await isAsked(id, high);
  const promotion = { id, versionId: high };
  const { errors } = await admin.client.attempt(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    promotion,
    'deployment { id }',
  );
  expect(errors).toEqual([]);
  await settled(world, admin, id);
  expect(await endedAt(id)).not.toBeNull();
  await isAsked(id, undefined);
});
