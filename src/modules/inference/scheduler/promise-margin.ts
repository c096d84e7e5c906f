/**
 * How much later than promised work has lately been done: so much earlier than its deadline new work must be promised. A
 * device that stalls makes a long queue late as a whole; in a queue that is shorter by the stall nothing is late, and the
 * device has no less to do. The worst that was seen counts, and is forgotten by and by.
 */
/** What is left of it after each batch: half after about 350. */
const KEPT = 0.998;

export class PromiseMargin {
  private worstMs = 0;

  get ms(): number {
    return this.worstMs;
  }

  /** @param lateMs how much later than promised the latest of a batch was done; negative for earlier. */
  observe(lateMs: number): void {
    this.worstMs = Math.max(lateMs, this.worstMs * KEPT, 0);
  }
}
