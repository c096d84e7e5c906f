/** What the scheduler promises at overload and under a flood, on a device whose times vary: fixed seeds, no clock. */
import { schedulerPolicy } from '../../../../test/support/scheduler-policy';
import {
  type Arrival,
  type Course,
  poisson,
  quantile,
  random,
  simulate,
} from '../../../../test/support/simulated-device';

const taught = (rows: number): number => 1 + rows * 0.05;
/** As full as the scheduler lets a batch become on this device. */
const FULL = 256;
const CAPACITY = FULL / taught(FULL);

/** Within ten per cent of what was taught. */
function device(seed: number): (rows: number) => number {
  const next = random(seed);
  return (rows) => taught(rows) * (0.9 + 0.2 * next());
}

/** Sizes of 1 to 16 rows instead of one row each. */
function mixed(arrivals: readonly Arrival[], seed: number): Arrival[] {
  const next = random(seed);
  return arrivals.map((arrival) => ({ ...arrival, rows: 1 + Math.floor(next() * 16) }));
}

const latencies = ({ done }: Course, customerId: string): number[] =>
  done.filter(({ work }) => work.customerId === customerId).map(({ work, at }) => at - work.arrivedAt);

test.each([1, 2, 3])(
  'at one and a half times the capacity 99 % of it answers in time, and of those admitted at most 0.1 % are late (seed %i)',
  (seed) => {
    const arrivals = mixed(poisson('a', (CAPACITY * 1.5) / 8.5, 1000, seed, { withinMs: 100 }), seed + 10);
    const course = simulate(schedulerPolicy(taught), arrivals, device(seed + 20));
    const inTime = course.done.filter(({ work, at }) => at <= work.deadlineAt);
    // Without the first batches, which find an empty queue.
    const steady = inTime.filter(({ at }) => at > 100 && at <= 1000);
    const rows = steady.reduce((sum, { work }) => sum + work.rows, 0);
    expect(rows / (CAPACITY * 900)).toBeGreaterThanOrEqual(0.99);
    const admitted = course.done.length + course.dropped.length;
    expect(admitted - inTime.length).toBeLessThanOrEqual(admitted * 0.001);
    expect(course.refused.length + admitted).toBe(arrivals.length);
  },
);

test.each([1, 2])(
  'a device that stalls now and then still answers as much as it can, and little of it late (seed %i)',
  (seed) => {
    const [part, stallMs, until] = [0.02, 40, 6000];
    const next = random(seed + 30);
    const steady = device(seed + 20);
    const stalling = (rows: number): number => steady(rows) + (next() < part ? stallMs : 0);
    const capacity = FULL / (taught(FULL) + part * stallMs);
    const arrivals = poisson('a', (capacity * 1.5) / 8, until, seed, { rows: 8, withinMs: 200 });
    const course = simulate(schedulerPolicy(taught), arrivals, stalling);
    const inTime = course.done.filter(({ work, at }) => at <= work.deadlineAt);
    const rows = inTime.filter(({ at }) => at <= until).length * 8;
    const admitted = course.done.length + course.dropped.length;
    expect(rows / (capacity * until)).toBeGreaterThan(0.93);
    expect(1 - inTime.length / admitted).toBeLessThan(0.05);
  },
);

test('a customer within its share sees its p99 move by at most 10 % when the others of a full house flood it', () => {
  const house = (others: number): Course => {
    const modest = poisson('modest', CAPACITY * 0.125, 2000, 31);
    const rest = ['x', 'y', 'z'].flatMap((id, at) =>
      mixed(poisson(id, (CAPACITY * others) / 3 / 8.5, 2000, 32 + at), 42 + at),
    );
    return simulate(schedulerPolicy(taught, { customerRows: 4096 }), [...modest, ...rest], device(51));
  };
  const within = quantile(latencies(house(0.97 - 0.125), 'modest'), 0.99);
  const flooded = quantile(latencies(house(3), 'modest'), 0.99);
  expect(flooded / within).toBeLessThanOrEqual(1.1);
});

test('customers with a backlog share the device within 2 % of their weights, whatever the size of their requests', () => {
  const weights = { free: 1, pro: 4, scale: 16 } as const;
  const names = Object.keys(weights) as (keyof typeof weights)[];
  const until = 1000;
  const arrivals = names.flatMap((id, at) => {
    const asked = poisson(id, CAPACITY * 1.2, until, 61 + at, { weight: weights[id] });
    return id === 'pro' ? mixed(asked, 71) : asked;
  });
  const course = simulate(schedulerPolicy(taught, { customerRows: 4096 }), arrivals, device(81));
  const received = new Map<string, number>(names.map((id) => [id, 0]));
  for (const { work, at, deviceMs } of course.done)
    if (at <= until) received.set(work.customerId, received.get(work.customerId)! + deviceMs);
  const all = [...received.values()].reduce((sum, ms) => sum + ms, 0);
  for (const id of names) {
    const share = weights[id] / 21;
    expect(Math.abs(received.get(id)! / all - share)).toBeLessThanOrEqual(0.02 * share);
  }
});

test('the cost of all requests is the time of the device, to the last nanosecond', () => {
  const course = simulate(schedulerPolicy(taught), mixed(poisson('a', 1, 1000, 91), 92), device(93));
  const shares = course.done.reduce((sum, { deviceMs }) => sum + deviceMs, 0);
  const bill = course.batches.reduce((sum, { deviceMs }) => sum + deviceMs, 0);
  expect(Math.abs(shares / bill - 1)).toBeLessThan(1e-9);
});

test('nobody is refused in a house that is three quarters full, and the device never rests while rows wait', () => {
  const arrivals = poisson('a', CAPACITY * 0.75, 2000, 101, { withinMs: 100 });
  const course = simulate(schedulerPolicy(taught), arrivals, device(102));
  expect(course.refused).toHaveLength(0);
  for (const [at, batch] of course.batches.entries()) {
    const before = course.batches[at - 1];
    if (!before || batch.startedAt - (before.startedAt + before.deviceMs) < 1e-9) continue;
    // It rested, so this batch is of a request that found it resting.
    expect(batch.rows).toBe(1);
  }
});
