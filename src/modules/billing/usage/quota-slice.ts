/**
 * How much of the remaining quota a process takes at once. Large slices spare the database while there is plenty;
 * near the limit they shrink to what is asked for, so that no process sits on requests that another one needs.
 */

/** The most that one process may hold unused: what a crash keeps from the customer until its lease expires. */
const LARGEST = 500;
/** Where there is no limit nothing is kept from anybody. */
const UNLIMITED = 5000;
/** A slice is at most this part of what is left. */
const PART = 16;

export interface SliceDemand {
  /** Requests left in the period, of which nobody holds a lease; null = no limit. */
  readonly available: number | null;
  /** Requests that wait at this moment. */
  readonly wanted: number;
}

/** Requests to take: never more than are available; 0 when nothing is. */
export function quotaSlice({ available, wanted }: SliceDemand): number {
  if (available === null) return Math.max(UNLIMITED, wanted);
  const part = Math.min(LARGEST, Math.floor(available / PART));
  return Math.max(0, Math.min(available, Math.max(part, wanted)));
}
