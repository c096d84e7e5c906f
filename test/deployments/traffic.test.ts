/** What becomes of requests while versions are switched, and what is learned from them: shadows and drift. */
import { runNow } from '../privacy/data-requests';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { deployed, DEPLOYMENT, deploymentById, fieldsOf, settled } from './support';

let world: World;
let admin: Person;
let customer: CustomerPerson;
let low: string;
let high: string;

const CALIBRATION = [0, 0.5].map((lower) => ({
  lower,
  upper: lower + 0.5,
  n: 500,
  meanProbability: lower + 0.25,
  positiveRate: lower + 0.25,
}));

beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
  customer = await world.customer();
  const { unitOfWork } = world.app.platform.database;
  await unitOfWork.run({ service: true }, () =>
    world.app.modules.billing.sync.placeOn(customer.customerId, 'ENTERPRISE'),
  );
  low = (await handMadeVersion(world, 0.25)).versionId;
  high = (await handMadeVersion(world, 0.75)).versionId;
});

afterAll(() => world?.close());

const promote = (id: string, versionId: string) =>
  admin.client.attempt(
    'deploymentPromote',
    'DeploymentPromoteInput!',
    { id, versionId },
    'deployment { id }',
  );
const seen = <T>(id: string, fields: string): Promise<T> => fieldsOf<T>(admin, id, fields);
const shadow = (input: object) =>
  admin.client.attempt(
    'deploymentShadowSet',
    'DeploymentShadowSetInput!',
    { reason: 'a trial', ...input },
    'deployment { id }',
  );
const ask = (deployment: string, more: object = {}) =>
  customer.client.attempt<{ inference: { modelVersion: { id: string } } | null }>(
    'predict',
    'PredictInput!',
    { deployment, rows: ROW, ...more },
    'inference { modelVersion { id } }',
  );
test('not one request fails while a version is promoted and rolled back under load, and both have answered', async () => {
  const { id } = await deployed(world, admin, 'switched', [{ versionId: low }]);
  let over = false;
  const faults: unknown[] = [];
  const answered = new Set<string>();
  const clients = Array.from({ length: 6 }, async () => {
    while (!over) {
      const { payload, errors } = await ask('switched');
      faults.push(...errors);
      if (payload.inference) answered.add(payload.inference.modelVersion.id);
    }
  });
  expect((await promote(id, high)).errors).toEqual([]);
  await settled(world, admin, id);
  await world.until(() => Promise.resolve(answered.has(high)), 'the new version to answer');
  await admin.client.attempt(
    'deploymentRollBack',
    'DeploymentRollBackInput!',
    { id, reason: 'back again' },
    'deployment { id }',
  );
  await settled(world, admin, id);
  over = true;
  await Promise.all(clients);
  expect(faults).toEqual([]);
  expect(answered).toEqual(new Set([low, high]));
});

test('a call that a switch overtakes while it learns its terms is answered by the version that has come', async () => {
  const [before, after] = await Promise.all(
    [0.4, 0.6].map((probability) => handMadeVersion(world, probability)),
  );
  const { id } = await deployed(world, admin, 'overtaken', [{ versionId: before!.versionId }]);
  const { pricing } = world.app.modules.billing;
  const { routes } = world.app.modules.deployments;
  pricing.termsOf = async (customerId) => {
    // As the class has it, from now on.
    delete (pricing as Partial<typeof pricing>).termsOf;
    expect((await promote(id, after!.versionId)).errors).toEqual([]);
    await world.until(() => Promise.resolve(!routes.peek(before!.versionId)), 'the old version to be gone');
    return pricing.termsOf(customerId);
  };
  const { payload, errors } = await ask('overtaken');
  expect(errors).toEqual([]);
  expect(payload.inference!.modelVersion.id).toBe(after!.versionId);
});

test('an engine that dies while a version is warmed leaves the earlier routes answering', async () => {
  const { id } = await deployed(world, admin, 'warmed', [{ versionId: low }]);
  const fresh = (await handMadeVersion(world, 0.66, 'fresh')).versionId;
  const { compute } = world.app.modules.compute;
  const infer = compute.infer.bind(compute);
  const dying = jest
    .spyOn(compute, 'infer')
    .mockImplementation((version, ...rest) =>
      version === fresh ? Promise.reject(new Error('the engine died')) : infer(version, ...rest),
    );
  await promote(id, fresh);
  const view = await settled(world, admin, id);
  dying.mockRestore();
  expect(view).toMatchObject({
    state: 'FAILED',
    failure: expect.stringContaining('the engine died') as string,
  });
  expect((await ask('warmed')).payload.inference?.modelVersion.id).toBe(low);
});

test('of two promotions at once that saw the same, one is made and the other is told', async () => {
  const { id, version } = await deployed(world, admin, 'raced', [{ versionId: low }]);
  const one = (versionId: string) =>
    admin.client.attempt(
      'deploymentPromote',
      'DeploymentPromoteInput!',
      { id, versionId, expectedVersion: version },
      `deployment { ${DEPLOYMENT} }`,
    );
  const errors = (await Promise.all([one(high), one(high)])).flatMap((answer) => answer.errors);
  expect(errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await deploymentById(admin, id))!.version).toBe(version + 1);
});

test('a shadow is asked what was answered, differs, and is billed to nobody', async () => {
  const { id } = await deployed(world, admin, 'shadowed', [{ versionId: low }]);
  expect((await shadow({ id, versionId: low })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await shadow({ id, versionId: high })).errors).toEqual([]);
  const { deployments } = world.app.modules;
  await world.until(() => Promise.resolve(deployments.routes.shadowOf(id) === high), 'the shadow to be warm');
  const canary = { id, versionId: high };
  const refused = await admin.client.attempt(
    'deploymentCanaryStart',
    'DeploymentCanaryStartInput!',
    canary,
    'deployment { id }',
  );
  expect(refused.errors).toMatchObject([
    { code: 'CONFLICT', message: expect.stringMatching(/End the shadow/) as string },
  ]);
  const fields = `shadow { endedAt rows disagreed disagreementRate disagreementInterval meanDifference largest failed dropped version { id } }`;
  const before = await world.app.platform.database.servicePool.query(
    'select count(*)::int as count from inferences',
  );
  type Report = { shadow: { rows: number; dropped: number } };
  for (let at = 0; at < 3; at++) await ask('shadowed');
  await world.until(async () => {
    await deployments.shadows.flush();
    const { shadow: now } = await seen<Report>(id, fields);
    return now.rows + now.dropped >= 3 && now.rows > 0;
  }, 'the shadow to have answered');
  const report = await seen<Report>(id, fields);
  expect(report.shadow).toMatchObject({
    version: { id: high },
    failed: 0,
    disagreementRate: 1,
    endedAt: null,
  });
  expect(report.shadow).toMatchObject({
    largest: expect.closeTo(0.5, 5) as number,
    meanDifference: expect.closeTo(0.5, 5) as number,
  });
  const after = await world.app.platform.database.servicePool.query(
    'select count(*)::int as count from inferences',
  );
  expect((after.rows as { count: number }[])[0]!.count - (before.rows as { count: number }[])[0]!.count).toBe(
    3,
  );

  await shadow({ id, versionId: null });
  expect((await seen<Report>(id, fields)).shadow).toMatchObject({ endedAt: expect.any(String) as string });
  await world.until(
    () => Promise.resolve(deployments.routes.shadowOf(id) === undefined),
    'the shadow to be gone',
  );
});

test('a shadow that fails, or for which there is no time, harms no answer', async () => {
  const { id } = await deployed(world, admin, 'harmless', [{ versionId: low }]);
  await shadow({ id, versionId: high });
  const { deployments, compute: engines } = world.app.modules;
  await world.until(() => Promise.resolve(deployments.routes.shadowOf(id) === high), 'the shadow to be warm');
  const infer = engines.compute.infer.bind(engines.compute);
  const broken = jest
    .spyOn(engines.compute, 'infer')
    .mockImplementation((version, ...rest) =>
      version === high ? Promise.reject(new Error('the shadow broke')) : infer(version, ...rest),
    );
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask('harmless')));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  await world.until(async () => {
    await deployments.shadows.flush();
    const { shadow: now } = await seen<{ shadow: { failed: number; dropped: number } }>(
      id,
      'shadow { failed dropped }',
    );
    return now.failed + now.dropped === 12 && now.failed > 0 && now.dropped > 0;
  }, 'every copy to be counted');
  broken.mockRestore();
});

test('drift looks only at what people agreed to have kept, is an event, and stands before a promotion', async () => {
  const evaluation = { calibration: CALIBRATION, protectedAttributes: [], groups: [] } as never;
  const datasetVersionId = 'dsv_00000000000000000000000001';
  const versionId = (await handMadeVersion(world, 0.9, 'drifting', { evaluation, datasetVersionId }))
    .versionId;
  const next = (await handMadeVersion(world, 0.91, 'drifting', { evaluation, datasetVersionId })).versionId;
  const { id } = await deployed(world, admin, 'drifting', [{ versionId }]);
  const age = { name: 'age', kind: 'NUMERIC' as const, edges: [30], categories: [], counts: [500, 500, 0] };
  const references = jest
    .spyOn(world.app.modules.training.references, 'referencesOf')
    .mockResolvedValue([age]);
  const check = () =>
    admin.client.attempt('deploymentDriftCheck', 'DeploymentDriftCheckInput!', { id }, 'deployment { id }');
  const rows = Array.from({ length: 60 }, () => ROW);
  await ask('drifting', { rows, endUserExternalId: 'refuses' });
  await check();
  expect(await seen(id, 'drift { level rows measures { name } }')).toEqual({
    drift: { level: null, rows: 0, measures: [] },
  });

  const person = await world.endUser(customer, 'agrees');
  const consent = { purpose: 'TRAINING', granted: true };
  await person.client.mutate('consentRecord', 'ConsentRecordInput!', consent, '__typename');
  await ask('drifting', { rows, endUserExternalId: 'agrees' });
  await check();
  const fields = 'drift { level rows version { id } measures { name level stabilityIndex chance distance } }';
  expect(await seen(id, fields)).toMatchObject({
    drift: {
      level: 'MAJOR',
      rows: 60,
      version: { id: versionId },
      measures: [
        { name: 'age', level: 'MAJOR', distance: 0.5 },
        { name: 'score', level: 'MAJOR' },
      ],
    },
  });
  expect(await seen(id, 'driftReports { nodes { level rows version { id } } }')).toEqual({
    driftReports: {
      nodes: [
        { level: 'MAJOR', rows: 60, version: { id: versionId } },
        { level: null, rows: 0, version: { id: versionId } },
      ],
    },
  });
  references.mockRestore();
  await world.app.drainEvents();
  const { rows: events } = await world.app.platform.database.servicePool.query(
    "select 1 from audit_records where action = 'deployment.drift-found' and object = $1",
    [id],
  );
  expect(events).toHaveLength(1);
  expect((await promote(id, next)).errors).toMatchObject([{ code: 'GATE_FAILED' }]);
});

test('every night looks once at each deployment: one that cannot be looked at is tried again, and holds up nobody', async () => {
  const { servicePool } = world.app.platform.database;
  world.clock.advance(24 * 3_600_000);
  const began = world.clock.now();
  const looks = async (): Promise<object> => {
    const text = `select count(*)::int as looks, count(distinct deployment_id)::int as deployments from drift_reports where checked_at >= $1`;
    return (await servicePool.query<object>(text, [began])).rows[0]!;
  };
  const { rows } = await servicePool.query<{ id: string; routes: object }>(
    'select id, routes from deployments order by id',
  );
  const [first, ...others] = rows;
  const lead = `update deployments set routes = $2 where id = $1`;
  await servicePool.query(lead, [first!.id, '[{"versionId":"mdv_gone","weight":100}]']);
  const errors = jest.spyOn(world.app.platform.log, 'error').mockImplementation(() => undefined);
  await expect(runNow(world, 'deployments.check-drift')).rejects.toThrow('the others are done');
  errors.mockRestore();
  expect(await looks()).toEqual({ looks: others.length, deployments: others.length });
  await servicePool.query(lead, [first!.id, JSON.stringify(first!.routes)]);
  for (const _again of [1, 2]) await runNow(world, 'deployments.check-drift');
  expect(await looks()).toEqual({ looks: rows.length, deployments: rows.length });
});
