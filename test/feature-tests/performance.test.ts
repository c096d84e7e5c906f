/** Performance tests of versions: what a load shows, whom it harms, and whom it costs something: nobody. */
import { deployed } from '../deployments/support';
import { count, predict } from '../inference/support';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { jobById, loaded, loadOf, orderLoad } from './loads';

let world: World;
let staff: Person;
/** Served with all traffic, and with none. */
let serves: string;
let waits: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  serves = (await handMadeVersion(world, 0.75)).versionId;
  waits = (await handMadeVersion(world, 0.25)).versionId;
  await deployed(world, staff, 'wages', [{ versionId: serves }, { versionId: waits, weight: 0 }]);
});
afterAll(() => world?.close());

const attempt = (input: object, by: Person = staff) =>
  by.client.attempt('performanceTestCreate', 'PerformanceTestCreateInput!', input, 'job { id }');
const cancel = (id: string) => staff.client.mutate('jobCancel', 'JobCancelInput!', { id }, 'job { status }');
const isHeld = (versionId: string) => world.app.modules.deployments.routes.isHeld(versionId);

/** A sum of this process. */
async function metric(name: string, reason?: string): Promise<number> {
  const { values } = await world.app.platform.metrics.registry
    .getSingleMetric(`flywheel_${name.replace(/_sum$/, '')}`)!
    .get();
  return values
    .filter(
      (value) => ((value as { metricName?: string }).metricName ?? `flywheel_${name}`) === `flywheel_${name}`,
    )
    .filter(({ labels }) => reason === undefined || labels['reason'] === reason)
    .reduce((sum, { value }) => sum + value, 0);
}

describe('what a load shows', () => {
  test('a version without traffic of its own is tested where it is warm, with figures, quantiles and a verdict', async () => {
    const test = await loaded(world, staff, waits);
    expect(test).toMatchObject({
      scenario: 'SINGLE_STREAM',
      verdict: 'PASS',
      queries: 64,
      late: 0,
      failed: 0,
      peakRate: null,
      engineKind: 'ONNX',
      engineDevice: expect.any(String),
      createdBy: staff.id,
      rowCount: 2,
      rowsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      isRequired: null,
      version: { id: waits },
      plan: { seed: 1, rowsPerQuery: 1, targetRate: null, latencyBoundMs: 60_000, minQueries: 64 },
      reason:
        '0 of 64 queries took longer than 60000 ms or were not answered (0): the p90 of 60000 ms holds at 99 % confidence.',
    });
    expect(test.quantiles.map(({ quantile }) => quantile)).toEqual([0.5, 0.9, 0.99, 0.999]);
    for (const { totalMs, queueMs, computeMs, restMs } of test.quantiles)
      for (const part of [queueMs, computeMs, restMs]) expect(part).toBeLessThanOrEqual(totalMs * 1.01);
    expect(test.throughput).toBeCloseTo(64_000 / test.durationMs, 6);
    expect(isHeld(waits)).toBe(false);
  });

  test('a server gets what arrives, and its p99 is judged', async () => {
    const server = { scenario: 'SERVER', targetRate: 900, minQueries: 459 };
    const { verdict, reason, queries } = await loaded(world, staff, serves, server);
    expect([verdict, queries]).toEqual(['PASS', 459]);
    expect(reason).toContain('the p99 of 60000 ms at 900 queries a second holds at 99 % confidence');
  });

  test('several rows a query, and all rows at once', async () => {
    const many = { scenario: 'MULTI_STREAM', rowsPerQuery: 4, minQueries: 459 };
    expect(await loaded(world, staff, serves, many)).toMatchObject({ verdict: 'PASS', queries: 459 });
    const offline = { scenario: 'OFFLINE', latencyBoundMs: null, minQueries: 200 };
    const done = await loaded(world, staff, serves, { ...offline, targetRate: 1 });
    expect(done).toMatchObject({ verdict: 'PASS', failed: 0 });
    expect(done.queries).toBeGreaterThanOrEqual(200);
    const asked = await loaded(world, staff, serves, { ...offline, minQueries: 1, targetRate: 10_000_000 });
    expect(asked).toMatchObject({
      verdict: 'FAIL',
      reason: expect.stringContaining('10000000 are asked for'),
    });
  });

  test('too few queries tell nothing, and say how many would', async () => {
    const few = { scenario: 'SERVER', targetRate: 500, minQueries: 20 };
    expect(await loaded(world, staff, serves, few)).toMatchObject({
      verdict: 'NOT_ENOUGH_DATA',
      reason: expect.stringContaining('With so many over it 459 queries are needed to tell.'),
    });
    const broken = await loaded(world, staff, serves, { latencyBoundMs: 0.01 });
    expect(broken).toMatchObject({ verdict: 'FAIL', late: 64 });
  });

  test('the peak is looked for, and is no less than what holds', async () => {
    const { verdict, peakRate } = await loaded(world, staff, serves, {
      ...{ scenario: 'SERVER', targetRate: 900, minQueries: 459, findPeak: true },
    });
    expect([verdict, peakRate]).toEqual(['PASS', 1000]);
  });

  test('tests are listed, the newest first, and found by what they say', async () => {
    const list = async (filter: object) => {
      const query = `query ($filter: PerformanceTestFilter) { performanceTests(filter: $filter) { totalCount nodes { id verdict } } }`;
      const { performanceTests } = await staff.client.ask<{
        performanceTests: { totalCount: number; nodes: { id: string; verdict: string }[] };
      }>(query, { filter });
      return performanceTests;
    };
    const { totalCount, nodes } = await list({});
    expect(nodes).toHaveLength(totalCount);
    expect(nodes.map(({ id }) => id)).toEqual(
      nodes
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    expect((await list({ versionId: waits })).totalCount).toBe(1);
    expect((await list({ scenario: 'SINGLE_STREAM', verdict: 'FAIL' })).totalCount).toBe(1);
    const query = `query ($id: ID!) { node(id: $id) { ... on ModelVersion { performanceTests { totalCount } } } }`;
    expect(await staff.client.ask(query, { id: waits })).toEqual({
      node: { performanceTests: { totalCount: 1 } },
    });
    const customer = await world.customer();
    expect(await customer.client.ask(query, { id: waits })).toEqual({ node: { performanceTests: null } });
  });

  test('an engine has one load at a time', async () => {
    const ids = [await orderLoad(staff, loadOf(serves)), await orderLoad(staff, loadOf(waits))];
    await world.settle();
    const [first, second] = await Promise.all(ids.map((id) => jobById(staff, id)));
    expect(second!.startedAt >= first!.finishedAt).toBe(true);
    expect([first!.status, second!.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });
});

describe('whom it harms, and what it costs', () => {
  test('customers are answered while a load runs, and nothing of it is recorded, counted or billed', async () => {
    const key = await world.apiKey(await world.customer());
    const jobId = await orderLoad(
      staff,
      loadOf(serves, {
        ...{ scenario: 'OFFLINE', latencyBoundMs: null, targetRate: 1, minQueries: 100_000 },
        minDurationMs: 600_000,
      }),
    );
    const tested = () => metric('inference_unattributed_device_milliseconds', 'PERFORMANCE_TEST');
    const before = await tested();
    await world.until(async () => (await tested()) > before, 'the load to be under way');
    for (let i = 0; i < 30; i++)
      expect((await predict(key, { deadlineMs: 20_000 })).inference).toMatchObject({ status: 'SUCCEEDED' });
    expect(await jobById(staff, jobId)).toMatchObject({ status: 'RUNNING' });
    await cancel(jobId);
    await world.until(() => Promise.resolve(!isHeld(serves)), 'the load to end');
    await world.settle();
    expect(await count(world, 'select count(*)::int as count from inferences')).toBe(30);
    const requests = 'select coalesce(sum(requests), 0)::int as count from usage_records';
    expect(await count(world, requests)).toBe(30);
    expect(await jobById(staff, jobId)).toMatchObject({ status: 'CANCELLED', result: null });
    // Not even in the queue, where the rows would lie for good.
    const left = `select count(*)::int as count from graphile_worker._private_jobs where payload ->> 'jobId' = $1`;
    await world.until(async () => (await count(world, left, [jobId])) === 0, 'the queue to forget it');
  });

  test('what was billed and what is nobody’s are together the bill of the device', async () => {
    await world.settle();
    const billed = await count(
      world,
      'select coalesce(sum(device_ms), 0)::float8 as count from usage_records',
    );
    const nobodys = await metric('inference_unattributed_device_milliseconds');
    const device = await metric('engine_device_milliseconds_sum');
    expect(Math.abs((billed + nobodys) / device - 1)).toBeLessThan(0.01);
  });

  test('a job that runs twice, as after a crash, leaves one result', async () => {
    const { jobs = [] } = world.app.modules.featureTests.manifest;
    const job = jobs.find(({ kind }) => kind === 'feature-tests.run-load')!;
    const pool = world.app.platform.database.servicePool;
    const jobId = 'job_0000000000000000000000test';
    await pool.query(`insert into jobs (id, kind, status, created_at) values ($1, $2, 'RUNNING', now())`, [
      jobId,
      job.kind,
    ]);
    const plan = {
      ...{ scenario: 'SINGLE_STREAM', seed: 1, rowsPerQuery: 1, targetRate: null, latencyBoundMs: 60_000 },
      ...{ minQueries: 64, minDurationMs: 0, findPeak: false },
    };
    const order = { versionId: serves, plan, rows: [ROW], isRequired: null, engineName: 'ONNX' };
    const by = {
      kind: 'STAFF',
      staffId: staff.id,
      role: 'ADMIN',
      sessionId: 'ses_1',
      mustChangePassword: false,
    };
    const context = { jobId, signal: new AbortController().signal, progress: () => Promise.resolve() };
    const run = () => job.run({ ...order, by } as never, context as never);
    const [first, second] = await Promise.all([run(), run()]);
    expect(first).toBe(second);
    expect(await run()).toBe(first);
    await pool.query(`update jobs set status = 'CANCELLED' where id = $1`, [jobId]);
    await expect(run()).rejects.toThrow('The job was cancelled.');
  });
});

describe('what is refused', () => {
  test('a version that nobody serves: the error says what to do', async () => {
    const { versionId } = await handMadeVersion(world, 0.6);
    expect((await attempt(loadOf(versionId))).errors).toMatchObject([
      {
        code: 'CONFLICT',
        path: ['input', 'versionId'],
        message: expect.stringContaining('Give it a route, with weight 0 if it is to get no traffic'),
      },
    ]);
    expect((await attempt(loadOf('mdv_00000000000000000000000000'))).errors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'versionId'] },
    ]);
  });

  test('every fault of the plan and of every row comes at once, before anything starts', async () => {
    const before = await count(world, 'select count(*)::int as count from jobs');
    const rows = [ROW, { age: 400, income: 'much' }, { age: 1 }];
    const { errors } = await attempt(loadOf(serves, { rows, targetRate: 5, findPeak: true }));
    expect(errors.map(({ path }) => path!.join('.'))).toEqual([
      'input.targetRate',
      'input.findPeak',
      'input.rows.1.age',
      'input.rows.1.income',
      'input.rows.2.income',
    ]);
    for (const wrong of [[], {}, 'rows', Array.from({ length: 1025 }, () => ROW)])
      expect((await attempt(loadOf(serves, { rows: wrong }))).errors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['input', 'rows'] },
      ]);
    expect((await attempt(loadOf(serves, { minDurationMs: 600_001, minQueries: 0 }))).errors).toHaveLength(2);
    expect(await count(world, 'select count(*)::int as count from jobs')).toBe(before);
    expect(isHeld(serves)).toBe(false);
  });

  test('who may not: reviewers and customers', async () => {
    const reviewer = await world.staff('REVIEWER');
    const owner = await world.customer();
    for (const person of [reviewer, owner]) {
      const query = `mutation ($input: PerformanceTestCreateInput!) { performanceTestCreate(input: $input) { job { id } } }`;
      const { errors } = await person.client.send(query, { input: loadOf(serves) });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const list = '{ performanceTests { nodes { id } } }';
    expect((await owner.client.send(list)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await reviewer.client.send(list)).errors).toBeUndefined();
  });

  test('the same call again: it is one test', async () => {
    const input = loadOf(serves, { idempotencyKey: 'once' });
    expect(await orderLoad(staff, input)).toBe(await orderLoad(staff, input));
  });
});
