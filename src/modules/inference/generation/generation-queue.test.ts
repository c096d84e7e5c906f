import type { Work } from '../scheduler/work';
import { GenerationQueue } from './generation-queue';

const LIMITS = { slots: 2, customerWaiting: 3, totalWaiting: 5 };
let at = 0;
const text = (customerId: string, weight = 1, withinMs = 60_000): Work => ({
  customerId,
  weight,
  lane: 'v',
  rows: 1,
  arrivedAt: at,
  deadlineAt: at + withinMs,
});

beforeEach(() => (at = 0));

test('so many texts are written at a time, and each end lets the next one in', () => {
  const queue = new GenerationQueue<Work>(LIMITS);
  const works = ['a', 'a', 'a'].map((customer) => text(customer));
  for (const work of works) expect(queue.offer(work, 0)).toBeUndefined();
  expect([queue.next(0), queue.next(0), queue.next(0)]).toEqual([works[0], works[1], undefined]);
  queue.finished(works[0]!, 10, 10);
  expect(queue.next(10)).toBe(works[2]);
});

test('over its cap a customer is refused, and told when to come back; others are still let in', () => {
  const queue = new GenerationQueue<Work>(LIMITS);
  for (let i = 0; i < 3; i++) queue.offer(text('a'), 0);
  expect(queue.offer(text('a'), 0)).toMatchObject({
    reason: 'CUSTOMER_FULL',
    retryAfterMs: expect.any(Number),
  });
  expect(queue.offer(text('b'), 0)).toBeUndefined();
  expect(queue.offer(text('c'), 0)).toBeUndefined();
  expect(queue.offer(text('d'), 0)?.reason).toBe('QUEUE_FULL');
});

test('who cannot begin within its deadline is refused at once', () => {
  const queue = new GenerationQueue<Work>(LIMITS);
  for (let i = 0; i < 3; i++) queue.offer(text('a'), 0);
  queue.next(0);
  queue.next(0);
  expect(queue.offer(text('b', 1, 5), 0)?.reason).toBe('DEADLINE');
});

test('backlogged customers write in proportion to their weights', () => {
  const queue = new GenerationQueue<Work>({ slots: 1, customerWaiting: 100, totalWaiting: 1000 });
  const done = new Map<string, number>();
  const refill = (): void => {
    for (const [customer, weight] of [
      ['light', 1],
      ['heavy', 4],
    ] as const)
      while (queue.offer(text(customer, weight), at) === undefined);
  };
  for (let i = 0; i < 500; i++) {
    refill();
    const work = queue.next(at)!;
    at += 20;
    queue.finished(work, 20, at);
    done.set(work.customerId, (done.get(work.customerId) ?? 0) + 1);
  }
  expect(done.get('heavy')! / done.get('light')!).toBeGreaterThan(3.8);
  expect(done.get('heavy')! / done.get('light')!).toBeLessThan(4.2);
});

test('who leaves while waiting makes room', () => {
  const queue = new GenerationQueue<Work>(LIMITS);
  const works = Array.from({ length: 3 }, () => text('a'));
  for (const work of works) queue.offer(work, 0);
  expect(queue.remove(works[1]!)).toBe(true);
  expect(queue.remove(works[1]!)).toBe(false);
  expect(queue.offer(text('a'), 0)).toBeUndefined();
});

test('who writes long texts is charged for them, and writes fewer', () => {
  const queue = new GenerationQueue<Work>({ slots: 1, customerWaiting: 100, totalWaiting: 1000 });
  const deviceMs = new Map([
    ['short', 0],
    ['long', 0],
  ]);
  for (let i = 0; i < 300; i++) {
    for (const customer of deviceMs.keys()) while (queue.offer(text(customer), at) === undefined);
    const work = queue.next(at)!;
    const took = work.customerId === 'long' ? 90 : 30;
    at += took;
    queue.finished(work, took, at);
    deviceMs.set(work.customerId, deviceMs.get(work.customerId)! + took);
  }
  expect(deviceMs.get('long')! / deviceMs.get('short')!).toBeGreaterThan(0.95);
  expect(deviceMs.get('long')! / deviceMs.get('short')!).toBeLessThan(1.05);
});

test('how long one waits is learned from how long texts took', () => {
  const queue = new GenerationQueue<Work>({ slots: 1, customerWaiting: 1, totalWaiting: 5 });
  for (let i = 0; i < 100; i++) {
    const work = text('a');
    queue.offer(work, at);
    queue.next(at);
    at += 80;
    queue.finished(work, 80, at);
  }
  queue.offer(text('a'), at);
  expect(queue.offer(text('a'), at)).toEqual({ reason: 'CUSTOMER_FULL', retryAfterMs: 81 });
  // One waits ahead, and then one’s own turn comes after another.
  expect(queue.offer(text('b', 1, 79), at)).toMatchObject({ reason: 'DEADLINE' });
  expect(queue.offer(text('b', 1, 200), at)).toBeUndefined();
});

test('a free slot is no wait, and a queue is idle only when nothing is written and nothing waits', () => {
  const queue = new GenerationQueue<Work>(LIMITS);
  expect(queue.isIdle).toBe(true);
  const work = text('a', 1, 1);
  expect(queue.offer(work, 0)).toBeUndefined();
  expect(queue.isIdle).toBe(false);
  queue.next(0);
  expect(queue.isIdle).toBe(false);
  queue.finished(work, 1, 1);
  queue.finished(work, 1, 1);
  expect(queue.isIdle).toBe(true);
});
