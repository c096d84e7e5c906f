/** The scheduler against a simulated device: time is a number, arrivals are a list, nothing sleeps. */
import { type RefusalReason } from './admission';
import { Scheduler } from './scheduler';
import { type Batch, DEFAULT_LIMITS, type SchedulerLimits, type Work } from './work';

interface Arrival {
  readonly at: number;
  readonly customerId: string;
  readonly weight?: number;
  readonly rows?: number;
  readonly withinMs?: number;
  readonly lane?: string;
}

interface Done {
  readonly work: Work;
  readonly at: number;
  readonly batchRows: number;
}

/** 1 ms a batch and 0.05 ms a row. */
const deviceMs = (rows: number): number => 1 + rows * 0.05;
const rowsPerMs = (cap: number): number => cap / deviceMs(cap);

/** Deterministic pseudo-random numbers (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function poisson(
  customerId: string,
  perMs: number,
  untilMs: number,
  seed: number,
  fields: Partial<Arrival> = {},
) {
  const next = random(seed);
  const arrivals: Arrival[] = [];
  for (let at = -Math.log(1 - next()) / perMs; at < untilMs; at += -Math.log(1 - next()) / perMs) {
    arrivals.push({ at, customerId, ...fields });
  }
  return arrivals;
}

function simulate(arrivals: readonly Arrival[], limits: Partial<SchedulerLimits> = {}) {
  const scheduler = new Scheduler<Work>({ ...DEFAULT_LIMITS, batchRows: 64, ...limits });
  for (let rows = 1; rows <= 64; rows *= 2) scheduler.costs.observe('v1', rows, deviceMs(rows));
  const done: Done[] = [];
  const refused: { at: number; reason: RefusalReason; retryAfterMs: number; customerId: string }[] = [];
  const device: Batch<Work>[] = [];
  const batches: Batch<Work>[] = [];
  let freeAt = Infinity;
  const release = (now: number): void => {
    for (let batch = scheduler.next(now); batch; batch = scheduler.next(now)) {
      if (device.length === 0) freeAt = now + deviceMs(batch.rows);
      device.push(batch);
      batches.push(batch);
    }
  };
  const complete = (): void => {
    const now = freeAt;
    const batch = device.shift()!;
    for (const work of batch.works) done.push({ work, at: now, batchRows: batch.rows });
    scheduler.finished(batch, deviceMs(batch.rows), now);
    freeAt = device[0] ? now + deviceMs(device[0].rows) : Infinity;
    release(now);
  };
  for (const arrival of [...arrivals].sort((a, b) => a.at - b.at)) {
    while (freeAt <= arrival.at) complete();
    const { at, customerId, weight = 1, rows = 1, withinMs = 1e6, lane = 'v1' } = arrival;
    const refusal = scheduler.offer(
      { customerId, weight, rows, lane, arrivedAt: at, deadlineAt: at + withinMs },
      at,
    );
    if (refusal) refused.push({ at, customerId, ...refusal });
    release(at);
  }
  const lastArrival = arrivals.reduce((last, { at }) => Math.max(last, at), 0);
  const servedUntil = (customerId: string): number =>
    done.filter(({ work, at }) => work.customerId === customerId && at <= lastArrival).length;
  while (freeAt < Infinity) complete();
  return { done, refused, batches, servedUntil, lastArrival };
}

function latency(done: readonly Done[], customerId: string, quantile: number): number {
  const times = done
    .filter(({ work }) => work.customerId === customerId)
    .map(({ work, at }) => at - work.arrivedAt);
  return times.sort((a, b) => a - b)[Math.floor(times.length * quantile)]!;
}

test('in an empty house an answer takes the service time and nothing more', () => {
  const { done } = simulate([
    { at: 0, customerId: 'a' },
    { at: 50, customerId: 'a' },
  ]);
  for (const { work, at } of done) expect(at - work.arrivedAt).toBeCloseTo(deviceMs(1));
});

test('what arrives while the device is busy shares the next batch', () => {
  const arrivals = Array.from({ length: 20 }, (_, i) => ({ at: i * 0.01, customerId: 'a' }));
  const { batches } = simulate(arrivals);
  expect(batches.map(({ rows }) => rows)).toEqual([1, 19]);
});

test('a second batch is released early only when it is full, and never a third', () => {
  const arrivals = Array.from({ length: 200 }, () => ({ at: 0, customerId: 'a' }));
  const { batches } = simulate(arrivals);
  expect(batches.slice(0, 2).map(({ reason, releasedAt }) => [reason, releasedAt])).toEqual([
    ['DEVICE_FREE', 0],
    ['FULL', 0],
  ]);
  expect(batches[2]!.releasedAt).toBeGreaterThan(0);
});

test('at one and a half times the capacity nearly all of it serves answers in time, and those admitted are not late', () => {
  const capacity = rowsPerMs(64);
  const { done, refused, lastArrival } = simulate(poisson('a', capacity * 1.5, 1000, 7, { withinMs: 60 }));
  const inTime = done.filter(({ work, at }) => at <= work.deadlineAt);
  expect(inTime.length / (capacity * lastArrival)).toBeGreaterThanOrEqual(0.99);
  expect(done.length - inTime.length).toBeLessThanOrEqual(done.length * 0.001);
  expect(refused.length).toBeGreaterThan(0);
  for (const { retryAfterMs } of refused) expect(retryAfterMs).toBeGreaterThan(0);
});

test('customers that all have a backlog share the device by their weights', () => {
  const flood = rowsPerMs(64) * 2;
  const { servedUntil } = simulate(
    [
      ...poisson('one', flood, 250, 1, { weight: 1 }),
      ...poisson('two', flood, 250, 2, { weight: 2 }),
      ...poisson('five', flood, 250, 3, { weight: 5 }),
    ],
    { customerRows: 500 },
  );
  const total = servedUntil('one') + servedUntil('two') + servedUntil('five');
  expect(Math.abs(servedUntil('one') / total - 1 / 8)).toBeLessThanOrEqual(0.02);
  expect(Math.abs(servedUntil('two') / total - 2 / 8)).toBeLessThanOrEqual(0.02);
  expect(Math.abs(servedUntil('five') / total - 5 / 8)).toBeLessThanOrEqual(0.02);
});

test('a customer within its share keeps its latency within the time of the batches before it, whoever floods', () => {
  const capacity = rowsPerMs(64);
  const modest = poisson('modest', capacity * 0.1, 500, 11);
  const { done } = simulate([...modest, ...poisson('flood', capacity * 3, 500, 13)], { customerRows: 2000 });
  expect(latency(done, 'modest', 0.99)).toBeLessThanOrEqual(3 * deviceMs(64));
  expect(latency(done, 'flood', 0.5)).toBeGreaterThan(latency(done, 'modest', 0.99));
});

test('the cost of all requests adds up to the time of the device', () => {
  const { done, batches } = simulate(poisson('a', 5, 500, 5));
  const shares = done.reduce(
    (sum, { work, batchRows }) => sum + (deviceMs(batchRows) * work.rows) / batchRows,
    0,
  );
  const device = batches.reduce((sum, { rows }) => sum + deviceMs(rows), 0);
  expect(Math.abs(shares / device - 1)).toBeLessThan(1e-9);
});

test('work that a dead engine left undone goes back and is charged to nobody', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  const work = { customerId: 'a', weight: 1, lane: 'v1', rows: 3, arrivedAt: 0, deadlineAt: 100 };
  expect(scheduler.offer(work, 0)).toBeUndefined();
  const batch = scheduler.next(0)!;
  scheduler.failed(batch, 1);
  scheduler.enqueue(work);
  expect(scheduler.depth).toBe(3);
  expect(scheduler.next(1)!.works).toEqual([work]);
});

test('work whose deadline passed while it waited is taken out and not run', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  const work = (withinMs: number): Work => ({
    customerId: 'a',
    weight: 1,
    lane: 'v1',
    rows: 1,
    arrivedAt: 0,
    deadlineAt: withinMs,
  });
  const [early, late] = [work(10), work(50)];
  scheduler.enqueue(early);
  scheduler.enqueue(late);
  expect(scheduler.expired(9)).toEqual([]);
  expect(scheduler.expired(10)).toEqual([early]);
  expect(scheduler.next(10)!.works).toEqual([late]);
});
