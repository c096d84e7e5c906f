/** Functional tests of versions: suites of cases, what a run of them says, and the gate that asks for it. */
import { deployed } from '../deployments/support';
import { count } from '../inference/support';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { gateOf, many, ordered, ran, type Run, saysNo, saysYes } from './suites';

let world: World;
let staff: Person;
let modelId: string;
/** Answers 0.75, which is yes, and 0.25, which is no. */
let yes: string;
let no: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  ({ modelId, versionId: yes } = await handMadeVersion(world, 0.75, 'wages'));
  ({ versionId: no } = await handMadeVersion(world, 0.25, 'wages'));
});
afterAll(() => world?.close());

interface Suite {
  readonly id: string;
  readonly number: number;
  readonly cases: readonly { readonly key: string }[];
}
const SUITE = 'testSuite { id number cases { key } }';
let suites = 0;
async function suite(cases: readonly object[], more: object = {}): Promise<Suite> {
  const input = { name: `suite ${++suites}`, modelId, cases, isRequired: false, ...more };
  const { testSuite } = await staff.client.mutate<{ testSuite: Suite }>(
    'testSuiteCreate',
    'TestSuiteCreateInput!',
    input,
    SUITE,
  );
  return testSuite;
}

async function change(input: object): Promise<Suite> {
  const { testSuite } = await staff.client.mutate<{ testSuite: Suite }>(
    'testSuiteChange',
    'TestSuiteChangeInput!',
    input,
    SUITE,
  );
  return testSuite;
}

const order = (input: object) => ordered(staff, input);
const run = (input: object): Promise<Run> => ran(world, staff, input);

test('a rate that the largest suite could not show is refused, with how many cases it would take', async () => {
  const { id } = await suite([saysYes('plain')], { requiredPassRate: 0.992 });
  const asked = change({ id, requiredPassRate: 0.993 });
  await expect(asked).rejects.toThrow(/545 cases .* Require 1, which is every case, or at most 0.992/);
  expect(await change({ id, requiredPassRate: 1 })).toMatchObject({ number: 2 });
});

test('a version that nobody serves is held against every case, and leaves no record and no bill', async () => {
  const { id: suiteId } = await suite([
    saysYes('plain', { tags: ['everyday'] }),
    saysYes('rich', { tags: ['everyday', 'money'] }),
    { key: 'nonsense', input: { age: 'old' }, checks: [{ kind: 'REFUSED' }] },
    {
      key: 'does-not-look-at-the-name',
      input: ROW,
      checks: [{ kind: 'UNCHANGED', field: 'label', changes: { age: 77 } }],
    },
  ]);
  const { verdict, summary, results, engineKind } = await run({ suiteId, versionId: yes });
  expect({ verdict, results }).toEqual({
    verdict: 'PASS',
    results: ['plain', 'rich', 'nonsense', 'does-not-look-at-the-name'].map((key) => ({
      key,
      outcome: 'PASSED',
      failures: [],
    })),
  });
  expect(summary).toMatchObject({ cases: 4, passed: 4, reason: '4 of 4 cases passed; all must.' });
  expect(summary.byTag).toEqual([
    { tag: 'everyday', cases: 2, passed: 2 },
    { tag: 'money', cases: 1, passed: 1 },
  ]);
  expect(engineKind).not.toBe('REMOTE');
  expect(await count(world, 'select count(*)::int as count from inferences', [])).toBe(0);
});

test('what is not as it must be is told case by case', async () => {
  const { id: suiteId } = await suite([saysYes('yes'), saysNo('no')]);
  const { verdict, results } = await run({ suiteId, versionId: no });
  expect(verdict).toBe('FAIL');
  expect(results).toEqual([
    { key: 'yes', outcome: 'FAILED', failures: ['label is "no", not "yes".'] },
    { key: 'no', outcome: 'PASSED', failures: [] },
  ]);
});

test('against a baseline it says which cases got worse, and whether they are enough to tell', async () => {
  const { id: few } = await suite(many(10, saysYes));
  const small = await run({ suiteId: few, versionId: yes, baselineId: no });
  expect(small).toMatchObject({ verdict: 'PASS', summary: { baseline: { better: 10, worse: 0 } } });
  expect(small.results.every(({ outcome }) => outcome === 'GOT_BETTER')).toBe(true);
  const { id: mixed } = await suite([...many(40, saysYes), saysNo('other')]);
  const open = await run({ suiteId: mixed, versionId: no, baselineId: yes });
  expect(open.verdict).toBe('FAIL');
  expect(open.results.map(({ outcome }) => outcome)).toEqual([
    ...Array<string>(40).fill('GOT_WORSE'),
    'GOT_BETTER',
  ]);
  const { id: even } = await suite([saysYes('yes'), saysNo('no')]);
  expect((await run({ suiteId: even, versionId: no, baselineId: yes })).verdict).toBe('NOT_ENOUGH_DATA');
});

test('a change of the cases makes a new state, and runs of before keep naming theirs', async () => {
  const made = await suite([saysYes('a'), saysYes('b')]);
  const before = await run({ suiteId: made.id, versionId: yes });
  const changed = await change({
    id: made.id,
    expectedNumber: 1,
    put: [saysNo('b'), saysNo('c')],
    remove: ['a'],
  });
  expect(changed).toMatchObject({ number: 2, cases: [{ key: 'b' }, { key: 'c' }] });
  const after = await run({ suiteId: made.id, versionId: yes });
  expect([before.suiteNumber, before.verdict, after.suiteNumber, after.verdict]).toEqual([
    1,
    'PASS',
    2,
    'FAIL',
  ]);
  const late = await staff.client.attempt('testSuiteChange', 'TestSuiteChangeInput!', {
    id: made.id,
    expectedNumber: 1,
    remove: ['b'],
  });
  expect(late.errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await change({ id: made.id, description: 'Only words.' })).number).toBe(2);
});

test('every fault of a suite comes at once, each at its path', async () => {
  const { errors } = await staff.client.attempt('testSuiteCreate', 'TestSuiteCreateInput!', {
    name: 'faulty',
    modelId,
    cases: [
      { key: 'a', input: [], checks: [{ kind: 'EQUALS' }] },
      { key: 'a', input: ROW, checks: [{ kind: 'NEAR', field: 'probability', value: 'much' }] },
      { key: 'b', input: ROW, checks: [{ kind: 'BETWEEN', field: 'probability', minimum: 2, maximum: 1 }] },
      { key: 'c', input: ROW, checks: [{ kind: 'MOVES_UP', field: 'probability' }] },
    ],
  });
  expect(errors.map(({ path }) => path!.join('.'))).toEqual([
    'input.cases.0.input',
    'input.cases.0.checks.0.field',
    'input.cases.0.checks.0.value',
    'input.cases.1.key',
    'input.cases.1.checks.0.value',
    'input.cases.2.checks.0.minimum',
    'input.cases.3.checks.0.changes',
  ]);
  const refusals: [object, string][] = [
    [{ name: 'empty', modelId, cases: [] }, 'INVALID_INPUT'],
    [{ name: 'nowhere', modelId: yes, cases: [saysYes('a')] }, 'NOT_FOUND'],
    [{ name: `suite ${suites}`, modelId, cases: [saysYes('a')] }, 'INVALID_INPUT'],
  ];
  for (const [input, code] of refusals)
    expect(
      (await staff.client.attempt('testSuiteCreate', 'TestSuiteCreateInput!', input)).errors,
    ).toMatchObject([{ code }]);
});

test('a suite may be emptied by nobody, nor filled beyond what a run can hold', async () => {
  const { id } = await suite([saysYes('a')]);
  const attempts: object[] = [
    { id, remove: ['a'] },
    { id, remove: ['unknown'] },
    { id, put: many(500, saysYes) },
  ];
  for (const input of attempts) {
    const { errors } = await staff.client.attempt('testSuiteChange', 'TestSuiteChangeInput!', input);
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  }
});

test('a version of another model, an unknown one, and itself as its baseline are refused', async () => {
  const { id: suiteId } = await suite([saysYes('a')]);
  const { versionId: other } = await handMadeVersion(world, 0.5, 'another');
  expect((await order({ suiteId, versionId: other })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'versionId'] },
  ]);
  expect((await order({ suiteId, versionId: suiteId })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await order({ suiteId, versionId: yes, baselineId: yes })).errors).toMatchObject([
    { path: ['input', 'baselineId'] },
  ]);
});

test('the gate asks for a run that passed the present cases, and goes on saying why where there is none', async () => {
  const { id: deploymentId } = await deployed(world, staff, 'gated', [{ versionId: yes }]);
  const required = await suite([saysYes('a')], { isRequired: true, name: 'required' });
  const gate = () => gateOf(staff, deploymentId, no, 'required');
  expect(await gate()).toMatchObject({
    passed: false,
    detail: expect.stringContaining('testRunCreate does it'),
  });
  await run({ suiteId: required.id, versionId: no });
  expect(await gate()).toMatchObject({
    passed: false,
    detail: expect.stringContaining('0 of 1 cases passed'),
  });
  await change({ id: required.id, put: [saysNo('a')] });
  expect(await gate()).toMatchObject({ passed: false, detail: expect.stringContaining('number 2') });
  await run({ suiteId: required.id, versionId: no });
  expect(await gate()).toMatchObject({ passed: true });
  // What is asked of a run now, no run has shown.
  await change({ id: required.id, requiredPassRate: 0.9 });
  expect(await gate()).toMatchObject({ passed: false, detail: expect.stringContaining('number 3') });
  await change({ id: required.id, isRequired: false });
  expect(await gate()).toBeUndefined();
});

test('to be no worse than a version that nobody meets opens no gate', async () => {
  const { id: deploymentId } = await deployed(world, staff, 'beside', [{ versionId: yes }]);
  const { versionId: idle } = await handMadeVersion(world, 0.9, 'wages');
  const cases = [...many(10, saysNo), saysYes('other')];
  const { id: suiteId } = await suite(cases, { isRequired: true, name: 'beside' });
  expect((await run({ suiteId, versionId: no, baselineId: idle })).verdict).toBe('PASS');
  expect(await gateOf(staff, deploymentId, no, 'beside')).toMatchObject({
    passed: false,
    detail: expect.stringContaining('alone or beside a version that serves here'),
  });
  expect((await run({ suiteId, versionId: no, baselineId: yes })).verdict).toBe('PASS');
  expect(await gateOf(staff, deploymentId, no, 'beside')).toMatchObject({ passed: true });
  await change({ id: suiteId, isRequired: false });
});

test('suites and runs are staff’s alone, and found by what they are about', async () => {
  const { id: suiteId } = await suite([saysYes('a')]);
  const { id } = await run({ suiteId, versionId: yes });
  const query = `query ($suiteId: ID!, $modelId: ID!) { testRuns(filter: { suiteId: $suiteId }) { nodes { id version { id } suite { id } } }
    testSuites(filter: { modelId: $modelId }, first: 100) { nodes { id } } }`;
  const found = await staff.client.ask<{ testRuns: { nodes: object[] }; testSuites: { nodes: object[] } }>(
    query,
    {
      suiteId,
      modelId,
    },
  );
  expect(found.testRuns.nodes).toEqual([{ id, version: { id: yes }, suite: { id: suiteId } }]);
  expect(found.testSuites.nodes).toContainEqual({ id: suiteId });
  const owner = await world.customer();
  const { errors } = await owner.client.send('{ testRuns { nodes { id } } }');
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('a run that is cancelled leaves nothing', async () => {
  const { id: suiteId } = await suite(many(500, saysYes));
  const { payload } = await order({ suiteId, versionId: yes });
  await staff.client.mutate('jobCancel', 'JobCancelInput!', { id: payload.job!.id }, 'job { status }');
  await world.settle();
  const runs = 'select count(*)::int as count from test_runs where suite_id = $1';
  expect(await count(world, runs, [suiteId])).toBe(0);
});

test('a version that cannot be run fails its job in words, and the next run is not held up', async () => {
  const { id: suiteId } = await suite([saysYes('a')]);
  const { versionId: broken } = await handMadeVersion(world, 0.6, 'wages', { outputWidth: 5 });
  const { payload } = await order({ suiteId, versionId: broken });
  await world.settle();
  const { node } = await staff.client.ask<{ node: { status: string; error: { message: string } } }>(
    'query ($id: ID!) { node(id: $id) { ... on Job { status error { message } } } }',
    { id: payload.job!.id },
  );
  expect(node).toMatchObject({ status: 'FAILED', error: { message: expect.stringContaining('5') } });
  expect((await run({ suiteId, versionId: yes })).verdict).toBe('PASS');
});

test('a job that runs twice, as after a crash, leaves one run', async () => {
  const { id: suiteId } = await suite([saysYes('a')]);
  const { id } = await run({ suiteId, versionId: yes });
  const pool = world.app.platform.database.servicePool;
  const { rows } = await pool.query<{ jobId: string }>(
    'select job_id as "jobId" from test_runs where id = $1',
    [id],
  );
  await pool.query(`update jobs set status = 'RUNNING' where id = $1`, [rows[0]!.jobId]);
  const { jobs = [] } = world.app.modules.featureTests.manifest;
  const job = jobs.find(({ kind }) => kind === 'feature-tests.run-suite')!;
  const context = {
    jobId: rows[0]!.jobId,
    signal: new AbortController().signal,
    progress: () => Promise.resolve(),
  };
  const order = { suiteId, versionId: yes, baselineId: null, by: { kind: 'SYSTEM', name: 'test' } };
  expect(await job.run(order as never, context as never)).toBe(id);
  expect(
    await count(world, 'select count(*)::int as count from test_runs where suite_id = $1', [suiteId]),
  ).toBe(1);
});
