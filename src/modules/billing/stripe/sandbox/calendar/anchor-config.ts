/**
 * The anchor of a cycle that is asked for by its day: the next such day in UTC. A month that is too short for it begins
 * its period on its last day, and the anchor itself is the first day of the cycle that really has the number.
 * Source: Stripe's guide to billing cycles, `billing_cycle_anchor_config`.
 */
import { addMonths } from './billing-cycle';

export interface AnchorConfig {
  /** 1 to 31. */
  readonly day: number;
  /** 1 to 12; without it the cycle may begin in any month. */
  readonly month?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

/** A day that some months lack comes back within this many months, 29 February within eight years. */
const SEARCHED_MONTHS = 96;

/** `months`: of one period. Unix seconds; the time of day is that of `from` where nothing else is asked for. */
export function anchorFor(config: AnchorConfig, months: number, from: number): number {
  const now = new Date(from * 1000);
  const time = [
    config.hour ?? now.getUTCHours(),
    config.minute ?? now.getUTCMinutes(),
    config.second ?? now.getUTCSeconds(),
  ] as const;
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1, ...time) / 1000;
  const dayIn = (ahead: number): { at: number; isWhole: boolean } => {
    const start = addMonths(first, ahead);
    const last = (addMonths(start, 1) - start) / DAY;
    return { at: start + (Math.min(config.day, last) - 1) * DAY, isWhole: config.day <= last };
  };
  const fits = (ahead: number): boolean =>
    config.month === undefined || (now.getUTCMonth() + ahead - (config.month - 1)) % months === 0;
  let ahead = 0;
  while (!fits(ahead) || dayIn(ahead).at < from) ahead += 1;
  for (let later = ahead; later <= ahead + SEARCHED_MONTHS; later += months)
    if (dayIn(later).isWhole) return dayIn(later).at;
  return dayIn(ahead).at;
}

const DAY = 86_400;
