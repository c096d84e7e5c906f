import { type AssessmentState, impactStanding, latestReview } from './impact-standing';

const NOW = new Date('2026-06-01T00:00:00Z');
const before = new Date(NOW.getTime() - 1);
const after = new Date(NOW.getTime() + 1);
const GOOD: AssessmentState = { tier: 'HIGH', reviewBy: after, supersededAt: null };

describe('an assessment', () => {
  test('is in force until the moment of its review, and no longer', () => {
    expect(impactStanding(GOOD, [], NOW)).toBe('IN_FORCE');
    expect(impactStanding({ ...GOOD, reviewBy: NOW }, [], NOW)).toBe('REVIEW_OVERDUE');
  });

  test('does not speak while an action is overdue, and does again when it is closed', () => {
    expect(impactStanding(GOOD, [{ dueAt: NOW, closedAt: null }], NOW)).toBe('ACTIONS_OVERDUE');
    expect(impactStanding(GOOD, [{ dueAt: after, closedAt: null }], NOW)).toBe('IN_FORCE');
    expect(impactStanding(GOOD, [{ dueAt: before, closedAt: NOW }], NOW)).toBe('IN_FORCE');
  });

  test('of a prohibited use stays prohibited, reviewed or not', () => {
    expect(impactStanding({ ...GOOD, tier: 'PROHIBITED', reviewBy: before }, [], NOW)).toBe('PROHIBITED');
  });

  test('that another one followed says nothing any more', () => {
    expect(impactStanding({ ...GOOD, tier: 'PROHIBITED', supersededAt: before }, [], NOW)).toBe('SUPERSEDED');
  });
});

test.each([
  ['2025-11-29T12:00:00.000Z', '2027-11-29T12:00:00.000Z'],
  // A leap day lies between: 731 days.
  ['2026-11-29T12:00:00.000Z', '2028-11-29T12:00:00.000Z'],
  ['2028-02-29T00:00:00.000Z', '2030-03-01T00:00:00.000Z'],
])('what is assessed at %s may speak until %s', (now, latest) => {
  expect(latestReview(new Date(now)).toISOString()).toBe(latest);
});
