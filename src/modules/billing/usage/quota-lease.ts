/**
 * The part of a customer's quota that this process holds, in memory: what may still be given out, and what was given
 * out and is not settled yet. Pure; the database's side of it is the row with the same id.
 */
import type { Period } from '../../../kernel/period';
import type { Reservation } from './metering';

/** A lease is not used any more this long before it ends: the clocks of two machines may differ. */
const MARGIN_MS = 5_000;
/** Slices of this size are taken ahead of need. */
const WORTH_AHEAD = 100;

export class QuotaLease {
  private remaining = 0;
  private lastSlice = 0;
  private inFlight = 0;

  constructor(
    readonly id: string,
    readonly customerId: string,
    readonly period: Period,
    public usedAt: number,
    private expiresAt: number,
  ) {}

  /** Whether requests may be given out of it at this instant. */
  isOpen(now: number): boolean {
    return now < this.period.to.getTime() && now < this.expiresAt - MARGIN_MS;
  }

  has(requests: number): boolean {
    return this.remaining >= requests;
  }

  /** Requests that are missing to serve so many. */
  missing(requests: number): number {
    return Math.max(0, requests - this.remaining);
  }

  add(requests: number, expiresAt: number): void {
    this.remaining += requests;
    this.lastSlice = requests;
    this.expiresAt = expiresAt;
  }

  renew(expiresAt: number): void {
    this.expiresAt = expiresAt;
  }

  /** Whether the next slice is worth taking before anybody waits for it: not near the limit, where slices are small. */
  get runsLow(): boolean {
    return this.lastSlice >= WORTH_AHEAD && this.remaining < this.lastSlice / 4;
  }

  /** Empties the lease; answers how much was left, to be given back. */
  drain(): number {
    const left = this.remaining;
    this.remaining = 0;
    return left;
  }

  /** Somebody else took the lease for dead and gave its rest back: nothing more may be given out of it. */
  void(): void {
    this.remaining = 0;
    this.expiresAt = 0;
  }

  take(requests: number, now: number): Reservation {
    this.remaining -= requests;
    this.inFlight += requests;
    this.usedAt = now;
    return { customerId: this.customerId, leaseId: this.id, periodStart: this.period.from, requests };
  }

  putBack(requests: number): void {
    this.inFlight -= requests;
    this.remaining += requests;
  }

  settled(requests: number): void {
    this.inFlight -= requests;
  }

  /** Nothing that was given out of it is still under way. */
  get isIdle(): boolean {
    return this.inFlight <= 0;
  }
}
