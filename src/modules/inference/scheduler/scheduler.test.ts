/** How the scheduler releases batches, on a simulated device; what it promises at overload is in properties.test.ts. */
import { schedulerPolicy } from '../../../../test/support/scheduler-policy';
import { type Arrival, type Course, simulate } from '../../../../test/support/simulated-device';
import { Scheduler } from './scheduler';
import { DEFAULT_LIMITS, type Work } from './work';

/** 1 ms a batch and 0.05 ms a row. */
const deviceMs = (rows: number): number => 1 + rows * 0.05;

const course = (...at: number[]): Course => {
  const arrivals = at.map((time): Arrival => ({
    at: time,
    customerId: 'a',
    weight: 1,
    rows: 1,
    withinMs: 1e6,
  }));
  return simulate(schedulerPolicy(deviceMs, { batchRows: 64 }), arrivals, deviceMs);
};

test('in an empty house an answer takes the service time and nothing more', () => {
  for (const { work, at } of course(0, 50).done) expect(at - work.arrivedAt).toBeCloseTo(deviceMs(1));
});

test('what arrives while the device is busy shares the next batch', () => {
  const { batches } = course(...Array.from({ length: 20 }, (_, i) => i * 0.01));
  expect(batches.map(({ rows }) => rows)).toEqual([1, 19]);
});

test('a full batch goes to stand at the door at most a millisecond before its turn, and never a second one', () => {
  const scheduler = new Scheduler<Work>({ ...DEFAULT_LIMITS, batchRows: 64 });
  scheduler.costs.observe('v1', 64, 10, 0);
  const fields = { customerId: 'a', weight: 1, lane: 'v1', arrivedAt: 0, deadlineAt: 1e6 };
  for (let i = 0; i < 200; i++) scheduler.enqueue({ ...fields, rows: 1 });
  expect(scheduler.next(0)).toMatchObject({ reason: 'DEVICE_FREE', rows: 64 });
  expect(scheduler.next(8)).toBeUndefined();
  expect(scheduler.lookAgainAt(8)).toBe(9);
  expect(scheduler.next(9)).toMatchObject({ reason: 'FULL', rows: 64 });
  expect([scheduler.next(9.5), scheduler.lookAgainAt(9.5)]).toEqual([undefined, 1e6]);
});

test('where the way to the device takes no time a full batch leaves in its turn: who arrives till then may be in it', () => {
  const scheduler = new Scheduler<Work>({ ...DEFAULT_LIMITS, batchRows: 64 });
  const fields = { customerId: 'a', weight: 1, lane: 'v1', arrivedAt: 0, deadlineAt: 1e6 };
  for (let i = 0; i < 64 * 102; i++) scheduler.enqueue({ ...fields, rows: 1 });
  for (let now = 0; now < 1000; now += 10) scheduler.finished(scheduler.next(now)!, 10, now + 10);
  scheduler.next(1000);
  expect(scheduler.lookAgainAt(1001)).toBeCloseTo(1010, 5);
  expect(scheduler.next(1009.9)).toBeUndefined();
});

test('a batch with room does not stand at the door: it is better filled by what arrives meanwhile', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  const work = { customerId: 'a', weight: 1, lane: 'v1', rows: 1, arrivedAt: 0, deadlineAt: 1e6 };
  scheduler.enqueue({ ...work });
  scheduler.next(0);
  scheduler.enqueue({ ...work });
  expect([scheduler.next(1e3), scheduler.lookAgainAt(0)]).toEqual([undefined, 1e6]);
});

test('whoever runs several batches at once gets several, and waits are judged by that', () => {
  const scheduler = new Scheduler<Work>({ ...DEFAULT_LIMITS, batchRows: 1, concurrency: 3 });
  for (let i = 0; i < 60; i++) scheduler.costs.observe('v1', 1, 30, 0);
  const work = { customerId: 'a', weight: 1, lane: 'v1', rows: 1, arrivedAt: 0, deadlineAt: 1e6 };
  for (let i = 0; i < 6; i++) scheduler.enqueue({ ...work });
  expect([0, 0, 0].map((now) => scheduler.next(now)?.rows)).toEqual([1, 1, 1]);
  expect(scheduler.next(0)).toBeUndefined();
  // Three run for 30 ms and three wait: two turns of all three, and its own batch.
  expect(scheduler.offer({ ...work, deadlineAt: 89 }, 0)?.reason).toBe('DEADLINE');
  expect(scheduler.offer({ ...work, deadlineAt: 91 }, 0)).toBeUndefined();
});

test('the model learns how long a batch held the line, and customers are charged what the device worked', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  scheduler.enqueue({ customerId: 'a', weight: 1, lane: 'v1', rows: 1, arrivedAt: 0, deadlineAt: 1e6 });
  scheduler.finished(scheduler.next(0)!, 4, 7);
  expect(scheduler.costs.expect('v1', 1)).toBe(7);
});

test('work that a dead engine left undone goes back and is charged to nobody', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  const work = { customerId: 'a', weight: 1, lane: 'v1', rows: 3, arrivedAt: 0, deadlineAt: 100 };
  expect(scheduler.offer(work, 0)).toBeUndefined();
  const batch = scheduler.next(0)!;
  scheduler.failed(batch, 1, false);
  scheduler.enqueue(work);
  expect(scheduler.depth).toBe(3);
  expect(scheduler.next(1)!.works).toEqual([work]);
});

test('what waits is bounded by the memory that it holds, which is free again when it leaves', () => {
  const limits = { ...DEFAULT_LIMITS, customerBytes: 250, totalBytes: 350, batchBytes: 100 };
  const scheduler = new Scheduler<Work>(limits);
  const offer = (customerId: string): Work | string => {
    const work = { customerId, weight: 1, lane: 'v1', rows: 1, bytes: 100, arrivedAt: 0, deadlineAt: 1e6 };
    return scheduler.offer(work, 0)?.reason ?? work;
  };
  const [first] = [offer('a'), offer('a')];
  expect(offer('a')).toBe('CUSTOMER_FULL');
  expect(typeof offer('b')).toBe('object');
  expect(offer('c')).toBe('QUEUE_FULL');
  expect(scheduler.remove(first as Work)).toBe(true);
  expect(typeof offer('c')).toBe('object');
  const batches = [];
  for (let batch = scheduler.next(0); batch; batch = scheduler.next(0)) {
    batches.push(batch.works.length);
    scheduler.finished(batch, 1, 0);
  }
  expect(batches).toEqual([1, 1, 1]);
  expect([offer('a'), offer('a')].map((one) => typeof one)).toEqual(['object', 'object']);
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

test('work that the next batch would answer too late is taken out before it, and told so', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  scheduler.costs.observe('v1', 1, 20, 0);
  const work = (deadlineAt: number): Work => ({
    ...{ customerId: 'a', weight: 1, lane: 'v1', rows: 1, arrivedAt: 0 },
    deadlineAt,
  });
  const [hopeless, possible] = [work(30), work(60)];
  const running = work(1e6);
  scheduler.enqueue(running);
  const batch = scheduler.next(0)!;
  scheduler.enqueue(hopeless);
  scheduler.enqueue(possible);
  // Nothing can be released yet, so nothing is decided.
  expect(scheduler.expired(15)).toEqual([]);
  scheduler.finished(batch, 20, 20);
  expect(scheduler.expired(20)).toEqual([hopeless]);
  expect(scheduler.next(20)!.works).toEqual([possible]);
});

test('a batch that overruns is expected to take as long again as it is late', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  for (let i = 0; i < 60; i++) scheduler.costs.observe('v1', 1, 10, 0);
  const work = { customerId: 'a', weight: 1, lane: 'v1', rows: 1, arrivedAt: 0, deadlineAt: 1e6 };
  scheduler.enqueue({ ...work });
  scheduler.next(0);
  expect(scheduler.offer({ ...work, deadlineAt: 79 }, 40)).toEqual({ reason: 'DEADLINE', retryAfterMs: 30 });
  expect(scheduler.offer({ ...work, deadlineAt: 81 }, 40)).toBeUndefined();
});

describe('a size that was never measured', () => {
  const ask = (rows: number, withinMs: number, now: number): Work => ({
    ...{ customerId: 'a', weight: 1, lane: 'v1', rows },
    arrivedAt: now,
    deadlineAt: now + withinMs,
  });

  it('is tried, however long a single row took, and what it took is believed', () => {
    const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
    scheduler.costs.observe('v1', 1, 10, 0);
    expect(scheduler.offer(ask(1024, 5000, 0), 0)).toBeUndefined();
    scheduler.finished(scheduler.next(0)!, 50, 50);
    expect(scheduler.offer(ask(1024, 60, 50), 50)).toBeUndefined();
  });

  it('keeps nobody else out while it is tried', () => {
    const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
    scheduler.costs.observe('v1', 1, 10, 0);
    scheduler.offer(ask(1024, 5000, 0), 0);
    scheduler.next(0);
    expect(scheduler.offer(ask(1, 100, 0), 0)).toBeUndefined();
  });

  it('is refused for being too long after it was given up at its deadline, and tried again after as long', () => {
    const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
    scheduler.costs.observe('v1', 1, 10, 0);
    scheduler.offer(ask(1024, 5000, 0), 0);
    scheduler.failed(scheduler.next(0)!, 5000, true);
    expect(scheduler.offer(ask(1024, 5000, 5001), 5001)).toEqual({ reason: 'TOO_LONG', takesMs: 5500 });
    expect(scheduler.offer(ask(1, 5000, 5001), 5001)).toBeUndefined();
    scheduler.finished(scheduler.next(5001)!, 10, 5011);
    expect(scheduler.offer(ask(1024, 5000, 10_001), 10_001)).toBeUndefined();
    expect(scheduler.expired(10_001)).toEqual([]);
    const again = scheduler.next(10_001)!;
    expect(again.rows).toBe(1024);
    // It had hung: what it takes when it is done is believed at once.
    scheduler.finished(again, 50, 10_051);
    expect(scheduler.offer(ask(1024, 60, 10_051), 10_051)).toBeUndefined();
  });

  it('that is never done in time is tried less and less, down to once a minute', () => {
    const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
    const tries: number[] = [];
    for (let now = 0; now < 300_000; now += 500) {
      if (scheduler.offer(ask(1024, 5000, now), now)) continue;
      tries.push(now);
      scheduler.failed(scheduler.next(now)!, (now += 5000), true);
    }
    const pauses = tries.slice(1).map((at, i) => at - tries[i]! - 5000);
    expect(pauses.map((ms) => Math.floor(ms / 1000))).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });

  it('is not taken for quicker because somebody gave it up soon', () => {
    const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
    scheduler.costs.observe('v1', 1, 400, 0);
    scheduler.offer(ask(1, 1, 70_000), 70_000);
    scheduler.failed(scheduler.next(70_000)!, 70_001, true);
    expect(scheduler.costs.expect('v1', 1)).toBe(400);
    // Nor is what was measured long ago believed any longer for it than the try has cost.
    expect(scheduler.costs.isKnown('v1', 1, 70_003)).toBe(false);
  });
});

test('a batch that stood behind another and was given up says nothing of itself, nor of when the other began', () => {
  const scheduler = new Scheduler<Work>({ ...DEFAULT_LIMITS, batchRows: 4 });
  scheduler.costs.observe('first', 4, 20, 0);
  const ask = (lane: string, deadlineAt: number): Work => ({
    ...{ customerId: lane, weight: 1, lane, rows: 4, arrivedAt: 0 },
    deadlineAt,
  });
  scheduler.enqueue(ask('first', 1e6));
  const running = scheduler.next(0)!;
  scheduler.enqueue(ask('second', 500));
  const standing = scheduler.next(19)!;
  expect(standing.lane).toBe('second');
  // The first one hangs.
  expect(scheduler.failed(standing, 500, true)).toBe(0);
  expect(scheduler.costs.isKnown('second', 4, 500)).toBe(false);
  expect(scheduler.failed(running, 600, true)).toBe(600);
});

test('work in parts is refused at its first when all of them take longer than its deadline', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  scheduler.costs.observe('v1', 32, 100, 0);
  const part = { customerId: 'a', weight: 1, lane: 'v1', rows: 32, arrivedAt: 0, deadlineAt: 1000 };
  const following = (rows: number): Work => ({ ...part, following: { rows, partRows: 32 } });
  expect(scheduler.offer(following(992), 0)).toEqual({ reason: 'TOO_LONG', takesMs: 3210 });
  expect(scheduler.offer(following(256), 0)).toBeUndefined();
});
