/**
 * Reserve before, settle after. A process leases slices of the customer's quota from the one counter in the database
 * and gives them out in memory: exact at the limit, a statement a slice. What is leased and not used goes back when
 * idle, at the stop, and by expiry after a crash.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import type { Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { BILLING_CHANGED } from '../billing.events';
import { paymentOverdue } from '../billing.errors';
import type { CustomerTermsService, Terms } from './customer-terms.service';
import type { MeteringService, Reservation, SettledPeriod, SettlementEntry, UsageWatch } from './metering';
import { boundsOf, isOverCap, quotaRefusal } from './quota-bounds';
import { QuotaLease } from './quota-lease';
import type { QuotaRepository } from './quota.repository';
import { Refusals } from './refusals';
import type { LeaseUse, SettlementService } from './settlement.service';

/** How long a lease outlives the process that held it. */
const LEASE_MS = 60_000;
/** A lease that nobody used for this long goes back. */
const IDLE_MS = 15_000;
const HOUSEKEEPING_MS = 5_000;

interface Waiting {
  readonly requests: number;
  readonly resolve: (reservation: Reservation) => void;
  readonly reject: (error: unknown) => void;
}

export class LeasedMeteringService implements MeteringService {
  /** The lease out of which a customer is served now. */
  private readonly current = new Map<string, QuotaLease>();
  /** Every lease that has something under way or left, by id. */
  private readonly held = new Map<string, QuotaLease>();
  private readonly waiting = new Map<string, Waiting[]>();
  /** Customers whose next slice is being taken. */
  private readonly ahead = new Map<string, Promise<void>>();
  private readonly refusals: Refusals;
  /** Parts of leases on their way back, for which a refill waits. */
  private readonly returning = new Map<string, Promise<void>>();
  private housekeeping: NodeJS.Timeout | undefined;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly quota: QuotaRepository,
    private readonly settlements: SettlementService,
    private readonly terms: CustomerTermsService,
    private readonly watch: UsageWatch,
    private readonly clock: Clock,
    private readonly log: Log,
    signals: Signals,
  ) {
    this.refusals = new Refusals(clock);
    settlements.use((used, periods) => this.settled(used, periods));
    this.unsubscribe = signals.subscribe(
      BILLING_CHANGED,
      ({ customerId }) => this.reconsider(String(customerId)),
      () => [...this.current.keys(), ...this.refusals.customers()].forEach((known) => this.reconsider(known)),
    );
  }

  async start(): Promise<void> {
    await this.settlements.start();
    this.housekeeping = setInterval(() => {
      this.keepHouse().catch((error: unknown) =>
        this.log.warn({ error }, 'leases of quota could not be kept'),
      );
    }, HOUSEKEEPING_MS);
    this.housekeeping.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.housekeeping);
    this.unsubscribe();
    await Promise.all(this.ahead.values());
    await Promise.all(this.returning.values());
    await this.settlements.stop();
    await this.closeIdle(Number.POSITIVE_INFINITY);
  }

  async reserve(customerId: string, requests: number): Promise<Reservation> {
    const now = this.clock.millis();
    const lease = this.current.get(customerId);
    if (lease?.isOpen(now) && lease.has(requests) && !this.waiting.has(customerId)) {
      const reservation = lease.take(requests, now);
      if (lease.runsLow) this.refillAhead(customerId);
      return reservation;
    }
    const refusal = this.refusals.known(customerId);
    if (refusal) throw refusal;
    return new Promise((resolve, reject) => {
      const queue = this.waiting.get(customerId);
      if (queue) queue.push({ requests, resolve, reject });
      else {
        this.waiting.set(customerId, [{ requests, resolve, reject }]);
        void this.serve(customerId);
      }
    });
  }

  async assertLeft(customerId: string, requests: number): Promise<void> {
    const now = this.clock.now();
    const lease = this.current.get(customerId);
    const missing = lease?.isOpen(now.getTime()) ? lease.missing(requests) : requests;
    if (missing === 0) return;
    const refusal = this.refusals.known(customerId);
    if (refusal) throw refusal;
    const terms = await this.terms.of(customerId);
    if (terms.overdue) throw paymentOverdue();
    const bounds = boundsOf(terms);
    if (bounds.limit === null && bounds.cap === null) return;
    const left = await this.quota.left({ customerId, period: terms.period, ...bounds, now });
    if (left.available === null || left.available >= missing) return;
    if (left.capped) this.watch.capped(customerId);
    throw quotaRefusal(terms, bounds, left);
  }

  release({ customerId, leaseId, requests }: Reservation): void {
    const lease = this.held.get(leaseId);
    lease?.putBack(requests);
    this.returnIfRetired(lease);
    this.refusals.forget(customerId);
  }

  settle(entries: readonly SettlementEntry[]): Promise<void> {
    return this.settlements.settle(entries);
  }

  /** Told of what was settled by a commit that was not heard of: its lease is rid of it. */
  settledBefore(reservations: readonly Reservation[]): void {
    for (const { leaseId, requests } of reservations) this.held.get(leaseId)?.settled(requests);
  }

  /** Serves everyone who waits for a customer's quota, a slice at a time, in the order in which they came. */
  private async serve(customerId: string): Promise<void> {
    const queue = this.waiting.get(customerId)!;
    while (queue.length > 0) {
      const batch = queue.length;
      try {
        const { lease, refusal } = await this.refill(
          customerId,
          queue.reduce((sum, { requests }) => sum + requests, 0),
        );
        const now = this.clock.millis();
        let refused = false;
        for (const waiter of queue.splice(0, batch)) {
          if (lease.has(waiter.requests)) waiter.resolve(lease.take(waiter.requests, now));
          else {
            refused = true;
            waiter.reject(refusal);
          }
        }
        this.returnIfRetired(lease);
        // An empty lease alone says nothing: near the limit a slice is just what was asked for.
        if (refused && !lease.has(1)) this.refusals.remember(customerId, refusal);
      } catch (error) {
        for (const waiter of queue.splice(0, batch)) waiter.reject(error);
      }
    }
    this.waiting.delete(customerId);
  }

  /** Takes the next slice while the present one still serves: nobody waits for the database. */
  private refillAhead(customerId: string): void {
    if (this.ahead.has(customerId)) return;
    const taken = this.refill(customerId, 1, true)
      .then(({ lease }) => this.returnIfRetired(lease))
      .catch((error: unknown) => this.log.warn({ error, customerId }, 'quota is taken when it is needed'))
      .finally(() => this.ahead.delete(customerId));
    this.ahead.set(customerId, taken);
  }

  /** Tops the lease up for those who wait. Answers the refusal for those for whom it does not suffice. */
  private async refill(
    customerId: string,
    asked: number,
    ahead = false,
  ): Promise<{ lease: QuotaLease; refusal: Error }> {
    await this.returning.get(customerId);
    const terms = await this.terms.of(customerId);
    const now = this.clock.now();
    const lease = this.leaseFor(customerId, terms, now);
    if (terms.overdue) return { lease, refusal: paymentOverdue() };
    const wanted = ahead ? asked : lease.missing(asked);
    const { period } = terms;
    const bounds = boundsOf(terms);
    if (wanted === 0) return { lease, refusal: quotaRefusal(terms, bounds, { capped: false, granted: 0 }) };
    const expiresAt = new Date(now.getTime() + LEASE_MS);
    const slice = await this.quota.takeSlice({
      customerId,
      leaseId: lease.id,
      period,
      wanted,
      ...bounds,
      now,
      expiresAt,
    });
    if (slice.capped && slice.taken < wanted) this.watch.capped(customerId);
    if (slice.taken > 0) lease.add(slice.taken, expiresAt.getTime());
    return { lease, refusal: quotaRefusal(terms, bounds, slice) };
  }

  private leaseFor(customerId: string, { period }: Terms, now: Date): QuotaLease {
    const held = this.current.get(customerId);
    if (held?.isOpen(now.getTime()) && held.period.from.getTime() === period.from.getTime()) return held;
    const lease = new QuotaLease(
      newId('lse', now),
      customerId,
      period,
      now.getTime(),
      now.getTime() + LEASE_MS,
    );
    this.current.set(customerId, lease);
    this.held.set(lease.id, lease);
    return lease;
  }

  /**
   * Plan, limit or spend cap changed: what was leased under the old terms goes back, and the next request asks anew. So does what comes
   * into that lease later, by a refill that was under way or a request that is not made after all.
   */
  private reconsider(customerId: string): void {
    this.refusals.forget(customerId);
    const lease = this.current.get(customerId);
    this.current.delete(customerId);
    this.returnIfRetired(lease);
  }

  /** What is left of a lease whose customer is served out of another one by now, or out of none yet. */
  private returnIfRetired(lease: QuotaLease | undefined): void {
    if (!lease || this.current.get(lease.customerId) === lease) return;
    const { id, customerId } = lease;
    const left = lease.drain();
    if (left === 0) return;
    const earlier = this.returning.get(customerId);
    const returned: Promise<void> = this.quota
      .giveBack(id, left)
      .catch((error: unknown) =>
        this.log.warn({ error, customerId }, 'quota goes back when its lease expires'),
      )
      .then(() => earlier)
      .finally(() => {
        if (this.returning.get(customerId) === returned) this.returning.delete(customerId);
      });
    this.returning.set(customerId, returned);
  }

  private settled(used: readonly LeaseUse[], periods: readonly SettledPeriod[]): void {
    this.watch.settled(periods);
    for (const period of periods) this.holdAtCap(period);
    for (const { leaseId, requests } of used) this.held.get(leaseId)?.settled(requests);
  }

  /** What is owed has reached the cap: the rest of the lease goes back, and who asks next is asked for money first. */
  private holdAtCap(period: SettledPeriod): void {
    const terms = this.terms.known(period.customerId);
    if (terms && isOverCap(period, terms)) this.reconsider(period.customerId);
  }

  private async keepHouse(): Promise<void> {
    const now = this.clock.now();
    this.refusals.forgetOld();
    await this.settlements.settleLeft();
    await this.closeIdle(now.getTime());
    const ids = [...this.held.keys()];
    if (ids.length === 0) return;
    const expiresAt = new Date(now.getTime() + LEASE_MS);
    const alive = await this.quota.renew(ids, now, expiresAt);
    for (const id of ids) {
      const lease = this.held.get(id);
      if (alive.has(id)) lease?.renew(expiresAt.getTime());
      else lease?.void();
    }
  }

  private async closeIdle(now: number): Promise<void> {
    const idle = [...this.held.values()].filter(
      (lease) =>
        lease.isIdle &&
        !this.waiting.has(lease.customerId) &&
        !this.ahead.has(lease.customerId) &&
        (now - lease.usedAt >= IDLE_MS || this.current.get(lease.customerId) !== lease),
    );
    if (idle.length === 0) return;
    for (const lease of idle) {
      this.held.delete(lease.id);
      if (this.current.get(lease.customerId) === lease) this.current.delete(lease.customerId);
    }
    await this.quota.close(idle.map(({ id }) => id));
  }
}
