/** The 72 hours of a personal data breach, and what is refused about them. */
import type { AppError } from '../../../kernel/errors';
import { authorityDeadline, type BreachStanding, checkBreach, isAuthorityOverdue } from './breach-clock';

const HOUR = 3_600_000;
const NOW = new Date('2026-11-30T12:00:30Z');
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);
const BREACH: BreachStanding = {
  isPersonalDataBreach: true,
  becameAwareAt: hoursAgo(80),
  authorityNotifiedAt: null,
  authorityReference: null,
  authorityDelayReason: null,
  authorityNotNeededReason: null,
};
const refused = (change: Partial<BreachStanding>): string | undefined => {
  try {
    checkBreach({ ...BREACH, ...change }, NOW);
    return undefined;
  } catch (error) {
    return (error as AppError).path?.at(-1);
  }
};

test('the authority is to know 72 hours after somebody became aware, and not of what is none or harmless', () => {
  const aware = { ...BREACH, becameAwareAt: hoursAgo(72) };
  expect(authorityDeadline(aware)).toEqual(NOW);
  expect(isAuthorityOverdue(aware, NOW)).toBe(false);
  expect(isAuthorityOverdue(aware, new Date(NOW.getTime() + 1))).toBe(true);
  expect(isAuthorityOverdue({ ...BREACH, authorityNotifiedAt: NOW }, NOW)).toBe(false);
  for (const isPersonalDataBreach of [null, false])
    expect(authorityDeadline({ ...BREACH, isPersonalDataBreach })).toBeNull();
  expect(authorityDeadline({ ...BREACH, authorityNotNeededReason: 'It was encrypted.' })).toBeNull();
});

test('what cannot be so is refused, with what is missing', () => {
  const [authorityReference, authorityDelayReason] = ['BfDI 2026/17', 'It was a holiday.'];
  const told = { authorityNotifiedAt: hoursAgo(1), authorityReference };
  expect(refused({ ...told, authorityReference: null })).toBe('authorityReference');
  expect(refused({ authorityReference })).toBe('authorityNotifiedAt');
  expect(refused({ ...told, authorityNotifiedAt: hoursAgo(-1) })).toBe('authorityNotifiedAt');
  expect(refused({ ...told, authorityNotifiedAt: hoursAgo(81) })).toBe('authorityNotifiedAt');
  expect(refused({ becameAwareAt: hoursAgo(-1) })).toBe('becameAwareAt');
  expect(refused(told)).toBe('authorityDelayReason');
  expect(refused({ ...told, authorityDelayReason })).toBeUndefined();
  expect(refused({ ...told, becameAwareAt: hoursAgo(71) })).toBeUndefined();
});

test('whoever is told of it and tells it within a minute is not refused for seconds that nobody writes', () => {
  const minute = new Date('2026-11-30T12:00:00Z');
  expect(
    refused({ becameAwareAt: NOW, authorityNotifiedAt: minute, authorityReference: 'CNIL 4' }),
  ).toBeUndefined();
});
