import { type Load, refusalOf } from './admission';

const caps = { customerRows: 100, totalRows: 1000, customerBytes: 5_000, totalBytes: 20_000 };
const idle: Load = {
  runningMs: 0,
  backlogMs: 0,
  ownBacklogMs: 0,
  share: 1,
  batchMs: 5,
  batchIsKnown: true,
  followingMs: 0,
  marginMs: 0,
  ownRows: 0,
  totalRows: 0,
  ownBytes: 0,
  totalBytes: 0,
};

test('an idle house admits everything that the device can do in time', () => {
  expect(refusalOf({ rows: 1, withinMs: 5 }, idle, caps)).toBeUndefined();
  expect(refusalOf({ rows: 1, withinMs: 4 }, idle, caps)).toEqual({ reason: 'TOO_LONG', takesMs: 5 });
});

test('what takes longer than its deadline is not told to come back, however busy the house is', () => {
  const busy = { ...idle, runningMs: 10, followingMs: 20 };
  expect(refusalOf({ rows: 1, withinMs: 24 }, busy, caps)).toEqual({ reason: 'TOO_LONG', takesMs: 25 });
});

test('an idle house tries what it does not know to take too long', () => {
  const unknown = { ...idle, batchIsKnown: false };
  expect(refusalOf({ rows: 1, withinMs: 4 }, unknown, caps)).toBeUndefined();
  expect(refusalOf({ rows: 1, withinMs: 4 }, { ...unknown, runningMs: 1 }, caps)?.reason).toBe('DEADLINE');
});

test('what cannot be done in time is refused at once and told when the queue will have drained', () => {
  const busy = { ...idle, runningMs: 10, backlogMs: 40, ownBacklogMs: 40 };
  expect(refusalOf({ rows: 1, withinMs: 54 }, busy, caps)).toEqual({ reason: 'DEADLINE', retryAfterMs: 50 });
  expect(refusalOf({ rows: 1, withinMs: 55 }, busy, caps)).toBeUndefined();
});

test('where promises were broken new ones are made with room, but never for more than half of the time', () => {
  const busy = { ...idle, runningMs: 10, marginMs: 30 };
  expect(refusalOf({ rows: 1, withinMs: 44 }, busy, caps)).toBeUndefined();
  expect(refusalOf({ rows: 1, withinMs: 24 }, busy, caps)?.reason).toBe('DEADLINE');
  expect(refusalOf({ rows: 1, withinMs: 25 }, { ...busy, marginMs: 1e6 }, caps)).toBeUndefined();
});

test('an idle house tries whatever it can, however late it was before', () => {
  expect(refusalOf({ rows: 1, withinMs: 5 }, { ...idle, marginMs: 1e6 }, caps)).toBeUndefined();
});

test('the backlog of others does not count beyond their share', () => {
  const flooded = { ...idle, backlogMs: 10_000, ownBacklogMs: 2, share: 0.5 };
  expect(refusalOf({ rows: 1, withinMs: 10 }, flooded, caps)).toBeUndefined();
});

test('one customer may not fill the queue', () => {
  const own = { ...idle, ownRows: 100, ownBacklogMs: 30, share: 0.5 };
  expect(refusalOf({ rows: 1, withinMs: 1e6 }, own, caps)).toEqual({
    reason: 'CUSTOMER_FULL',
    retryAfterMs: 60,
  });
});

test('the queue is bounded for all together', () => {
  const full = { ...idle, totalRows: 1000, backlogMs: 70 };
  expect(refusalOf({ rows: 1, withinMs: 1e6 }, full, caps)).toEqual({
    reason: 'QUEUE_FULL',
    retryAfterMs: 70,
  });
});

test('few rows that hold much memory fill the queue as well, but one alone is never too large to wait', () => {
  const large = { rows: 1, bytes: 3_000, withinMs: 1e6 };
  expect(refusalOf(large, { ...idle, ownBytes: 2_000 }, caps)).toBeUndefined();
  expect(refusalOf(large, { ...idle, ownBytes: 2_001 }, caps)?.reason).toBe('CUSTOMER_FULL');
  expect(refusalOf(large, { ...idle, totalBytes: 17_001 }, caps)?.reason).toBe('QUEUE_FULL');
  expect(refusalOf({ ...large, bytes: 30_000 }, idle, caps)).toBeUndefined();
});
