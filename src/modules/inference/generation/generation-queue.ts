/**
 * Who may write now. So many texts are written at a time; who comes later waits in fair turn by the device time that each
 * customer received for its weight. Pure: the time is handed in.
 */
import type { Refusal } from '../scheduler/admission';
import { FairQueue } from '../scheduler/fair-queue';
import type { Work } from '../scheduler/work';

export interface GenerationLimits {
  /** Texts written at a time. */
  readonly slots: number;
  /** Texts that may wait for one customer, and for all together. */
  readonly customerWaiting: number;
  readonly totalWaiting: number;
}

/** What may wait grows with what is written. */
export function limitsOf(slots: number): GenerationLimits {
  return { slots, customerWaiting: 2 * slots, totalWaiting: 32 * slots };
}

/** How much the last text counts in what one is expected to take. */
const NEWEST = 0.2;
const FIRST_GUESS_MS = 500;

export class GenerationQueue<W extends Work> {
  private readonly queue = new FairQueue<W>(() => this.deviceMs);
  private readonly writing = new Map<W, number>();
  private waiting = 0;
  private slotMs = FIRST_GUESS_MS;
  private deviceMs = FIRST_GUESS_MS / 4;

  constructor(private readonly limits: GenerationLimits) {}

  /** Lets the work wait for a slot, or says why not and when to come back. */
  offer(work: W, now: number): Refusal | undefined {
    const { slots, customerWaiting, totalWaiting } = this.limits;
    const own = this.queue.rowsOf(work.customerId);
    const turnMs = this.slotMs / slots;
    const wait = (ahead: number): number => Math.ceil(ahead * turnMs);
    if (own >= customerWaiting)
      return { reason: 'CUSTOMER_FULL', retryAfterMs: wait(own / this.shareOf(work)) };
    if (this.waiting >= totalWaiting) return { reason: 'QUEUE_FULL', retryAfterMs: wait(this.waiting) };
    const free = this.writing.size < slots && this.waiting === 0;
    const expected = free ? 0 : wait(Math.min(this.waiting, own / this.shareOf(work)) + 1);
    if (expected > work.deadlineAt - now) return { reason: 'DEADLINE', retryAfterMs: expected };
    this.queue.push(work);
    this.waiting++;
    return undefined;
  }

  /** Nothing is written and nothing waits. */
  get isIdle(): boolean {
    return this.writing.size === 0 && this.waiting === 0;
  }

  /** The next one to write, if there is a slot. */
  next(now: number): W | undefined {
    if (this.writing.size >= this.limits.slots) return undefined;
    const work = this.queue.take(() => 1)?.works[0];
    if (!work) return undefined;
    this.waiting--;
    this.writing.set(work, now);
    return work;
  }

  /** The text ended, whatever became of it: its customer is charged what the device truly took. */
  finished(work: W, deviceMs: number, now: number): void {
    const since = this.writing.get(work);
    if (since === undefined) return;
    this.writing.delete(work);
    this.queue.settle(work, deviceMs);
    this.slotMs += NEWEST * (now - since - this.slotMs);
    this.deviceMs += NEWEST * (deviceMs - this.deviceMs);
  }

  /** The client left, or its time was up. Answers whether the work still waited. */
  remove(work: W): boolean {
    const waited = this.queue.remove(work);
    if (waited) this.waiting--;
    return waited;
  }

  private shareOf({ customerId, weight }: W): number {
    return this.queue.shareOf(customerId, weight);
  }
}
