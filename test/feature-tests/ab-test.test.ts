import { UnitOfWork } from '../../src/platform/database';
import type { CustomerPerson, Person, World } from '../support/world';
import { startWorld } from '../support/world';
import {
  consent,
  eightAtATime,
  names,
  planned,
  planOf,
  predict,
  results,
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

const start = (id: string) => staff.client.attempt('featureTestStart', 'FeatureTestStartInput!', { id });
const decide = (input: object, fields = '__typename') =>
  staff.client.attempt<{
    featureTest: {
      state: string;
      decision: Record<string, unknown>;
      flag: { stale: { reason: string; detail: string } };
    };
  }>('featureTestDecide', 'FeatureTestDecideInput!', input, fields);
const versionOf = (scene: Stage, variant: string) =>
  variant === 'treatment' ? scene.treatmentId : scene.controlId;

describe('planning', () => {
  test('all faults of a plan come at once, each at its path', async () => {
    const scene = await stage(world, staff, 'faults');
    const variants = [
      { key: 'same', versionId: scene.controlId, weight: 50 },
      { key: 'same', versionId: 'mdv_unknown', weight: 40 },
    ];
    const { errors } = await staff.client.attempt(
      'featureTestCreate',
      'FeatureTestCreateInput!',
      planOf(scene, 'faults', { variants, guardrails: [{ name: 'checkout' }] }),
    );
    expect(errors.map(({ path }) => path!.join('.'))).toEqual([
      'input.variants',
      'input.variants.1.key',
      'input.variants.1.versionId',
      'input.guardrails.0.name',
    ]);
  });

  test('the plan is hashed at the start; a running test does not start again, and is alone on its deployment', async () => {
    const scene = await stage(world, staff, 'hashed');
    const draft = await planned(staff, planOf(scene, 'hashed'));
    expect(draft).toMatchObject({ state: 'DRAFT', planHash: null, flag: { key: 'hashed' } });
    const other = await planned(staff, planOf(scene, 'hashed-too'));
    const running = await staff.client.mutate<{ featureTest: { state: string; planHash: string } }>(
      'featureTestStart',
      'FeatureTestStartInput!',
      { id: draft.id },
      'featureTest { state planHash }',
    );
    expect(running.featureTest).toMatchObject({
      state: 'RUNNING',
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await start(draft.id)).errors).toMatchObject([{ __typename: 'Conflict' }]);
    expect((await start(other.id)).errors).toMatchObject([{ __typename: 'Conflict' }]);
    expect((await start('tst_unknown')).errors).toMatchObject([
      { __typename: 'NotFound', path: ['input', 'id'] },
    ]);
  });

  test('of tests that start at once on a deployment one runs, and the others are told of it', async () => {
    const scene = await stage(world, staff, 'at-once');
    const drafts = [];
    for (const key of names('at-once', 4)) drafts.push(await planned(staff, planOf(scene, key)));
    const answers = await Promise.all(drafts.map(({ id }) => start(id)));
    const refused = answers.flatMap(({ errors }) => errors);
    expect(refused.map(({ code }) => code)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
  });

  test('a key is taken once', async () => {
    const scene = await stage(world, staff, 'taken');
    await planned(staff, planOf(scene, 'taken'));
    const again = await staff.client.attempt(
      'featureTestCreate',
      'FeatureTestCreateInput!',
      planOf(scene, 'taken'),
    );
    expect(again.errors).toMatchObject([{ __typename: 'InvalidInput', path: ['input', 'key'] }]);
  });

  test('customers see neither tests nor flags', async () => {
    const { errors } = await owner.client.send(
      '{ featureTests { nodes { id } } featureFlags { nodes { id } } }',
    );
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});

describe('people in a test', () => {
  test('who agreed to analytics keeps one variant; who did not gets the deployment’s own route and leaves no trace', async () => {
    const scene = await stage(world, staff, 'sticky');
    const { id } = await started(staff, planOf(scene, 'sticky'));
    const agreed = names('agreed', 12);
    await consent(server, agreed);
    const seen = new Set<string>();
    for (const person of agreed) {
      const first = await predict(server, scene, person);
      const second = await predict(server, scene, person);
      expect(first.assignments).toHaveLength(1);
      expect(second.assignments).toEqual(first.assignments);
      const { test, variant } = first.assignments[0]!;
      expect(test).toBe('sticky');
      expect(first.modelVersion.id).toBe(versionOf(scene, variant));
      expect(second.modelVersion.id).toBe(first.modelVersion.id);
      seen.add(variant);
    }
    expect([...seen].sort()).toEqual(['control', 'treatment']);
    for (const person of [...names('silent', 8), undefined]) {
      const answer = await predict(server, scene, person);
      expect(answer).toMatchObject({ assignments: [], modelVersion: { id: scene.controlId } });
    }
    const { metrics } = await settledResults(id);
    const exposed = metrics
      .filter(({ metric }) => metric === 'latency_ms')
      .reduce((sum, { n }) => sum + n, 0);
    expect(exposed).toBe(agreed.length);
  });

  test('who is given another version than the variant’s, because the routes moved, is not counted for it', async () => {
    const scene = await stage(world, staff, 'moved');
    await started(staff, planOf(scene, 'moved'));
    const people = names('moved', 12);
    await consent(server, people);
    const before = await Promise.all(people.map((person) => predict(server, scene, person)));
    expect(before.every(({ assignments }) => assignments.length === 1)).toBe(true);
    const wish = { id: scene.deploymentId, versionId: scene.controlId };
    await staff.client.mutate('deploymentPromote', 'DeploymentPromoteInput!', wish, 'deployment { version }');
    await world.until(async () => {
      const answers = await Promise.all(people.map((person) => predict(server, scene, person)));
      return answers.every(({ modelVersion }) => modelVersion.id === scene.controlId);
    }, 'the routes to move');
    for (const person of people)
      for (const { variant } of (await predict(server, scene, person)).assignments)
        expect(variant).toBe('control');
  });

  test('who is answered while results are worked out does not wait for them', async () => {
    const scene = await stage(world, staff, 'meanwhile');
    const { id } = await started(staff, planOf(scene, 'meanwhile'));
    const people = names('meanwhile', 4);
    await consent(server, people);
    const prototype = UnitOfWork.prototype as unknown as { sql(text: string, ...rest: unknown[]): unknown };
    const { sql } = prototype;
    let answered = 0;
    let timer: NodeJS.Timeout | undefined;
    // In the midst of a look, which holds the test, people meet it for the first time.
    prototype.sql = async function (text, ...rest) {
      if (answered === 0 && text.includes('from feature_test_observations o join')) {
        answered = people.length;
        const waited = new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error('they waited for the look')), 20_000);
        });
        await Promise.race([Promise.all(people.map((person) => predict(server, scene, person))), waited]);
      }
      return sql.call(this, text, ...rest);
    };
    try {
      await results(staff, id);
    } finally {
      clearTimeout(timer);
      Object.assign(prototype, { sql });
    }
    expect(answered).toBe(people.length);
    expect((await settledResults(id)).outlook).toMatchObject([{ people: people.length }]);
  });

  test('who takes consent back gets the deployment’s own route again', async () => {
    const scene = await stage(world, staff, 'withdrawn');
    await started(staff, planOf(scene, 'withdrawn'));
    const people = names('withdrawn', 6);
    await consent(server, people);
    for (const person of people) expect((await predict(server, scene, person)).assignments).toHaveLength(1);
    await consent(server, people, false);
    await world.settle();
    for (const person of people) {
      const answer = await predict(server, scene, person);
      expect(answer).toMatchObject({ assignments: [], modelVersion: { id: scene.controlId } });
    }
  });
});

describe('deciding', () => {
  test('a test with too few people answers GateFailed, and is decided only with a written override', async () => {
    const scene = await stage(world, staff, 'early');
    const { id } = await started(staff, planOf(scene, 'early'));
    const wish = { id, variant: 'treatment', reason: 'It looks good.' };
    expect((await decide(wish)).errors).toMatchObject([{ __typename: 'GateFailed', code: 'GATE_FAILED' }]);
    expect((await decide({ ...wish, variant: 'nobody' })).errors).toMatchObject([
      { path: ['input', 'variant'] },
    ]);
    const overrideReason = 'The deployment is switched off tomorrow.';
    const { payload } = await decide(
      { ...wish, overrideReason },
      'featureTest { state decision { variant reason overrideReason healthy by } flag { stale { reason detail } } }',
    );
    expect(payload.featureTest).toMatchObject({
      state: 'DECIDED',
      decision: { variant: 'treatment', overrideReason, healthy: false, by: staff.id },
      flag: { stale: { reason: 'TEST_DECIDED', detail: expect.stringContaining('treatment') } },
    });
    expect((await decide(wish)).errors).toMatchObject([{ __typename: 'Conflict' }]);
  });

  test('a healthy test shows its lift with an interval, is decided without an override, and then exposes nobody', async () => {
    const scene = await stage(world, staff, 'healthy');
    const { id } = await started(staff, planOf(scene, 'healthy', { plannedSize: 150 }));
    const people = names('healthy', 200);
    await consent(server, people);
    const answers = await eightAtATime(people, (person) => predict(server, scene, person));
    // In the treatment nine of ten check out, in the control two of five.
    const buyers = people.filter((_, index) =>
      answers[index]!.assignments[0]!.variant === 'treatment' ? index % 10 !== 0 : index % 5 < 2,
    );
    await track(
      server,
      buyers.map((externalId) => ({
        id: `healthy-${externalId}`,
        name: 'checkout',
        endUserExternalId: externalId,
      })),
    );
    const { health, metrics } = await settledResults(id);
    expect(health.map(({ status }) => status)).toEqual(['PASSED', 'PASSED', 'PASSED', 'PASSED']);
    const [control, treatment, atPlannedSize] = metrics.filter(({ metric }) => metric === 'checkout');
    expect(control).toMatchObject({ variant: 'control', lift: null, verdict: 'REFERENCE' });
    expect(treatment).toMatchObject({
      variant: 'treatment',
      method: 'CONFIDENCE_SEQUENCE',
      verdict: 'BETTER',
    });
    expect(control!.n + treatment!.n).toBe(people.length);
    expect(treatment!.lift).toBeGreaterThan(treatment!.interval![0]!);
    expect(treatment!.lift).toBeLessThan(treatment!.interval![1]!);
    expect(atPlannedSize).toMatchObject({ variant: 'treatment', method: 'WELCH_T', verdict: 'BETTER' });
    // All the others buy too. What may be looked at at any time moves; what is valid once does not.
    await track(
      server,
      people.map((externalId) => ({
        id: `late-${externalId}`,
        name: 'checkout',
        endUserExternalId: externalId,
      })),
    );
    const later = (await settledResults(id)).metrics.filter(({ metric }) => metric === 'checkout');
    expect(later[2]).toEqual(atPlannedSize);
    expect(later[1]!.lift).not.toBe(treatment!.lift);
    const { errors } = await decide({ id, variant: 'treatment', reason: 'More people check out.' });
    expect(errors).toEqual([]);
    expect(await predict(server, scene, people[0])).toMatchObject({
      assignments: [],
      modelVersion: { id: scene.controlId },
    });
  });
});

async function settledResults(id: string) {
  await world.settle();
  return results(staff, id);
}
