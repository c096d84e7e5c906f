import { EngineNonsense, EngineRefused } from '../compute.errors';
import { FrameKind } from './frame';
import { PendingRequests } from './pending-requests';

const ALLOWED_MS = 60_000;
const HOUR_MS = 3_600_000;

let now = 0;
let pending: PendingRequests;

beforeEach(() => {
  now = 0;
  pending = new PendingRequests(() => now);
});

const frame = (id: number, kind: FrameKind, meta = {}) => ({ id, kind, meta, payload: Buffer.alloc(0) });
const begin = (id: number): void =>
  pending.add(id, { allowedMs: ALLOWED_MS, take: () => undefined, fail: () => undefined });
const hangsAfter = (milliseconds: number): boolean => {
  now += milliseconds;
  return pending.isHanging;
};

test('a process that had nothing to do for long has all of its time for the next request', () => {
  begin(1);
  pending.take(frame(1, FrameKind.TOKENS));
  pending.remove(1);
  expect(hangsAfter(HOUR_MS)).toBe(false);
  begin(2);
  expect([hangsAfter(ALLOWED_MS), hangsAfter(1)]).toEqual([false, true]);
});

test('a process that goes on saying something does not hang, however long it takes', () => {
  begin(1);
  for (let minute = 0; minute < 60; minute++) {
    expect(hangsAfter(ALLOWED_MS)).toBe(false);
    pending.take(frame(1, FrameKind.TOKENS));
  }
  expect(hangsAfter(ALLOWED_MS + 1)).toBe(true);
});

test('who waits behind another has its time from the end of that one', () => {
  begin(1);
  begin(2);
  now = ALLOWED_MS;
  pending.take(frame(1, FrameKind.DONE));
  pending.remove(1);
  expect([hangsAfter(ALLOWED_MS), hangsAfter(1)]).toEqual([false, true]);
});

test('an answer is what the process says, or its refusal', async () => {
  const answers = [1, 2, 3].map((id) => pending.answer(id, ALLOWED_MS));
  const done = frame(1, FrameKind.DONE);
  pending.take(done);
  pending.take(frame(2, FrameKind.FAILED, { message: 'too wide' }));
  pending.take(frame(3, FrameKind.FAILED, { message: 'NaN', nonsense: true }));
  expect(await Promise.allSettled(answers)).toEqual([
    { status: 'fulfilled', value: done },
    { status: 'rejected', reason: new EngineRefused('too wide') },
    { status: 'rejected', reason: new EngineNonsense('NaN') },
  ]);
  expect(pending.size).toBe(0);
});
