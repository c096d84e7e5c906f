/** How often a training keeps where it stands: a crash costs the work of this time, and keeping must not be most of the work. */

/** What is kept of a small network costs nothing. */
const LEAST_MS = 500;
/** Of a large one keeping takes a second and more, here and in the process that serves: so many times that is learned first. */
const TIMES = 10;

/** Milliseconds from the end of one checkpoint to the next. @param keptMs what the last one took. */
export function checkpointPause(keptMs: number): number {
  return Math.max(LEAST_MS, TIMES * keptMs);
}
