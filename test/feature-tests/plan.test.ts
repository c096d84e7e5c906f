/** What a plan says before the start, and how far a test is still to go. */
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

const DAY_MS = 86_400_000;

describe('the plan', () => {
  test('says how its figures will be read, and its hash covers it', async () => {
    const scene = await stage(world, staff, 'hashes');
    const asked = {
      power: 0.9,
      cuped: { use: 'BESIDE', days: 14 },
      multiplicity: { method: 'BENJAMINI_HOCHBERG', scope: 'PRIMARY' },
      prior: { mean: 0, standardDeviation: 0.1 },
    };
    const hashes: string[] = [];
    for (const change of [
      {},
      { prior: null },
      { cuped: { use: 'INSTEAD', days: 14 } },
      { multiplicity: null },
    ]) {
      const { id } = await planned(staff, planOf(scene, `hashes-${hashes.length}`, { ...asked, ...change }));
      const fields = `featureTest { planHash plan { power cuped { use days } multiplicity { method scope }
        prior { mean standardDeviation } } }`;
      const { featureTest } = await staff.client.mutate<{ featureTest: { planHash: string; plan: object } }>(
        'featureTestStart',
        'FeatureTestStartInput!',
        { id },
        fields,
      );
      expect(featureTest.plan).toEqual({ ...asked, ...change });
      hashes.push(featureTest.planHash);
      const stop = { id, reason: 'The next one is to start.' };
      await staff.client.mutate('featureTestStop', 'FeatureTestStopInput!', stop, '__typename');
    }
    expect(new Set(hashes).size).toBe(4);
  });

  test('cannot ask for the impossible', async () => {
    const scene = await stage(world, staff, 'impossible');
    const { errors } = await staff.client.attempt(
      'featureTestCreate',
      'FeatureTestCreateInput!',
      planOf(scene, 'impossible', {
        power: 1,
        cuped: { use: 'BESIDE', days: 0 },
        prior: { standardDeviation: 0 },
        primaryMetric: { name: 'wait', kind: 'QUANTILE', quantile: 1 },
      }),
    );
    expect(errors.map(({ path }) => path!.join('.')).sort()).toEqual([
      'input.cuped.days',
      'input.power',
      'input.primaryMetric.quantile',
      'input.prior.standardDeviation',
    ]);
  });
});

describe('how far it is', () => {
  test('is told before the start from what is known, and all faults at once', async () => {
    const query = `query ($input: TestSizeInput!) { featureTestSize(input: $input) { people peoplePerVariant peopleWatched days } }`;
    const { featureTestSize } = await staff.client.ask<{
      featureTestSize: { people: number; peopleWatched: number };
    }>(query, { input: { baseline: 0.1, minimumEffect: 0.1, peoplePerDay: 1000 } });
    const { people } = featureTestSize;
    expect(featureTestSize).toMatchObject({
      peoplePerVariant: [Math.ceil(people / 2), Math.ceil(people / 2)],
      days: people / 1000,
    });
    expect(featureTestSize.peopleWatched).toBeGreaterThan(people);
    const { errors } = await staff.client.send(query, { input: { baseline: 0, standardDeviation: 0 } });
    expect(errors![0]!.extensions).toMatchObject({ code: 'INVALID_INPUT' });
    const foreign = await owner.client.send(query, { input: { baseline: 0.1 } });
    expect(foreign.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('is told from where the test stands, with the day at the present pace', async () => {
    const scene = await stage(world, staff, 'pace');
    const { id } = await started(
      staff,
      planOf(scene, 'pace', {
        primaryMetric: { name: 'spend' },
        guardrails: [{ name: 'latency_ms', kind: 'QUANTILE', quantile: 0.5 }],
        plannedSize: 2000,
      }),
    );
    const people = names('pace', 120);
    await consent(server, people);
    await eightAtATime(people, (person) => predict(server, scene, person));
    await world.settle();
    await track(
      server,
      people.map((person, index) => ({
        id: `spend-${person}`,
        name: 'spend',
        value: 10 + (index % 11),
        endUserExternalId: person,
      })),
    );
    const { metrics, outlook: first } = await results(staff, id);
    const waits = metrics.filter(({ metric }) => metric === 'p50(latency_ms)');
    expect(waits.every(({ n, value }) => n > 0 && value > 0)).toBe(true);
    const [early] = first;
    expect(early).toMatchObject({ variant: 'treatment', people: 120, peoplePerDay: null, expectedAt: null });
    expect(early!.peopleNeeded).toBeGreaterThan(120);
    expect(early!.peopleNeededWatched).toBeGreaterThan(early!.peopleNeeded!);
    expect(early!.remainingPeople).toBe(early!.peopleNeeded! - 120);
    expect(early!.power).toBeGreaterThan(0.8);
    world.clock.advance(2 * DAY_MS);
    try {
      const fresh = await world.staff('ADMIN');
      const { outlook } = await results(fresh, id);
      expect(outlook[0]!.peoplePerDay).toBeCloseTo(60, 0);
      const days = (Date.parse(outlook[0]!.expectedAt!) - world.clock.millis()) / DAY_MS;
      expect(days).toBeCloseTo(early!.remainingPeople! / 60, 0);
    } finally {
      world.clock.advance(-2 * DAY_MS);
    }
  });
});
