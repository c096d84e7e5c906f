/** Which version a shadow is: the one that was set last, never one that answers here, and never one that was retired; and what versions refuse. */
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { deployed, fieldsOf, settled } from './support';

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
  const { shadow: latest } = await fieldsOf<{ shadow: { endedAt: string | null } }>(
    admin,
    id,
    'shadow { endedAt }',
  );
  return latest.endedAt;
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

test('what versions refuse is counted by input and constraint, and names of no input, and values, are nowhere in it', async () => {
  const customer = await world.customer();
  const { unitOfWork } = world.app.platform.database;
  await unitOfWork.run({ service: true }, () =>
    world.app.modules.billing.sync.placeOn(customer.customerId, 'ENTERPRISE'),
  );
  const { id } = await deployed(world, admin, 'picky', [{ versionId: low }]);
  const narrower = (await handMadeVersion(world, 0.7, 'hand-made', { oldest: 95 })).versionId;
  const { deployments } = world.app.modules;
  type Refused = { refusedInputs: object[] };
  const told = async () => {
    await deployments.refused.flush();
    return fieldsOf<Refused>(admin, id, 'refusedInputs { input constraint count version { id } }');
  };
  const [old, person] = [{ ...ROW, age: 300 }, 'ada@example.com'];
  const ask = (rows: unknown) =>
    customer.client.attempt('predict', 'PredictInput!', { deployment: 'picky', rows }, 'inference { id }');
  await ask(old);
  await ask([ROW, old, { ...ROW, income: 'much' }]);
  await ask([{ age: 40, [person]: 1 }, 'none']);
  const later = { deployment: 'picky', rows: { age: 40 } };
  await customer.client.attempt('predictionCreate', 'PredictionCreateInput!', later, 'prediction { id }');
  expect(await told()).toEqual({
    refusedInputs: [
      { input: 'age', constraint: 'range', count: 2, version: { id: low } },
      { input: 'income', constraint: 'required', count: 2, version: { id: low } },
      { input: 'income', constraint: 'number', count: 1, version: { id: low } },
      { input: null, constraint: 'object', count: 1, version: { id: low } },
      { input: null, constraint: 'unknown', count: 1, version: { id: low } },
    ],
  });
  const { rows } = await world.app.platform.database.servicePool.query('select * from refused_inputs');
  expect(JSON.stringify(rows)).not.toContain(person);

  await shadow(id, narrower);
  await isAsked(id, narrower);
  await ask({ ...ROW, age: 100 });
  await world.until(async () => {
    await deployments.shadows.flush();
    const { shadow: now } = await fieldsOf<{ shadow: object }>(admin, id, 'shadow { refused failed rows }');
    return JSON.stringify(now) === JSON.stringify({ refused: 1, failed: 0, rows: 0 });
  }, 'the shadow to have refused');
  expect((await told()).refusedInputs).toContainEqual({
    input: 'age',
    constraint: 'range',
    count: 1,
    version: { id: narrower },
  });
  expect(await fieldsOf(admin, id, 'refusedInputs(days: 1) { lastAt }')).toMatchObject({
    refusedInputs: new Array(6).fill({ lastAt: expect.any(String) as string }) as object[],
  });
});
