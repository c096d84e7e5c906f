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
