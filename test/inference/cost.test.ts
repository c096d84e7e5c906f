/** What requests cost adds up to what the device worked, whatever becomes of them: left, failed, retried, repeated. */
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { usageSettled } from '../support/settled-usage';
import { type Person, startWorld, type World } from '../support/world';
import { count, predict, served } from './support';

let world: World;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
  key = await world.apiKey(await world.customer());
});

afterAll(() => world?.close());

/** The sum of a metric of this process, over all its labels. */
async function metric(name: string, part = name): Promise<number> {
  const { values } = await world.app.platform.metrics.registry.getSingleMetric(`flywheel_${name}`)!.get();
  return values
    .filter(
      (value) => ((value as { metricName?: string }).metricName ?? `flywheel_${name}`) === `flywheel_${part}`,
    )
    .reduce((sum, { value }) => sum + value, 0);
}

const device = () => metric('engine_device_milliseconds', 'engine_device_milliseconds_sum');
const nobodys = () => metric('inference_unattributed_device_milliseconds');
const billed = () => count(world, 'select coalesce(sum(device_ms), 0)::float8 as count from usage_records');
const charged = () => count(world, 'select coalesce(sum(cost), 0)::float8 as count from usage_records');

/** A request whose client does not wait for the answer. */
async function left(afterMs: number): Promise<void> {
  const query = `mutation ($input: PredictInput!) { predict(input: $input) { feedbackToken } }`;
  const rows = Array.from({ length: 1000 }, () => ROW);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key.credential}` };
  const body = JSON.stringify({ query, variables: { input: { deployment: 'wages', rows } } });
  const signal = AbortSignal.timeout(afterMs);
  await fetch(`${world.url}/graphql`, { method: 'POST', headers, body, signal }).catch(() => undefined);
}

test('the cost of all requests and what is nobody’s are together the bill of the device', async () => {
  const rows = (length: number) => Array.from({ length }, (_, age) => ({ age: age % 100, income: 1 }));
  await Promise.all(Array.from({ length: 40 }, (_, at) => predict(key, { rows: rows(1 + at * 5) })));
  await Promise.all(Array.from({ length: 20 }, (_, at) => left(1 + at)));
  for (let i = 0; i < 3; i++) await predict(key, { idempotencyKey: 'repeated' });
  const [engine] = await world.app.modules.compute.compute.health();
  const burst = Array.from({ length: 30 }, () => predict(key, { deadlineMs: 30_000 }));
  process.kill(engine!.pid, 'SIGKILL');
  await Promise.all(burst);
  const { routes } = world.app.modules.deployments;
  const held = routes.hold(routes.find('none', 'wages', []), 'unit');
  held.release();
  // Those whose clients left may be under way still.
  await world.until(() => Promise.resolve(!routes.isHeld(held.version.id)), 'all requests to end');
  await usageSettled(world.app);
  const [bill, own, others] = [await device(), await billed(), await nobodys()];
  expect(Math.abs((own + others) / bill - 1)).toBeLessThan(0.01);
  const { pricing } = world.app.modules.billing;
  expect((await charged()) / Number(pricing.costOf(own))).toBeCloseTo(1, 3);
});

test('a version that is warmed costs no customer anything', async () => {
  const [bill, own, others] = [await device(), await billed(), await nobodys()];
  await served(world, 'warmed', 0.5);
  await handMadeVersion(world, 0.5);
  expect(await billed()).toBe(own);
  expect((await nobodys()) - others).toBeCloseTo((await device()) - bill, 6);
});
