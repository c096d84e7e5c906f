/** What the scheduler expects a request to wait, and when it looks again, worked by hand: what it promises at overload rests on these. */
import { Scheduler } from './scheduler';
import { DEFAULT_LIMITS, type SchedulerLimits, type Work } from './work';

const work = (rows: number, fields: Partial<Work> = {}): Work => ({
  ...{ customerId: 'a', weight: 1, lane: 'v1', rows, arrivedAt: 0, deadlineAt: 1e6 },
  ...fields,
});

/** On which one batch of each of these sizes was done: that long, and a twentieth of it is taken for the deviation. */
function taught(
  limits: Partial<SchedulerLimits>,
  ...costs: readonly (readonly [rows: number, ms: number])[]
) {
  const scheduler = new Scheduler<Work>({ ...DEFAULT_LIMITS, ...limits });
  for (const [rows, ms] of costs) scheduler.costs.observe('v1', rows, ms, 0);
  return scheduler;
}

/** When whoever comes to a full house is told to come back. */
const retryOf = (scheduler: Scheduler<Work>, now: number, fields: Partial<Work> = {}) =>
  scheduler.offer(work(1, { customerId: 'late', ...fields }), now);

test.each([
  // Two full batches and one of the two rows that are left: 30 ms, and three roots of 3 · 0.5² with care
  [10, 33],
  // Two full ones
  [8, 23],
  // One that is not full
  [3, 12],
])('of %i rows that wait the queue is expected to be empty after %i ms', (rows, retryAfterMs) => {
  const scheduler = taught({ batchRows: 4, totalRows: rows }, [4, 10]);
  for (let row = 0; row < rows; row++) scheduler.enqueue(work(1));
  expect(retryOf(scheduler, 0)).toEqual({ reason: 'QUEUE_FULL', retryAfterMs });
});

test('a customer over its cap waits for its own backlog at its share of the device', () => {
  const scheduler = taught({ batchRows: 4, customerRows: 10 }, [4, 10]);
  for (let row = 0; row < 10; row++) scheduler.enqueue(work(1));
  scheduler.enqueue(work(1, { customerId: 'b', weight: 3 }));
  // 10 rows at 2.5 ms, of which a quarter of the device makes four times as much
  expect(scheduler.offer(work(1), 0)).toEqual({ reason: 'CUSTOMER_FULL', retryAfterMs: 100 });
});

test('a request is judged by the batch that it will be in, as full as that will be', () => {
  const costs = [
    [1, 10],
    [2, 20],
    [4, 30],
  ] as const;
  const takesMs = (waiting: number): unknown => {
    const scheduler = taught({ batchRows: 4, batchMs: 100 }, ...costs);
    for (let row = 0; row < waiting; row++) scheduler.enqueue(work(1));
    return scheduler.offer(work(1, { deadlineAt: 1 }), 0);
  };
  // Two deviations more than expected
  expect(takesMs(0)).toEqual({ reason: 'TOO_LONG', takesMs: 11 });
  expect(takesMs(1)).toEqual({ reason: 'TOO_LONG', takesMs: 22 });
  expect(takesMs(6)).toEqual({ reason: 'TOO_LONG', takesMs: 33 });
});

describe('what runs', () => {
  const full = (limits: Partial<SchedulerLimits>) => {
    const scheduler = taught({ batchRows: 4, totalRows: 4, ...limits }, [4, 10]);
    return { scheduler, fill: () => scheduler.enqueue(work(4)) };
  };
  /** Without the batch that waits: 10 ms, and three times half a millisecond with care. */
  const runningMs = (scheduler: Scheduler<Work>, now: number): number =>
    (retryOf(scheduler, now) as { retryAfterMs: number }).retryAfterMs - Math.ceil(11.5);

  it('is waited for until it is expected to be done, and what stands behind it from then on', () => {
    const { scheduler, fill } = full({});
    fill();
    const first = scheduler.next(0)!;
    fill();
    expect(runningMs(scheduler, 4)).toBe(6);
    expect(scheduler.next(9)).toMatchObject({ reason: 'FULL' });
    fill();
    expect(runningMs(scheduler, 9)).toBe(11);
    scheduler.finished(first, 10, 10);
    // The second was released at 9 and began at 10.
    expect(runningMs(scheduler, 12)).toBe(8);
  });

  it('runs side by side where the engine takes several at once', () => {
    const { scheduler, fill } = full({ concurrency: 2 });
    fill();
    const first = scheduler.next(0)!;
    fill();
    const second = scheduler.next(5)!;
    fill();
    // 3 and 8 ms are left, two at a time; the one that waits is half as long, too: 5.75
    expect(retryOf(scheduler, 7)).toEqual({ reason: 'QUEUE_FULL', retryAfterMs: Math.ceil(5.5 + 5.75) });
    scheduler.finished(first, 10, 10);
    scheduler.finished({ ...second, lane: 'v2' }, 4, 25);
    expect(scheduler.costs.expect('v2', 4)).toBe(20);
  });

  it('begins when it is released to a device that rested, however long ago it last worked', () => {
    const { scheduler, fill } = full({});
    fill();
    scheduler.finished(scheduler.next(0)!, 9, 10);
    fill();
    scheduler.next(1000);
    fill();
    expect(scheduler.next(1005)).toBeUndefined();
    expect(scheduler.lookAgainAt(1005)).toBeGreaterThan(1008.9);
    expect(scheduler.lookAgainAt(1005)).toBeLessThan(1010);
  });
});

test('whoever would be answered too late by a batch that stands behind another is taken out before it', () => {
  const scheduler = taught({ batchRows: 4 }, [4, 10]);
  scheduler.enqueue(work(4));
  scheduler.next(0);
  // Its turn comes at 10, and it is done at 20.
  const [late, inTime] = [work(4, { deadlineAt: 19 }), work(4, { deadlineAt: 21 })];
  scheduler.enqueue(late);
  scheduler.enqueue(inTime);
  expect(scheduler.expired(9)).toEqual([late]);
  expect(scheduler.next(9)!.works).toEqual([inTime]);
});

describe('a promise', () => {
  /** Of one that is done so late, the next one that has to wait behind another: within how many whole ms it is not admitted yet. */
  function refusedWithin(lateMs: number): number {
    const scheduler = taught({});
    for (let i = 0; i < 500; i++) scheduler.costs.observe('v1', 1, 10, 0);
    // It is promised for 20, behind the one that runs.
    scheduler.enqueue(work(1));
    const first = scheduler.next(0)!;
    scheduler.offer(work(1), 0);
    scheduler.finished(first, 10, 10);
    scheduler.finished(scheduler.next(10)!, 10, 20 + lateMs);
    const now = 100;
    for (let i = 0; i < 500; i++) scheduler.costs.observe('v1', 1, 10, now);
    scheduler.enqueue(work(1));
    scheduler.next(now);
    // Halves, so that no rounding decides.
    for (let ms = 0; ms < 200; ms++)
      if (!scheduler.offer(work(1, { customerId: 'b', deadlineAt: now + ms + 0.5 }), now)) return ms;
    return Infinity;
  }

  it('that was kept asks for nothing more of the next', () => {
    expect(refusedWithin(0)).toBe(20);
    expect(refusedWithin(-5)).toBe(20);
  });

  it('that was broken makes the next so much more careful, up to half of its spare time', () => {
    expect(refusedWithin(6)).toBe(26);
    expect(refusedWithin(30)).toBe(30);
  });
});

test('what gives way makes nobody else wait, and waits for all itself', () => {
  const scheduler = taught({ batchRows: 4, totalRows: 8 }, [4, 10]);
  for (let i = 0; i < 4; i++) scheduler.enqueue(work(1));
  for (let i = 0; i < 4; i++) scheduler.enqueue(work(1, { customerId: 'test', givesWay: true }));
  // All eight rows for whoever gives way; for the others there is room.
  expect(retryOf(scheduler, 0, { givesWay: true })).toEqual({ reason: 'QUEUE_FULL', retryAfterMs: 23 });
  for (let i = 0; i < 4; i++) expect(retryOf(scheduler, 0)).toBeUndefined();
  const patient = taught({ batchRows: 4 }, [4, 10]);
  for (let i = 0; i < 8; i++) patient.enqueue(work(1));
  expect(retryOf(patient, 0, { givesWay: true, deadlineAt: 30 })).toEqual({
    reason: 'DEADLINE',
    retryAfterMs: 23,
  });
  // The eight of the others alone
  expect(retryOf(scheduler, 0)).toEqual({ reason: 'QUEUE_FULL', retryAfterMs: 23 });
});

test('nothing is looked at again once nothing waits, and only then the house is idle', () => {
  const scheduler = taught({}, [1, 10]);
  expect(scheduler.isIdle).toBe(true);
  scheduler.enqueue(work(1, { deadlineAt: 50 }));
  expect([scheduler.isIdle, scheduler.lookAgainAt(0)]).toEqual([false, 50]);
  const batch = scheduler.next(0)!;
  expect([scheduler.isIdle, scheduler.lookAgainAt(1)]).toEqual([false, Infinity]);
  scheduler.finished(batch, 10, 10);
  expect([scheduler.isIdle, scheduler.lookAgainAt(10)]).toEqual([true, Infinity]);
});
