/** What is promised to deferred work and to all others: in time when it was admitted, and never in anybody's way before it must. */
import { schedulerPolicy } from '../../../../test/support/scheduler-policy';
import { type Policy, poisson, random, simulate } from '../../../../test/support/simulated-device';
import { type Deferred, type DeferralTerms, fits, inTurn, latestStart, mayBegin } from './deferral';
import type { Batch, Work } from './work';

const TERMS: DeferralTerms = { share: 0.25, slackMs: 100 };
const taught = (rows: number): number => 1 + rows * 0.05;
const FULL = 256;
const CAPACITY = FULL / taught(FULL);

interface Later extends Deferred {
  readonly rows: number;
}

test('the latest start leaves time for all that is due before, at the share that can be counted on', () => {
  const works = [
    { deadlineAt: 2000, expectedMs: 50 },
    { deadlineAt: 1000, expectedMs: 10 },
  ];
  // 1000 − 100 − 40 comes before 2000 − 100 − 240.
  expect(latestStart(works, TERMS)).toBe(860);
  expect(latestStart([...works, { deadlineAt: 1010, expectedMs: 200 }], TERMS)).toBe(70);
  expect(latestStart([], TERMS)).toBe(Infinity);
  expect(mayBegin(works, { now: 859, isQuiet: false }, TERMS)).toBe(false);
  expect(mayBegin(works, { now: 860, isQuiet: false }, TERMS)).toBe(true);
  expect(mayBegin(works, { now: 0, isQuiet: true }, TERMS)).toBe(true);
  expect(mayBegin([], { now: 0, isQuiet: true }, TERMS)).toBe(false);
});

test('what would make itself or others late is not admitted', () => {
  const waiting = [{ deadlineAt: 1000, expectedMs: 100 }];
  expect(fits(waiting, { deadlineAt: 900, expectedMs: 100 }, 0, TERMS)).toBe(true);
  expect(fits(waiting, { deadlineAt: 900, expectedMs: 126 }, 0, TERMS)).toBe(false);
  expect(fits([], { deadlineAt: 400, expectedMs: 100 }, 0, TERMS)).toBe(false);
  // What is late already is late without it.
  const late = [{ deadlineAt: 50, expectedMs: 10 }];
  expect(fits(late, { deadlineAt: 900, expectedMs: 100 }, 0, TERMS)).toBe(true);
  expect(fits(late, { deadlineAt: 40, expectedMs: 1 }, 0, TERMS)).toBe(false);
});

test('one fits exactly when it and all that would be in time without it are in time with it', () => {
  const draw = random(404);
  const whole = (from: number, to: number): number => from + Math.floor(draw() * (to - from + 1));
  /** Those that are in time, one after the other from now on. */
  const inTime = (works: readonly Deferred[], now: number): Set<Deferred> => {
    let at = now;
    return new Set(
      inTurn(works).filter(({ deadlineAt, expectedMs }) => {
        at += expectedMs / TERMS.share;
        return at <= deadlineAt - TERMS.slackMs;
      }),
    );
  };
  const verdicts = Array.from({ length: 2000 }, () => {
    const some = (): Deferred => ({ deadlineAt: whole(1, 30) * 50, expectedMs: whole(1, 60) });
    const [works, one, now] = [Array.from({ length: whole(0, 5) }, some), some(), whole(0, 300)];
    const after = inTime([...works, one], now);
    const isRight = after.has(one) && [...inTime(works, now)].every((work) => after.has(work));
    expect(fits(works, one, now, TERMS)).toBe(isRight);
    return isRight;
  });
  expect(verdicts.filter(Boolean).length).toBeGreaterThan(200);
  expect(verdicts.filter((isRight) => !isRight).length).toBeGreaterThan(200);
});

/** The scheduler of the house, with work before its door that may wait. */
function withDeferred(asked: readonly Later[]) {
  const inner = schedulerPolicy(taught);
  const waiting: Later[] = [];
  const begun: { at: number; isQuiet: boolean; latest: number }[] = [];
  const attended = new Set<Work>();
  let running = 0;
  const policy: Policy<Batch<Work>> = {
    ...inner,
    offer: (work, now) => {
      const isIn = inner.offer(work, now);
      if (isIn) attended.add(work);
      return isIn;
    },
    next: (now) => {
      const isQuiet = attended.size === 0;
      // One at a time: what is begun is no longer deferred.
      if (running === 0 && mayBegin(waiting, { now, isQuiet }, TERMS)) {
        const [first] = inTurn(waiting) as [Later];
        begun.push({ at: now, isQuiet, latest: latestStart(waiting, TERMS) });
        waiting.splice(waiting.indexOf(first), 1);
        running++;
        const { rows, deadlineAt } = first;
        inner.offer({ customerId: 'later', weight: 1, lane: 'v1', rows, arrivedAt: now, deadlineAt }, now);
      }
      return inner.next(now);
    },
    finished: (batch, deviceMs, now) => {
      inner.finished(batch, deviceMs, now);
      for (const work of batch.works) {
        if (!attended.delete(work)) running--;
      }
    },
    dropped: () => {
      const dropped = inner.dropped();
      for (const work of dropped) attended.delete(work);
      return dropped;
    },
    lookAgainAt: (now) => {
      const urgent = running === 0 ? latestStart(waiting, TERMS) : Infinity;
      return Math.min(inner.lookAgainAt(now), urgent);
    },
  };
  const admitted = asked.filter((work) => {
    const isIn = fits(waiting, work, 0, TERMS);
    if (isIn) waiting.push(work);
    return isIn;
  });
  return { policy, begun, admitted };
}

const asked = (count: number, deadlineAt: number): Later[] =>
  Array.from({ length: count }, (_, at) => ({
    rows: 200,
    expectedMs: taught(256),
    deadlineAt: deadlineAt + at * 20,
  }));

test.each([
  ['a quiet house', 0.2, 20, 1],
  ['a full house', 0.9, 40, 2],
  ['a house that two others flood', 1.5, 200, 3],
])(
  'in %s everything that was admitted is done in time, and nothing took the device before it must',
  (_, load, count, seed) => {
    const arrivals = ['x', 'y'].flatMap((id, at) =>
      poisson(id, (CAPACITY * load) / 2 / 64, 5000, seed * 10 + at, { rows: 64, withinMs: 200 }),
    );
    const { policy, begun, admitted } = withDeferred(asked(count, 3000));
    expect(admitted.length).toBeGreaterThanOrEqual(Math.min(count, 60));
    const course = simulate(policy, arrivals, taught);
    const later = course.done.filter(({ work }) => work.customerId === 'later');
    expect(later).toHaveLength(admitted.length);
    for (const { work, at } of later) expect(at).toBeLessThanOrEqual(work.deadlineAt);
    for (const { at, isQuiet, latest } of begun) expect(isQuiet || at >= latest).toBe(true);
    if (load > 1) expect(begun.some(({ isQuiet }) => !isQuiet)).toBe(true);
    if (load < 0.5) expect(begun.every(({ isQuiet }) => isQuiet)).toBe(true);
  },
);
