import { newId } from '../../src/kernel/id';
import { SERVICE } from '../../src/platform/database';
import type { CustomerPerson, Person, World } from '../support/world';
import { startWorld } from '../support/world';
import { consent, names, planOf, predict, results, type Stage, stage, started } from './support';

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

const PLAN = {
  primaryMetric: { name: 'feedback_score' },
  guardrails: [{ name: 'latency_ms' }, { name: 'cost_minor' }],
};

/** What feedback says when an answer was rated. */
function rated(inferenceId: string, score: number): Promise<void> {
  const { events, database } = world.app.platform;
  return database.unitOfWork.run(SERVICE, () =>
    events.emit({
      type: 'feedback.submitted',
      customerId: owner.customerId,
      subject: 'fbk_test',
      data: { inferenceId, score },
    }),
  );
}

async function figuresOf(id: string, metric: string): Promise<{ n: number; mean: number }> {
  await world.settle();
  const rows = (await results(staff, id)).metrics.filter((row) => row.metric === metric);
  const n = rows.reduce((sum, row) => sum + row.n, 0);
  return { n, mean: n === 0 ? 0 : rows.reduce((sum, row) => sum + row.n * row.value, 0) / n };
}

async function running(name: string): Promise<{ scene: Stage; id: string }> {
  const scene = await stage(world, staff, name);
  return { scene, id: (await started(staff, planOf(scene, name, PLAN))).id };
}

test('ratings, waiting time and cost of answers become metrics of the test without a pipeline', async () => {
  const { scene, id } = await running('figures');
  const people = names('figures', 4);
  await consent(server, people);
  for (const person of people) await rated((await predict(server, scene, person)).id, 1);
  expect(await figuresOf(id, 'feedback_score')).toEqual({ n: 4, mean: 1 });
  const latency = await figuresOf(id, 'latency_ms');
  expect(latency.n).toBe(4);
  expect(latency.mean).toBeGreaterThan(0);
  expect((await figuresOf(id, 'cost_minor')).n).toBe(4);
});

test('a rating counts once however often events are drained, and not at all for who took part in no test', async () => {
  const { scene, id } = await running('rated');
  await consent(server, ['rated-1']);
  await rated((await predict(server, scene, 'rated-1')).id, 0);
  await rated((await predict(server, scene, 'without-consent')).id, 1);
  await figuresOf(id, 'feedback_score');
  await world.app.drainEvents();
  expect(await figuresOf(id, 'feedback_score')).toEqual({ n: 1, mean: 0 });
});

test('who took consent back before the rating is not counted', async () => {
  const { scene, id } = await running('regretted');
  await consent(server, ['regretted-1']);
  const { id: inferenceId } = await predict(server, scene, 'regretted-1');
  await consent(server, ['regretted-1'], false);
  await rated(inferenceId, 1);
  expect(await figuresOf(id, 'feedback_score')).toEqual({ n: 0, mean: 0 });
});

test('people of other customers count in the same test, and a customer sees the assignments of its own answers only', async () => {
  const { scene, id } = await running('shared');
  const neighbour = await world.customer();
  const other = await world.apiKey(neighbour);
  await consent(server, ['shared-1']);
  await consent(other, ['shared-1']);
  const mine = await predict(server, scene, 'shared-1');
  const theirs = await predict(other, scene, 'shared-1');
  expect((await figuresOf(id, 'latency_ms')).n).toBe(2);
  const query = 'query ($id: ID!) { inference(id: $id) { assignments { test variant } } }';
  const seen = await owner.client.ask(query, { id: mine.id });
  expect(seen).toMatchObject({ inference: { assignments: [{ test: 'shared' }] } });
  expect(await owner.client.ask(query, { id: theirs.id })).toEqual({ inference: null });
});

test('the first exposure is the earliest, whichever process writes it first', async () => {
  const { scene, id } = await running('overtaken');
  await consent(server, ['overtaken-0']);
  const answer = await predict(server, scene, 'overtaken-0');
  await world.settle();
  const { database } = world.app.platform;
  const { rows } = await database.servicePool.query<{ end_user_id: string; first_exposed_at: Date }>(
    'select end_user_id, first_exposed_at from feature_test_units where test_id = $1',
    [id],
  );
  const [{ end_user_id: endUserId, first_exposed_at: first }] = rows as [(typeof rows)[0]];
  const variantKey = answer.assignments[0]!.variant;
  const exposedAt = (createdAt: Date, variant = variantKey) =>
    database.unitOfWork.run(SERVICE, () =>
      world.app.modules.featureTests.exposures.record([
        {
          inferenceId: newId('inf', createdAt),
          customerId: owner.customerId,
          endUserId,
          testId: id,
          variantKey: variant,
          deploymentId: scene.deploymentId,
          createdAt,
        },
      ]),
    );
  const unit = async () => {
    const text = 'select first_exposed_at, doubly_exposed from feature_test_units where test_id = $1';
    return (await database.servicePool.query<object>(text, [id])).rows;
  };
  const earlier = new Date(first.getTime() - 500);
  await exposedAt(earlier);
  await exposedAt(new Date(first.getTime() + 500));
  expect(await unit()).toEqual([{ first_exposed_at: earlier, doubly_exposed: false }]);
  await exposedAt(first, variantKey === 'control' ? 'treatment' : 'control');
  await exposedAt(new Date(earlier.getTime() - 1));
  expect(await unit()).toEqual([{ first_exposed_at: new Date(earlier.getTime() - 1), doubly_exposed: true }]);
});
