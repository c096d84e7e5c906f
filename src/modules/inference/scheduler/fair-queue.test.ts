import { random } from '../../../../test/support/simulated-device';
import { FairQueue } from './fair-queue';
import type { Work } from './work';

const ask = (customerId: string, fields: Partial<Work> = {}): Work => ({
  customerId,
  weight: 1,
  lane: 'v1',
  rows: 1,
  arrivedAt: 0,
  deadlineAt: 1e9,
  ...fields,
});
const owners = (works: readonly Work[] = []): string => works.map(({ customerId }) => customerId).join('');
const unit = new FairQueue<Work>(({ rows }) => rows);

function queueOf(...works: Work[]): FairQueue<Work> {
  const queue = new FairQueue<Work>(({ rows }) => rows);
  for (const work of works) queue.push(work);
  return queue;
}

test('nothing waits, nothing is taken', () => {
  expect(unit.take(() => 8)).toBeUndefined();
});

test('customers take turns however much one of them sends', () => {
  const queue = queueOf(...Array.from({ length: 6 }, () => ask('a')), ask('b'), ask('b'));
  expect(owners(queue.take(() => 4)?.works)).toBe('abab');
});

test('turns follow the weights', () => {
  const queue = queueOf(
    ...Array.from({ length: 30 }, () => ask('a', { weight: 3 })),
    ...Array.from({ length: 30 }, () => ask('b')),
  );
  const taken = owners(queue.take(() => 16)?.works);
  expect(taken.replaceAll('b', '')).toHaveLength(12);
});

test('a batch holds one lane only, the lane of whoever is first in turn', () => {
  const queue = queueOf(ask('a', { lane: 'v2' }), ask('b'), ask('a'), ask('b', { lane: 'v2' }));
  const batch = queue.take(() => 8);
  expect(batch?.lane).toBe('v2');
  expect(owners(batch?.works)).toBe('ab');
  expect(queue.rowsIn('v1')).toBe(2);
});

test('work that does not fit waits for the next batch, in its order', () => {
  const queue = queueOf(ask('a', { rows: 6 }), ask('b', { rows: 4 }), ask('c', { rows: 2 }));
  expect(owners(queue.take(() => 8)?.works)).toBe('ac');
  expect(owners(queue.take(() => 8)?.works)).toBe('b');
});

test('a batch holds so many bytes, unless its first work alone has more', () => {
  const queue = queueOf(
    ask('a', { bytes: 90 }),
    ask('b', { bytes: 20 }),
    ask('c', { bytes: 10 }),
    ask('d', { bytes: 500 }),
  );
  expect(queue.bytesOf('a')).toBe(90);
  expect(queue.take(() => 8, 100)).toMatchObject({ rows: 2, bytes: 100 });
  expect(queue.bytesOf('a')).toBe(0);
  expect(owners(queue.take(() => 8, 100)?.works)).toBe('b');
  expect(queue.take(() => 8, 100)).toMatchObject({ rows: 1, bytes: 500 });
});

test('an idle customer banks no credit', () => {
  const queue = queueOf(ask('late'));
  for (const work of queue.take(() => 1)!.works) queue.settle(work, 1);
  for (let round = 0; round < 50; round++) {
    queue.push(ask('a'));
    for (const work of queue.take(() => 1)!.works) queue.settle(work, 1);
  }
  for (let i = 0; i < 8; i++) queue.push(ask('late'));
  for (let i = 0; i < 8; i++) queue.push(ask('a'));
  const first = owners(queue.take(() => 8)?.works);
  expect(first.replaceAll('a', '').length / 'late'.length).toBeLessThanOrEqual(5);
});

test('what a batch truly took replaces the estimate', () => {
  const queue = queueOf(ask('a'), ask('b'));
  const [a, b] = queue.take(() => 2)!.works;
  for (let i = 0; i < 9; i++) queue.push(ask('b'));
  queue.push(ask('a'));
  queue.settle(a!, 10);
  queue.settle(b!, 1);
  expect(owners(queue.take(() => 9)?.works)).toBe('bbbbbbbbb');
});

/** Of 60 works that take 1 ms each, while both always wait: how many are of a customer whose plan changes while work of it runs. */
function partAfterChange(before: number, after: number): number {
  const queue = new FairQueue<Work>(() => 100);
  queue.push(ask('a', { weight: before }));
  const running = queue.take(() => 1)!.works[0]!;
  for (let i = 0; i < 60; i++) {
    queue.push(ask('a', { weight: after }));
    queue.push(ask('b'));
  }
  queue.settle(running, 1);
  let own = 0;
  for (let i = 0; i < 60; i++) {
    const work = queue.take(() => 1)!.works[0]!;
    if (work.customerId === 'a') own++;
    queue.settle(work, 1);
  }
  return own;
}

test('a plan that changes while work runs leaves neither a debt nor a credit of a wrong estimate', () => {
  expect(partAfterChange(1, 1) / 30).toBeCloseTo(1, 1);
  // Bought more: a share of three in four at once.
  expect(partAfterChange(1, 3) / 45).toBeCloseTo(1, 1);
  // And less: no more than half, though the estimate was charged at a tenth.
  expect(partAfterChange(10, 1) / 30).toBeCloseTo(1, 1);
});

test('work whose client left is gone and was not charged', () => {
  const work = ask('a');
  const queue = queueOf(work, ask('b'));
  expect(queue.remove(work)).toBe(true);
  expect(queue.remove(work)).toBe(false);
  expect(owners(queue.take(() => 8)?.works)).toBe('b');
});

test('who had an idle device to itself owes nobody for it', () => {
  const queue = queueOf(ask('night'));
  for (const work of queue.take(() => 1)!.works) queue.settle(work, 60_000);
  for (let i = 0; i < 4; i++) queue.push(ask('day'));
  for (let i = 0; i < 4; i++) queue.push(ask('night'));
  expect(owners(queue.take(() => 4)?.works).replaceAll('night', '')).toBe('dayday');
});

test('customers who asked once are forgotten, whether the house is ever idle or not', () => {
  for (const isNeverIdle of [false, true]) {
    const queue = new FairQueue<Work>(({ rows }) => rows);
    let before: Work | undefined;
    for (let customer = 0; customer < 25_000; customer++) {
      queue.push(ask(`${customer}`));
      const work = queue.take(() => 1)!.works[0]!;
      if (before) queue.settle(before, 2);
      if (!isNeverIdle) queue.settle(work, 2);
      before = isNeverIdle ? work : undefined;
    }
    expect(queue.remembered).toBeLessThan(isNeverIdle ? 21_000 : 1);
  }
});

/** The rule itself: for each work of a batch, everybody is looked at anew. */
class PlainTurns {
  private readonly active = new Map<string, Work[]>();
  private readonly counters = new Map<string, number>();
  private virtualTime = 0;

  push(work: Work): void {
    const { customerId } = work;
    const waiting = this.active.get(customerId) ?? [];
    if (waiting.length === 0)
      this.counters.set(customerId, Math.max(this.counters.get(customerId) ?? 0, this.virtualTime));
    this.active.set(customerId, [...waiting, work]);
  }

  take(most: number, mostBytes: number): Work[] {
    const works: Work[] = [];
    const room = { rows: Infinity, bytes: Infinity };
    let lane: string | undefined;
    for (let work = this.next(lane, room); work; work = this.next(lane, room)) {
      if (lane === undefined) Object.assign(room, { rows: Math.max(most, work.rows), bytes: mostBytes });
      lane = work.lane;
      works.push(work);
      room.rows -= work.rows;
      room.bytes -= work.bytes ?? 0;
      const counter = this.counters.get(work.customerId)!;
      this.virtualTime = Math.max(this.virtualTime, counter);
      this.counters.set(work.customerId, counter + work.rows / work.weight);
      const left = this.active.get(work.customerId)!.filter((other) => other !== work);
      if (left.length > 0) this.active.set(work.customerId, left);
      else this.active.delete(work.customerId);
    }
    return works;
  }

  /** All that was taken is settled before the next batch. */
  settle(works: readonly Work[], ms: (work: Work) => number): void {
    for (const work of works) {
      const counter = this.counters.get(work.customerId)!;
      this.counters.set(work.customerId, counter + (ms(work) - work.rows) / work.weight);
    }
    if (this.active.size === 0) this.counters.clear();
  }

  shareOf(customerId: string, weight: number): number {
    let sum = weight;
    for (const [other, [work]] of this.active) if (other !== customerId) sum += work!.weight;
    return weight / sum;
  }

  private next(lane: string | undefined, room: { rows: number; bytes: number }): Work | undefined {
    let best: Work | undefined;
    let least = Infinity;
    for (const [customerId, waiting] of this.active) {
      const work = waiting.find((one) => lane === undefined || one.lane === lane);
      const counter = this.counters.get(customerId)!;
      if (!work || work.rows > room.rows || (work.bytes ?? 0) > room.bytes || counter >= least) continue;
      best = work;
      least = counter;
    }
    return best;
  }
}

test.each([1, 2, 3])('batches are those of the plain rule, work by work (seed %i)', (seed) => {
  const next = random(seed);
  const upTo = (most: number): number => 1 + Math.floor(next() * most);
  const queue = new FairQueue<Work>(({ rows }) => rows);
  const plain = new PlainTurns();
  for (let round = 0; round < 200; round++) {
    for (let pushed = upTo(20); pushed > 0; pushed--) {
      const customer = upTo(40);
      const fields = { lane: `v${upTo(3)}`, rows: upTo(6), bytes: upTo(50), weight: 2 ** (customer % 3) };
      const work = ask(`c${customer}`, fields);
      queue.push(work);
      plain.push(work);
      expect(queue.shareOf(`c${customer + 1}`, 3)).toBe(plain.shareOf(`c${customer + 1}`, 3));
    }
    const cap = upTo(40);
    const bytes = upTo(400);
    const works = queue.take(() => cap, bytes)?.works ?? [];
    expect(works).toEqual(plain.take(cap, bytes));
    const took = new Map(works.map((work) => [work, upTo(9)]));
    for (const work of works) queue.settle(work, took.get(work)!);
    plain.settle(works, (work) => took.get(work)!);
  }
});

test('a share follows the plan of those who wait, whoever of them changed it meanwhile', () => {
  const queue = queueOf();
  expect(queue.shareOf('b', 1)).toBe(1);
  queue.push(ask('a'));
  expect(queue.shareOf('b', 1)).toBe(0.5);
  queue.push(ask('a', { weight: 3 }));
  expect(queue.shareOf('b', 1)).toBe(0.25);
  queue.push(ask('b'));
  expect(queue.shareOf('b', 1)).toBe(0.25);
  expect(queue.shareOf('a', 3)).toBe(0.75);
});
