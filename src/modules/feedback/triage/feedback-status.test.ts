import { FeedbackStatus as Status, mayBecome } from './feedback-status';

test('nothing becomes new again, and a duplicate only by merging', () => {
  for (const from of Object.values(Status)) {
    if (from !== Status.NEW) expect(mayBecome(from, Status.NEW)).toBe(false);
    if (from !== Status.DUPLICATE) expect(mayBecome(from, Status.DUPLICATE)).toBe(false);
  }
});

test('what is closed is opened again by triage alone', () => {
  expect(mayBecome(Status.RESOLVED, Status.TRIAGED)).toBe(true);
  expect(mayBecome(Status.DECLINED, Status.IN_PROGRESS)).toBe(false);
  expect(mayBecome(Status.DUPLICATE, Status.TRIAGED)).toBe(false);
});

test('staying where it is is always allowed', () => {
  for (const status of Object.values(Status)) expect(mayBecome(status, status)).toBe(true);
});
