/** Counts, and ratios of two metrics: worked out from what every person did, and held against the same by hand. */
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import {
  agreedLongAgo,
  consent,
  eightAtATime,
  names,
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
afterAll(() => world?.close());

const DAY_MS = 86_400_000;
const people = names('buyer', 160);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Orders of a person, and what each of them brings: a sixth buys nothing, and habits stay. */
const ordersOf = (index: number, when = 'after'): number =>
  (index % 6) + (when === 'after' && index % 12 === 1 ? 1 : 0);
const priceOf = (index: number): number => 20 + ((index * 37) % 61);

function bought(index: number, person: string, when: string, lift: number, at?: Date): object[] {
  return Array.from({ length: ordersOf(index, when) }, (_, order) => [
    { id: `${when}-o-${person}-${order}`, name: 'order', value: 1, endUserExternalId: person, at },
    {
      id: `${when}-r-${person}-${order}`,
      name: 'revenue',
      value: priceOf(index) * lift,
      endUserExternalId: person,
      at,
    },
  ]).flat();
}

test('a count, a ratio of tracked metrics and one of the house’s are what people did, and the past sharpens them', async () => {
  const scene = await stage(world, staff, 'shop');
  await consent(server, people);
  await agreedLongAgo(world, owner.customerId);
  const past = new Date(world.clock.millis() - 3 * DAY_MS);
  await track(
    server,
    people.flatMap((person, index) => bought(index, person, 'before', 1, past)),
  );
  const { id } = await started(
    staff,
    planOf(scene, 'shop', {
      primaryMetric: { name: 'revenue', kind: 'RATIO', denominator: 'order' },
      guardrails: [
        { name: 'order', kind: 'COUNT' },
        { name: 'latency_ms', kind: 'COUNT' },
        { name: 'cost_minor', kind: 'RATIO', denominator: 'order' },
      ],
      cuped: { use: 'BESIDE', days: 7 },
      plannedSize: 1000,
    }),
  );
  const answers = await eightAtATime(people, (person) => predict(server, scene, person));
  await world.settle();
  const isTreated = answers.map(({ assignments }) => assignments[0]!.variant === 'treatment');
  await track(
    server,
    people.flatMap((person, index) => bought(index, person, 'after', isTreated[index] ? 1.1 : 1)),
  );
  const { metrics } = await results(staff, id);
  const row = (metric: string, variant: string) =>
    metrics.find((one) => one.metric === metric && one.variant === variant)!;

  for (const variant of ['control', 'treatment']) {
    const treated = variant === 'treatment';
    const group = people.map((_, index) => index).filter((index) => isTreated[index] === treated);
    const buyers = group.filter((index) => ordersOf(index) > 0);
    const revenue = buyers.map((index) => ordersOf(index) * priceOf(index) * (treated ? 1.1 : 1));
    const orders = buyers.map((index) => ordersOf(index));
    expect(row('revenue/order', variant)).toMatchObject({ n: buyers.length });
    expect(row('revenue/order', variant).value).toBeCloseTo(sum(revenue) / sum(orders), 9);
    // Who bought nothing counts as none.
    expect(row('count(order)', variant)).toMatchObject({ n: group.length });
    expect(row('count(order)', variant).value).toBeCloseTo(sum(orders) / group.length, 9);
    expect(row('count(latency_ms)', variant)).toMatchObject({ n: group.length, value: 1 });
    expect(row('cost_minor/order', variant)).toMatchObject({ n: group.length });
  }
  const lift = row('revenue/order', 'treatment');
  const plain = row('revenue/order', 'treatment').value / row('revenue/order', 'control').value - 1;
  expect(lift.lift).toBeCloseTo(plain, 9);
  expect(lift.basis).toBe('RAW');
  // Habits stayed but for a few: most of what people differ by was known.
  expect(Math.abs(lift.otherEstimate!.lift - 0.1)).toBeLessThan(0.06);
  expect(lift.varianceReduction).toBeGreaterThan(0.7);
  const counted = row('count(order)', 'treatment');
  expect(Math.abs(counted.otherEstimate!.lift)).toBeLessThan(0.15);
  expect(counted.varianceReduction).toBeGreaterThan(0.7);
});
