/**
 * When work that may wait is done: while nobody else needs the device, and otherwise at the latest moment from which all of it
 * can still be done in time. The earliest deadline goes first, which is optimal on one device (Jackson 1955; Liu and Layland
 * 1973), so the latest start of all is the smallest of deadline − work up to that deadline. Pure: the time is handed in.
 */
export interface Deferred {
  /** In milliseconds on the clock of the house. */
  readonly deadlineAt: number;
  /** Device time by the cost model, and the way to the device and back. */
  readonly expectedMs: number;
}

export interface DeferralTerms {
  /** Part of the device that deferred work can count on while all others want it, too: 0–1. */
  readonly share: number;
  /** Kept free before each deadline for what no model foresees: a device that is lost, a process that starts anew. */
  readonly slackMs: number;
}

export const DEFERRAL_TERMS: DeferralTerms = { share: 0.25, slackMs: 20_000 };

/** The latest moment at which the device must turn to this work; Infinity without any. */
export function latestStart(works: readonly Deferred[], { share, slackMs }: DeferralTerms): number {
  let doneMs = 0;
  let latest = Infinity;
  for (const { deadlineAt, expectedMs } of inTurn(works)) {
    doneMs += expectedMs / share;
    latest = Math.min(latest, deadlineAt - slackMs - doneMs);
  }
  return latest;
}

/** Whether one more can be admitted so that all of them are done in time, whatever others want of the device. */
export function fits(
  works: readonly Deferred[],
  one: Deferred,
  now: number,
  terms: DeferralTerms = DEFERRAL_TERMS,
): boolean {
  const { share, slackMs } = terms;
  let beforeMs = 0;
  let isBehind = false;
  for (const work of inTurn([...works, one])) {
    isBehind ||= work === one;
    if (work !== one) beforeMs += work.expectedMs / share;
    const freeMs = work.deadlineAt - slackMs - beforeMs - now;
    // What would be late without it is not its fault.
    if (isBehind && freeMs < one.expectedMs / share && (work === one || freeMs >= 0)) return false;
  }
  return true;
}

/** Whether the first in turn may go to the device now. */
export function mayBegin(
  works: readonly Deferred[],
  { now, isQuiet }: { readonly now: number; readonly isQuiet: boolean },
  terms: DeferralTerms = DEFERRAL_TERMS,
): boolean {
  return works.length > 0 && (isQuiet || now >= latestStart(works, terms));
}

/** The earliest deadline first. */
export function inTurn<W extends Deferred>(works: readonly W[]): W[] {
  return [...works].sort((a, b) => a.deadlineAt - b.deadlineAt);
}
