/** What can be said of telling the people concerned by a breach. */
import type { AppError } from '../../../kernel/errors';
import { checkPeople, PeopleNotification, type PeopleStanding } from './breach-people';

const NOW = new Date('2026-11-30T12:00:00Z');
const reason = 'It was encrypted.';
const refused = (change: Partial<PeopleStanding>): string | undefined => {
  const standing = {
    peopleNotification: null,
    peopleNotificationReason: null,
    peopleNotifiedAt: null,
  };
  try {
    checkPeople({ ...standing, ...change }, NOW);
    return undefined;
  } catch (error) {
    return (error as AppError).path?.at(-1);
  }
};

const { REQUIRED, ...NOT_EACH } = PeopleNotification;

test('they have to be told without a reason, and need not be told for one of four, which is written down', () => {
  expect(refused({})).toBeUndefined();
  expect(refused({ peopleNotification: REQUIRED })).toBeUndefined();
  for (const peopleNotification of Object.values(NOT_EACH)) {
    expect(refused({ peopleNotification })).toBe('peopleNotificationReason');
    expect(refused({ peopleNotification, peopleNotificationReason: reason })).toBeUndefined();
  }
  expect(refused({ peopleNotificationReason: reason })).toBe('peopleNotification');
});

test('that they were told is recorded where they have to be, and of no day that is to come', () => {
  const told = { peopleNotifiedAt: NOW, peopleNotificationReason: reason };
  expect(refused({ ...told, peopleNotification: REQUIRED })).toBeUndefined();
  expect(refused({ ...told, peopleNotification: NOT_EACH.DISPROPORTIONATE })).toBeUndefined();
  expect(refused({ ...told, peopleNotification: NOT_EACH.PROTECTED })).toBe('peopleNotifiedAt');
  const later = new Date(NOW.getTime() + 1);
  expect(refused({ peopleNotification: REQUIRED, peopleNotifiedAt: later })).toBe('peopleNotifiedAt');
});
