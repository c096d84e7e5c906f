/**
 * Settles what is finished, exactly once. A few inferences are settled by the commits that write them. Of many, at once or one upon
 * the other, only the usage record is written with them, and put off; a quarter of a second later one settlement does for all commits
 * meanwhile what each would have done: lease, counter, credits and ledger cost much the same for ten inferences as for a thousand.
 * Whoever settles a record takes it away in the same transaction; what a process leaves behind when it dies, the others settle.
 */
import type { Clock } from '../../../kernel/clock';
import { isUnreachable, SERVICE, type UnitOfWork } from '../../../platform/database';
import type { Log } from '../../../platform/log';
import type { Metrics } from '../../../platform/metrics';
import type { SettledPeriod, SettlementEntry } from './metering';
import { type DeferredUsage, SettlementRepository } from './settlement.repository';
import { Pace } from './pace';
import { isUncharged, type UsageRecord, usageRecords } from './usage-record';

/** As many in a quarter of a second are settled with their commits: who calls now and then has paid when the answer is there. */
const BRISK = 8;
const DEFER_MS = 250;
const RETRY_MS = 1_000;
/** Who put off a record that is as old has ended, or is slow. */
const LEFT_MS = 5_000;
/** A record that failed alone would fail again at once: it is looked at this much later. */
const APART_MS = 60_000;
/** Records that one transaction settles. */
const MOST_RECORDS = 200;

/** Requests out of a lease. */
export type LeaseUse = Pick<UsageRecord, 'leaseId' | 'requests'>;
type Listener = (used: readonly LeaseUse[], periods: readonly SettledPeriod[]) => void;

interface Waiting extends DeferredUsage {
  /** Out of a lease of this process, which is told of it once. */
  readonly isOwn: boolean;
}

export class SettlementService {
  private readonly repository: SettlementRepository;
  /** What is put off, by id. */
  private readonly waiting = new Map<string, Waiting>();
  /** Records that cannot be settled and stay where they are, each with the time at which it is tried again. */
  private readonly apart = new Map<string, number>();
  private readonly stuck;
  /** Fewer after a failure, until the record is found that keeps the others waiting. */
  private most = MOST_RECORDS;
  private readonly pace = new Pace(DEFER_MS);
  private timer: NodeJS.Timeout | undefined;
  private settling: Promise<void> | undefined;
  private listener: Listener = () => undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.repository = new SettlementRepository(unitOfWork);
    this.stuck = metrics.gauge(
      'usage_stuck_records',
      'Usage records that could not be settled, tried each minute.',
    );
  }

  /** @param listener hears, after the commit, what of this process is settled and how far it brought each period. */
  use(listener: Listener): void {
    this.listener = listener;
  }

  /** In the caller's unit of work, whose commit makes it certain. */
  async settle(entries: readonly SettlementEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const records = usageRecords(entries);
    if (this.pace.after(this.clock.monotonic(), entries.length) > BRISK) return this.defer(records);
    let periods: readonly SettledPeriod[] = [];
    this.unitOfWork.afterCommit(() => this.listener(records, periods));
    periods = await this.repository.settle(records, this.clock.now());
  }

  /** What was put off before now and is still there was put off by processes that have ended. */
  async start(): Promise<void> {
    await this.settleLeft(0);
  }

  /** Settles all that waits; what cannot be settled now, the next start will. */
  async stop(): Promise<void> {
    await this.settling;
    await this.settleWaiting();
    clearTimeout(this.timer);
  }

  /** Settles what other processes have left behind. What they settle themselves meanwhile is passed over. */
  async settleLeft(afterMs = LEFT_MS): Promise<void> {
    const now = this.clock.monotonic();
    for (const [id, again] of this.apart) if (again <= now) this.apart.delete(id);
    const before = new Date(this.clock.millis() - afterMs);
    const left = await this.unitOfWork.run(SERVICE, () =>
      this.repository.left(before, MOST_RECORDS, [...this.apart.keys()]),
    );
    if (left.length === 0) this.stuck.set(this.apart.size);
    this.putOff(left.filter(({ id }) => !this.waiting.has(id)).map((one) => ({ ...one, isOwn: false })));
  }

  private async defer(records: readonly UsageRecord[]): Promise<void> {
    const deferred = records.map((record) => {
      const { firstInferenceId: id, customerId, leaseId, requests } = record;
      return { id, customerId, leaseId, requests, free: isUncharged(record), isOwn: true };
    });
    this.unitOfWork.afterCommit(() => this.putOff(deferred));
    await this.repository.defer(records);
  }

  private putOff(deferred: readonly Waiting[]): void {
    for (const one of deferred) this.waiting.set(one.id, one);
    if (this.waiting.size > 0 && !this.settling) this.settleIn(DEFER_MS);
  }

  private settleIn(milliseconds: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.settling = this.settleWaiting().finally(() => {
        this.settling = undefined;
        if (this.waiting.size > 0) this.settleIn(DEFER_MS);
      });
    }, milliseconds);
  }

  /** What is put off meanwhile is settled with what comes after it. */
  private async settleWaiting(): Promise<void> {
    for (let left = this.waiting.size; left > 0;) {
      const some = [...this.waiting.values()].slice(0, Math.min(this.most, left));
      left -= some.length;
      for (const { id } of some) this.waiting.delete(id);
      try {
        const periods = await this.together(() => this.repository.settleDeferred(some, this.clock.now()));
        this.most = Math.min(this.most * 2, MOST_RECORDS);
        this.listener(
          some.filter(({ isOwn }) => isOwn),
          periods,
        );
      } catch (error) {
        if (some.length === 1 && !isUnreachable(error)) {
          this.setApart(some[0]!, error);
          continue;
        }
        this.log.warn({ error, records: some.length }, 'usage is settled later');
        this.most = Math.max(1, Math.floor(some.length / 2));
        for (const one of some) this.waiting.set(one.id, one);
        return this.settleIn(RETRY_MS);
      }
    }
    this.stuck.set(this.apart.size);
  }

  /** Nothing is lost: it lies in the table, and its quota stays taken. */
  private setApart({ id, customerId }: Waiting, error: unknown): void {
    this.apart.set(id, this.clock.monotonic() + APART_MS);
    this.log.error({ error, customerId, firstInferenceId: id }, 'a usage record cannot be settled');
  }

  /** In a transaction of its own. */
  private async together(work: () => Promise<SettledPeriod[]>): Promise<SettledPeriod[]> {
    const { unitOfWork } = this;
    const [periods] = await unitOfWork.outside(() => unitOfWork.sent(() => [work()] as const));
    return periods;
  }
}
