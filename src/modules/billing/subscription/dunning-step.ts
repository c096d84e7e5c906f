/** What happens to a subscription whose payment is late, by the time that has passed: service, then reading, then the end. */

export type DunningStep = 'GRACE' | 'READ_ONLY' | 'END';

/** For how long everything can still be read after the days of grace. */
export const READ_ONLY_MS = 14 * 86_400_000;

export function dunningStep(graceEndsAt: Date, now: Date): DunningStep {
  if (now < graceEndsAt) return 'GRACE';
  return now.getTime() < graceEndsAt.getTime() + READ_ONLY_MS ? 'READ_ONLY' : 'END';
}
