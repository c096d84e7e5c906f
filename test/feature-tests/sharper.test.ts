/** What a plan may ask of its figures: the past of people, quantiles, one level for many comparisons. */
import { ROW } from '../support/hand-made-version';
import type { CustomerPerson, Person, World } from '../support/world';
import { startWorld } from '../support/world';
import {
  agreedLongAgo,
  consent,
  eightAtATime,
  names,
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

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(world.clock.millis() - days * DAY_MS).toISOString();
const event = (name: string, id: string, person: string, value: number, at?: string) => ({
  id: `${name}-${id}-${person}`,
  name,
  value,
  endUserExternalId: person,
  at,
});

async function metUpWith(scene: Stage, people: readonly string[]): Promise<Map<string, string>> {
  const answers = await eightAtATime(people, (person) => predict(server, scene, person));
  await world.settle();
  return new Map(people.map((person, index) => [person, answers[index]!.assignments[0]!.variant]));
}

describe('what was before the test', () => {
  test('sharpens the figures: a lift is found that the plain estimate does not see', async () => {
    const scene = await stage(world, staff, 'cuped');
    const people = names('cuped', 120);
    await consent(server, people);
    await agreedLongAgo(world, owner.customerId);
    // People differ by a factor of ten, and stay as they are.
    const habit = (index: number) => 10 + ((index * 37) % 91);
    await track(
      server,
      people.flatMap((person, index) => [
        event('spend', 'before', person, habit(index), daysAgo(3)),
        // Of longer ago than the plan looks back, and another life: it would spoil the adjustment.
        event('spend', 'long-ago', person, (index * 7919) % 997, daysAgo(40)),
      ]),
    );
    const { id } = await started(
      staff,
      planOf(scene, 'cuped', {
        primaryMetric: { name: 'spend' },
        guardrails: [{ name: 'p50', kind: 'QUANTILE', quantile: 0.5 }],
        cuped: { use: 'INSTEAD' },
        plannedSize: 1000,
      }),
    );
    const variants = await metUpWith(scene, people);
    await track(
      server,
      people.map((person, index) =>
        event('spend', 'after', person, habit(index) * (variants.get(person) === 'treatment' ? 1.1 : 1)),
      ),
    );
    const { metrics } = await results(staff, id);
    const row = metrics.find(({ metric, variant }) => metric === 'spend' && variant === 'treatment')!;
    expect(row).toMatchObject({ basis: 'CUPED', verdict: 'BETTER', otherEstimate: { basis: 'RAW' } });
    expect(row.varianceReduction).toBeGreaterThan(0.95);
    // Who meets what is chance: of groups that began far apart a little of it is left.
    expect(Math.abs(row.lift! - 0.1)).toBeLessThan(0.02);
    const [lower, upper] = row.otherEstimate!.interval as [number, number];
    expect(lower).toBeLessThan(0);
    expect(upper).toBeGreaterThan(0);
    expect(row.bayesian!.chanceToWin).toBeGreaterThan(0.99);
  });

  test('without any past, and without the wish, there is the plain estimate alone', async () => {
    for (const [name, cuped] of [
      ['no-past', { use: 'INSTEAD', days: 7 }],
      ['no-wish', null],
    ] as const) {
      const scene = await stage(world, staff, name);
      const { id } = await started(staff, planOf(scene, name, { primaryMetric: { name: 'spend' }, cuped }));
      const people = names(name, 120);
      await consent(server, people);
      await metUpWith(scene, people);
      await track(
        server,
        people.map((person, index) => event('spend', 'after', person, 10 + (index % 7))),
      );
      const row = (await results(staff, id)).metrics.find(({ variant }) => variant === 'treatment')!;
      expect(row.lift).not.toBeNull();
      expect(row).toMatchObject({ basis: 'RAW', otherEstimate: null, varianceReduction: null });
    }
  });

  test('waiting time, cost and ratings come from before too, and only from when consent to analytics stood', async () => {
    const scene = await stage(world, staff, 'history');
    const rate = async (person: string) => {
      const input = {
        deployment: scene.deployment,
        rows: ROW,
        endUserExternalId: person,
        deadlineMs: 20_000,
      };
      const { feedbackToken } = await server.client.mutate<{ feedbackToken: string }>(
        'predict',
        'PredictInput!',
        input,
        'feedbackToken',
      );
      const said = { feedbackToken, kind: 'THUMBS', score: 1 };
      await server.client.mutate('feedbackSubmit', 'FeedbackSubmitInput!', said, '__typename');
    };
    // Before they agreed: nobody's business. After: theirs to use.
    await rate('history-0');
    await consent(server, ['history-0', 'history-1']);
    await rate('history-1');
    await rate('history-1');
    await started(
      staff,
      planOf(scene, 'history', {
        primaryMetric: { name: 'feedback_score' },
        guardrails: [{ name: 'latency_ms' }, { name: 'cost_minor' }],
        cuped: { use: 'BESIDE', days: 365 },
      }),
    );
    for (const again of [1, 2]) {
      await metUpWith(scene, ['history-0', 'history-1']);
      const { rows } = await world.app.platform.database.servicePool.query<{ metric: string; n: number }>(
        `select p.external_id as person, metric, n from feature_test_earlier e
         join end_users p on p.customer_id = e.customer_id and p.id = e.end_user_id
         join feature_tests t on t.id = e.test_id where t.key = 'history' order by metric`,
      );
      expect({ again, rows }).toEqual({
        again,
        rows: ['cost_minor', 'feedback_score', 'latency_ms'].map((metric) => ({
          person: 'history-1',
          metric,
          n: 2,
        })),
      });
    }
  });
});

describe('quantiles', () => {
  test('of what people met are told by variant with an interval, and many comparisons share the level', async () => {
    const scene = await stage(world, staff, 'quantile');
    const { id } = await started(
      staff,
      planOf(scene, 'quantile', {
        primaryMetric: { name: 'wait', kind: 'QUANTILE', quantile: 0.9, direction: 'LOWER_IS_BETTER' },
        guardrails: [
          { name: 'wait', kind: 'QUANTILE', quantile: 0.5, direction: 'LOWER_IS_BETTER' },
          { name: 'calm', kind: 'QUANTILE', quantile: 0.5 },
          { name: 'wait', direction: 'LOWER_IS_BETTER' },
        ],
        multiplicity: { method: 'HOLM' },
        plannedSize: 200,
      }),
    );
    const people = names('quantile', 100);
    await consent(server, people);
    const variants = await metUpWith(scene, people);
    const waits = people.flatMap((person, index) =>
      [1, 2, 3, 4, 5].map((at) => ({
        person,
        variant: variants.get(person)!,
        value: (100 + ((index * 53 + at * 17) % 101)) * (variants.get(person) === 'treatment' ? 1.5 : 1),
      })),
    );
    await track(
      server,
      waits.flatMap(({ person, value }, index) => [
        event('wait', String(index), person, value),
        event('calm', String(index), person, (index * 31) % 101),
      ]),
    );
    const { metrics } = await results(staff, id);
    const rows = metrics.filter(({ method }) => method === 'CONFIDENCE_SEQUENCE');
    expect([...new Set(rows.map(({ metric }) => metric))]).toEqual([
      'p90(wait)',
      'p50(wait)',
      'p50(calm)',
      'wait',
    ]);
    for (const variant of ['control', 'treatment'])
      for (const [metric, share] of [
        ['p90(wait)', 0.9],
        ['p50(wait)', 0.5],
      ] as const) {
        const values = waits.filter((wait) => wait.variant === variant).map(({ value }) => value);
        const exact = values.sort((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
        const row = rows.find((one) => one.metric === metric && one.variant === variant)!;
        expect(row.n).toBe([...variants.values()].filter((one) => one === variant).length);
        expect(Math.abs(row.value / exact - 1)).toBeLessThan(0.012);
      }
    const treatment = rows.filter(({ variant }) => variant === 'treatment');
    expect(treatment.map(({ verdict }) => verdict)).toEqual(['WORSE', 'WORSE', 'UNDECIDED', 'WORSE']);
    expect(treatment[0]!.interval![0]).toBeLessThan(0.5);
    expect(treatment[0]!.interval![1]).toBeGreaterThan(0.5);
    // Of four three are found: these at no more than α / 2, and the last is looked at with all of α.
    expect(treatment.map(({ level }) => Number(level.toFixed(4)))).toEqual([0.975, 0.975, 0.95, 0.975]);
  });

  test('a quantile is named with its kind and in no other, each fault at its path', async () => {
    const scene = await stage(world, staff, 'misnamed');
    const { errors } = await staff.client.attempt(
      'featureTestCreate',
      'FeatureTestCreateInput!',
      planOf(scene, 'misnamed', {
        primaryMetric: { name: 'latency_ms', kind: 'QUANTILE' },
        guardrails: [
          { name: 'wait', quantile: 0.5 },
          { name: 'wait', kind: 'QUANTILE', quantile: 0.5 },
          { name: 'wait', kind: 'QUANTILE', quantile: 0.5 },
        ],
      }),
    );
    expect(errors.map(({ path }) => path!.join('.'))).toEqual([
      'input.primaryMetric.quantile',
      'input.guardrails.0.quantile',
      'input.guardrails.2.name',
    ]);
  });
});
