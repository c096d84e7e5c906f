/** A test that is stopped: nobody is assigned any more, its results are those of that moment, and it can still be decided. */
import { contentHash } from '../../src/kernel/hash';
import { SERVICE } from '../../src/platform/database';
import { ask, rowsOf, run } from '../privacy/data-requests';
import type { CustomerPerson, Person, World } from '../support/world';
import { startWorld } from '../support/world';
import {
  type Answer,
  consent,
  eightAtATime,
  names,
  planned,
  planOf,
  predict,
  results,
  type ResultsView,
  type Stage,
  stage,
  started,
  track,
} from './support';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff('ADMIN');
  owner = await world.customer();
  server = await world.apiKey(owner);
});
afterAll(() => world.close());

const REASON = 'The treatment answers nonsense.';
interface Stopped {
  state: string;
  stoppedAt: string | null;
  stop: { reason: string; by: string; at: string } | null;
  version: number;
}
const attempt = (input: object, by: Person = staff) =>
  by.client.attempt<{ featureTest: Stopped }>(
    'featureTestStop',
    'FeatureTestStopInput!',
    { reason: REASON, ...input },
    'featureTest { state stoppedAt stop { reason by at } version }',
  );
const decide = (id: string, more: object = {}) =>
  staff.client.attempt<{ featureTest: { state: string; decision: { resultsHash: string } } }>(
    'featureTestDecide',
    'FeatureTestDecideInput!',
    { id, variant: 'control', reason: 'Nothing changes.', overrideReason: 'It was stopped early.', ...more },
    'featureTest { state decision { resultsHash } }',
  );

/** A running test in which everybody agreed, was answered, and every second person checked out. */
async function underWay(name: string, count: number) {
  const scene = await stage(world, staff, name);
  const { id } = await started(staff, planOf(scene, name, { guardrails: [{ name: 'feedback_score' }] }));
  const people = names(name, count);
  await consent(server, people);
  const answers = await eightAtATime(people, (person) => predict(server, scene, person));
  await world.settle();
  await track(
    server,
    people.filter((_, index) => index % 2 === 0).map((person) => checkout(`first-${person}`, person)),
  );
  return { scene, id, people, answers };
}

const checkout = (id: string, person: string) => ({ id, name: 'checkout', endUserExternalId: person });

/** What feedback says when an answer was rated. */
function rated({ id: inferenceId }: Answer): Promise<void> {
  const { events, database } = world.app.platform;
  return database.unitOfWork.run(SERVICE, () =>
    events.emit({
      type: 'feedback.submitted',
      customerId: owner.customerId,
      subject: 'fbk_test',
      data: { inferenceId, score: 1 },
    }),
  );
}

const variantsOf = async (scene: Stage, people: readonly string[]) =>
  (await eightAtATime(people, (person) => predict(server, scene, person))).flatMap(
    ({ assignments }) => assignments,
  );

test('once it is stopped nobody is assigned, and nothing that comes in later changes its results', async () => {
  const { scene, id, people, answers } = await underWay('stopped', 12);
  const before = await results(staff, id);
  const { payload, errors } = await attempt({ id });
  expect(errors).toEqual([]);
  expect(payload.featureTest).toMatchObject({
    state: 'STOPPED',
    stop: { reason: REASON, by: staff.id, at: payload.featureTest.stoppedAt },
  });
  const frozen = await results(staff, id);
  expect(frozen.metrics).toEqual(before.metrics);
  // An answer that was given before and is rated now, an event of today, somebody new: none of it counts.
  await rated(answers[0]!);
  await track(
    server,
    people.map((person) => checkout(`late-${person}`, person)),
  );
  await consent(server, ['stopped-new']);
  expect(await variantsOf(scene, [...people, 'stopped-new'])).toEqual([]);
  const own = await predict(server, scene, people[0]);
  expect(own.modelVersion.id).toBe(scene.controlId);
  await world.settle();
  expect(await results(staff, id)).toEqual(frozen);
});

test('what was on its way when it was stopped is lost to the figures, not added to them', async () => {
  const { id, answers } = await underWay('on-its-way', 6);
  await Promise.all([rated(answers[0]!), attempt({ id })]);
  const frozen = await results(staff, id);
  await world.settle();
  expect(await results(staff, id)).toEqual(frozen);
});

test('a stopped test is decided on the results that were frozen, and shows them for ever', async () => {
  const { id, people } = await underWay('decided', 10);
  await attempt({ id });
  const { health, metrics } = await results(staff, id);
  const { payload, errors } = await decide(id);
  expect(errors).toEqual([]);
  expect(payload.featureTest).toMatchObject({
    state: 'DECIDED',
    decision: { resultsHash: contentHash({ health, metrics }) },
  });
  await track(
    server,
    people.map((person) => checkout(`after-${person}`, person)),
  );
  expect(await results(staff, id)).toMatchObject({ health, metrics });
});

test('a test that is decided while it runs keeps the results of that moment too', async () => {
  const { id, people } = await underWay('at-once', 10);
  const { payload } = await decide(id);
  await track(
    server,
    people.map((person) => checkout(`at-once-${person}`, person)),
  );
  const last = await results(staff, id);
  const { health, metrics } = last;
  expect(payload.featureTest.decision.resultsHash).toBe(contentHash({ health, metrics }));
  expect(await results(staff, id)).toEqual(last);
});

test('whoever asks that their data not be used is in no figure of a test that runs, until that is lifted, and stays in one that ended', async () => {
  const { id, people } = await underWay('restricted', 6);
  const ended = await underWay('restricted-too-late', 4);
  await attempt({ id: ended.id });
  const all = [await results(staff, id), await results(staff, ended.id)];
  const figures = async () => {
    const { health, metrics, outlook } = await results(staff, id);
    const checkouts = metrics.filter(({ metric }) => metric === 'checkout');
    return {
      people: outlook[0]!.people,
      exposed: checkouts.reduce((sum, { n }) => sum + n, 0),
      done: checkouts.reduce((sum, { n, value }) => sum + n * value, 0),
      split: health[0]!.detail.match(/\d+(?=[,.] )/g)!.reduce((sum, count) => sum + Number(count), 0),
    };
  };
  expect(await figures()).toEqual({ people: 6, exposed: 6, done: 3, split: 6 });
  const [first, second] = await Promise.all(people.map((name) => world.endUser(server, name)));
  await ask(first!, { kind: 'RESTRICTION' });
  await ask(second!, { kind: 'RESTRICTION' });
  await ask(await world.endUser(server, ended.people[0]!), { kind: 'RESTRICTION' });
  expect(await figures()).toEqual({ people: 4, exposed: 4, done: 2, split: 4 });
  // A yes that is given under a restriction is a yes to this use, for as long as it stands.
  for (const [granted, exposed] of [
    [true, 5],
    [false, 4],
  ] as const) {
    await consent(server, [people[1]!], granted);
    expect(await figures()).toMatchObject({ exposed });
  }
  for (const endUserId of [first!.id, second!.id])
    await owner.client.mutate('restrictionLift', 'RestrictionLiftInput!', { endUserId }, '__typename');
  // Counts come back; what a look between has narrowed, or the strongest sign of a wrong split, stays by design.
  expect(await figures()).toEqual({ people: 6, exposed: 6, done: 3, split: 6 });
  const counted = ({ metrics }: ResultsView) =>
    metrics.map(({ metric, variant, n, value }) => ({ metric, variant, n, value }));
  expect(counted(await results(staff, id))).toEqual(counted(all[0]!));
  expect(await results(staff, ended.id)).toEqual(all[1]);
});

test('a stopped test that is not healthy asks for an override as a running one does', async () => {
  const { id } = await underWay('unhealthy', 4);
  await attempt({ id });
  expect((await decide(id, { overrideReason: null })).errors).toMatchObject([{ code: 'GATE_FAILED' }]);
});

test('it never runs again, and leaves its deployment to another test', async () => {
  const { scene, id, people } = await underWay('once', 4);
  await attempt({ id });
  const start = { id };
  const again = await staff.client.attempt('featureTestStart', 'FeatureTestStartInput!', start);
  expect(again.errors).toMatchObject([{ code: 'CONFLICT' }]);
  await started(staff, planOf(scene, 'once-more'));
  const tests = (await variantsOf(scene, people)).map(({ test }) => test);
  expect(new Set(tests)).toEqual(new Set(['once-more']));
});

test('only a running test is stopped, once, by whoever saw what it is now', async () => {
  const scene = await stage(world, staff, 'refused');
  const draft = await planned(staff, planOf(scene, 'refused'));
  expect((await attempt({ id: draft.id })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await attempt({ id: 'tst_unknown' })).errors).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'id'] },
  ]);
  expect((await attempt({ id: draft.id, reason: '' })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'reason'] },
  ]);
  const start = { id: draft.id };
  await staff.client.mutate('featureTestStart', 'FeatureTestStartInput!', start, '__typename');
  expect((await attempt({ id: draft.id, expectedVersion: draft.version })).errors).toMatchObject([
    { code: 'CONFLICT', path: ['input', 'expectedVersion'] },
  ]);
  const both = await Promise.all([attempt({ id: draft.id }), attempt({ id: draft.id })]);
  expect(both.flatMap(({ errors }) => errors)).toMatchObject([{ code: 'CONFLICT' }]);
});

test('who stopped it, and why, is in the audit log', async () => {
  const { id } = await underWay('noted', 4);
  await attempt({ id });
  await world.settle();
  const query = `query { auditRecords(filter: { action: "feature-test.stopped" }, first: 100) { nodes { object reason actor } } }`;
  const { auditRecords } = await staff.client.ask<{
    auditRecords: { nodes: { object: string; reason: string; actor: string }[] };
  }>(query);
  expect(auditRecords.nodes).toContainEqual({ object: id, reason: REASON, actor: staff.id });
});

test('who was in a test goes some time after it ended, its results stay, and nobody comes in late', async () => {
  const { unitOfWork } = world.app.platform.database;
  const held = { stopped: await underWay('gone-1', 6), decided: await underWay('gone-2', 6) };
  const runs = await underWay('stays', 4);
  const { id, people, answers, scene } = held.stopped;
  await attempt({ id });
  await decide(held.decided.id);
  const seen = async () => [await results(staff, id), await results(staff, held.decided.id)];
  const before = await seen();
  const inTest = (testId: string): Promise<number[]> =>
    Promise.all(
      ['units', 'observations'].map((kind) =>
        rowsOf(world, `from feature_test_${kind} where test_id = $1`, [testId]),
      ),
    );
  expect(await inTest(id)).toEqual([6, 3]);
  world.clock.advance(91 * 24 * 3_600_000);
  staff = await world.staff('ADMIN');
  await run(world, 'privacy.retain');
  for (const one of [id, held.decided.id]) expect(await inTest(one)).toEqual([0, 0]);
  expect(await inTest(runs.id)).toEqual([4, 2]);
  expect(await seen()).toEqual(before);
  // An answer that was given while it ran, and is written only now.
  const { id: inferenceId } = answers[0]!;
  const { id: endUserId } = await world.endUser(server, people[0]!);
  const { customerId } = owner;
  const { deploymentId } = scene;
  const exposure = { inferenceId, customerId, endUserId, testId: id, variantKey: 'control', deploymentId };
  const { exposures } = world.app.modules.featureTests;
  await unitOfWork.run(SERVICE, () => exposures.record([{ ...exposure, createdAt: new Date() }]));
  await track(server, [checkout('gone-late', people[0]!)]);
  expect(await inTest(id)).toEqual([0, 0]);
  expect((await decide(id)).payload.featureTest).toMatchObject({
    state: 'DECIDED',
    decision: { resultsHash: contentHash({ health: before[0]!.health, metrics: before[0]!.metrics }) },
  });
});
