/** What gives way harms nobody: it runs when nothing else waits, shares no batch, and leaves first. Fixed seeds, no clock. */
import { schedulerPolicy } from '../../../../test/support/scheduler-policy';
import {
  type Arrival,
  type Course,
  poisson,
  random,
  simulate,
} from '../../../../test/support/simulated-device';
import { Scheduler } from './scheduler';
import { DEFAULT_LIMITS, type Work } from './work';

const taught = (rows: number): number => 1 + rows * 0.05;
const CAPACITY = 256 / taught(256);

/** Within ten per cent of what was taught. */
function device(seed: number): (rows: number) => number {
  const next = random(seed);
  return (rows) => taught(rows) * (0.9 + 0.2 * next());
}

/** A customer within its share, and a load test at three times the capacity. */
const modest = (): Arrival[] => poisson('modest', CAPACITY * 0.1, 1000, 7, { withinMs: 200 });
const flood = (): Arrival[] => poisson('test', CAPACITY * 3, 1000, 8, { withinMs: 10_000, givesWay: true });

const waits = ({ done }: Course): number[] =>
  done.filter(({ work }) => !work.givesWay).map(({ work, at }) => at - work.arrivedAt);

test('under a load test that floods the house every customer is answered, at most one batch later', () => {
  const alone = simulate(schedulerPolicy(taught), modest(), device(9));
  const tested = simulate(schedulerPolicy(taught), [...modest(), ...flood()], device(9));
  expect(waits(tested)).toHaveLength(modest().length);
  expect(
    [...tested.refused, ...tested.dropped.map(({ work }) => work)].filter((work) => !work.givesWay),
  ).toEqual([]);
  const own = tested.batches.filter(({ works }) => works[0]!.givesWay).map(({ deviceMs }) => deviceMs);
  expect(own.length).toBeGreaterThan(10);
  expect(Math.max(...waits(tested))).toBeLessThanOrEqual(Math.max(...waits(alone)) + Math.max(...own));
});

test('no batch holds what gives way beside what does not, and none of it begins while others wait', () => {
  const { batches } = simulate(schedulerPolicy(taught), [...modest(), ...flood()], device(9));
  const begun = new Map(batches.flatMap(({ works, startedAt }) => works.map((work) => [work, startedAt])));
  const others = [...begun].filter(([work]) => !work.givesWay);
  for (const { works, startedAt } of batches) {
    expect(new Set(works.map(({ givesWay }) => givesWay ?? false)).size).toBe(1);
    if (!works[0]!.givesWay) continue;
    expect(others.filter(([{ arrivedAt }, at]) => arrivedAt < startedAt && at > startedAt)).toEqual([]);
  }
});

describe('where the queue is full', () => {
  const limits = { ...DEFAULT_LIMITS, totalRows: 4 };
  const work = (customerId: string, givesWay: boolean): Work => ({
    ...{ customerId, weight: 1, lane: 'v1', rows: 1, arrivedAt: 0 },
    deadlineAt: 1e6,
    givesWay,
  });

  it('takes the place of nobody: it is thrown out for those who come', () => {
    const scheduler = new Scheduler<Work>(limits);
    const tests = Array.from({ length: 4 }, () => work('test', true));
    for (const test of tests) expect(scheduler.offer(test, 0)).toBeUndefined();
    expect(scheduler.offer(work('test', true), 0)).toMatchObject({ reason: 'QUEUE_FULL' });
    expect(scheduler.expired(0)).toEqual([]);
    expect(scheduler.offer(work('a', false), 0)).toBeUndefined();
    expect(scheduler.expired(0)).toEqual(tests);
    expect([scheduler.depth, scheduler.isIdle]).toEqual([1, false]);
    expect(scheduler.next(0)!.works).toMatchObject([{ customerId: 'a' }]);
  });

  it('is nobody’s reason to be refused', () => {
    const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
    for (let i = 0; i < 100; i++) scheduler.costs.observe('v1', 1, 10, 0);
    for (let i = 0; i < 1000; i++) scheduler.enqueue(work('test', true));
    expect(scheduler.offer({ ...work('a', false), deadlineAt: 15 }, 0)).toBeUndefined();
    expect(scheduler.next(0)!.works).toMatchObject([{ customerId: 'a' }]);
  });
});

test('being late while it gave way says nothing of the device: promises to others keep their margin', () => {
  const scheduler = new Scheduler<Work>(DEFAULT_LIMITS);
  for (let i = 0; i < 60; i++) scheduler.costs.observe('v1', 1, 10, 0);
  const fields = { customerId: 'a', weight: 1, lane: 'v1', rows: 1, arrivedAt: 0 };
  scheduler.offer({ ...fields, deadlineAt: 1e6, givesWay: true }, 0);
  scheduler.finished(scheduler.next(50_000)!, 10, 50_010);
  scheduler.enqueue({ ...fields, deadlineAt: 1e6 });
  scheduler.next(50_010);
  expect(scheduler.offer({ ...fields, deadlineAt: 50_035 }, 50_010)).toBeUndefined();
});
