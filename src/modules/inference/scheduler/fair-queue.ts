/**
 * Who is next. Each customer has a counter of device time received, divided by the weight of its plan; the smallest
 * counter goes first (start-time fair queueing, Goyal, Vin, Cheng 1996). A customer that was idle starts at the present
 * virtual time: it banks no credit. Where nobody waits and nothing runs all begin alike again, as there: who had the device to
 * itself took it from nobody. Charges are estimates until the batch is done, and then become what it truly took.
 */
import { LeastFirst, type Placed } from './least-first';
import type { Work } from './work';

interface Account<W> extends Placed {
  readonly customerId: string;
  weight: number;
  /** Device time received ÷ weight. */
  counter: number;
  /** Rises with each that begins to wait: it decides between those whose counters are the same. */
  since: number;
  readonly waiting: W[];
  waitingRows: number;
  waitingBytes: number;
  running: number;
}

/** A customer in the order of those who can be in one batch. */
interface Turn<W> extends Placed {
  readonly account: Account<W>;
}

/** What was charged for work under way, until it is known what it took. */
interface Charge {
  readonly ms: number;
  /** By which it was divided. */
  readonly weight: number;
}

export interface Taken<W> {
  readonly lane: string;
  readonly works: W[];
  readonly rows: number;
  readonly bytes: number;
}

/** Accounts remembered although nothing of theirs waits: they may still owe time. Past these, those who owe none are looked for, */
const MANY_ACCOUNTS = 1000;
/** and past these the others leave as well: a house that is never idle would keep everyone who ever asked. */
const MOST_ACCOUNTS = 10_000;

export class FairQueue<W extends Work> {
  private readonly accounts = new Map<string, Account<W>>();
  /** Those with something waiting, in turn: the only ones that turns and shares ask about. */
  private readonly active = new Set<Account<W>>();
  private readonly inTurn = new LeastFirst<Account<W>>(isBefore);
  /** Of those with something waiting, together. */
  private activeWeight = 0;
  private begun = 0;
  private readonly rowsByLane = new Map<string, number>();
  private readonly charges = new Map<W, Charge>();
  private virtualTime = 0;
  private waitingRows = 0;
  private waitingBytes = 0;
  private running = 0;
  /** Accounts at which to look again for those that can be forgotten. */
  private lookAt = MANY_ACCOUNTS;

  /** @param estimate device time that this work alone is expected to take, as a part of a full batch. */
  constructor(private readonly estimate: (work: W) => number) {}

  push(work: W): void {
    const account = this.account(work);
    if (account.waiting.length === 0 && account.running === 0) {
      account.counter = Math.max(account.counter, this.virtualTime);
    }
    if (account.waiting.length > 0) this.activeWeight += work.weight - account.weight;
    account.weight = work.weight;
    if (account.waiting.push(work) === 1) this.activate(account);
    account.waitingRows += work.rows;
    account.waitingBytes += work.bytes ?? 0;
    this.add(work, 1);
  }

  /** Takes the next batch: the lane of whoever is first in turn, filled in turn up to so many rows and bytes. Undefined when nothing waits. */
  take(capOf: (lane: string) => number, mostBytes = Infinity): Taken<W> | undefined {
    const first = this.inTurn.least;
    if (!first) return undefined;
    const { lane, rows: firstRows } = first.waiting[0]!;
    const cap = Math.max(capOf(lane), firstRows);
    const works: W[] = [];
    let rows = 0;
    let bytes = 0;
    const accept = (account: Account<W>, work: W): void => {
      this.virtualTime = Math.max(this.virtualTime, account.counter);
      this.detach(account, work);
      this.charge(account, work);
      works.push(work);
      rows += work.rows;
      bytes += work.bytes ?? 0;
    };
    accept(first, first.waiting[0]!);
    const isOver = (): boolean => rows >= cap || this.rowsIn(lane) === 0;
    if (isOver()) return { lane, works, rows, bytes };
    const turns = this.turnsIn(lane);
    for (let turn = turns.least; turn; turn = turns.least) {
      const { account } = turn;
      const work = account.waiting.find((waiting) => waiting.lane === lane);
      // What does not fit now fits no more: there is only less and less room.
      if (!work || work.rows > cap - rows || (work.bytes ?? 0) > mostBytes - bytes) turns.remove(turn);
      else {
        accept(account, work);
        if (isOver()) break;
        turns.moved(turn);
      }
    }
    return { lane, works, rows, bytes };
  }

  /**
   * Replaces the estimate that was charged by what the work truly took; 0 when it was not done. At the weight of the charge: the plan may
   * have changed while the work ran, and a correction at another weight would leave a debt, or a credit, of time that nobody had.
   */
  settle(work: W, ms: number): void {
    const account = this.accounts.get(work.customerId);
    const charged = this.charges.get(work);
    if (!account || charged === undefined) return;
    this.charges.delete(work);
    account.counter += (ms - charged.ms) / charged.weight;
    if (account.waiting.length > 0) this.inTurn.moved(account);
    account.running--;
    this.running--;
    if (this.running === 0 && this.active.size === 0) this.accounts.clear();
    else if (this.accounts.size > this.lookAt) this.forgetIdle();
  }

  /** Takes waiting work out again (the client left). Answers whether it still waited. */
  remove(work: W): boolean {
    const account = this.accounts.get(work.customerId);
    if (!account?.waiting.includes(work)) return false;
    this.detach(account, work);
    return true;
  }

  *all(): Generator<W> {
    for (const { waiting } of this.active) yield* waiting;
  }

  /** Rows that wait, and the bytes that they hold. */
  get rows(): number {
    return this.waitingRows;
  }

  get bytes(): number {
    return this.waitingBytes;
  }

  /** Customers of whom something is remembered. */
  get remembered(): number {
    return this.accounts.size;
  }

  rowsIn(lane: string): number {
    return this.rowsByLane.get(lane) ?? 0;
  }

  lanes(): Iterable<readonly [lane: string, rows: number]> {
    return this.rowsByLane;
  }

  rowsOf(customerId: string): number {
    return this.accounts.get(customerId)?.waitingRows ?? 0;
  }

  bytesOf(customerId: string): number {
    return this.accounts.get(customerId)?.waitingBytes ?? 0;
  }

  /** Part of the device that the customer gets while all who wait now go on waiting: 0–1. */
  shareOf(customerId: string, weight: number): number {
    const own = this.accounts.get(customerId);
    const others = this.activeWeight - (own && own.waiting.length > 0 ? own.weight : 0);
    return weight / (weight + others);
  }

  /** Those who have work in a lane: a batch that can hold more than one looks at all customers once, and not once a work. */
  private turnsIn(lane: string): LeastFirst<Turn<W>> {
    const turns: Turn<W>[] = [];
    for (const account of this.active)
      if (account.waiting.some((waiting) => waiting.lane === lane)) turns.push({ account, place: 0 });
    return new LeastFirst<Turn<W>>((one, other) => isBefore(one.account, other.account), turns);
  }

  private account({ customerId, weight }: W): Account<W> {
    let account = this.accounts.get(customerId);
    if (!account) {
      account = {
        customerId,
        weight,
        counter: this.virtualTime,
        since: 0,
        place: 0,
        waiting: [],
        waitingRows: 0,
        waitingBytes: 0,
        running: 0,
      };
      this.accounts.set(customerId, account);
    }
    return account;
  }

  private activate(account: Account<W>): void {
    account.since = this.begun++;
    this.active.add(account);
    this.inTurn.add(account);
    this.activeWeight += account.weight;
  }

  private detach(account: Account<W>, work: W): void {
    account.waiting.splice(account.waiting.indexOf(work), 1);
    if (account.waiting.length === 0) {
      this.active.delete(account);
      this.inTurn.remove(account);
      // Sums of fractions drift; of nobody it is nothing.
      this.activeWeight = this.active.size === 0 ? 0 : this.activeWeight - account.weight;
    }
    account.waitingRows -= work.rows;
    account.waitingBytes -= work.bytes ?? 0;
    this.add(work, -1);
  }

  /** At the weight of the customer's newest work, and not of this one: a share is what the plan buys when the device is given. */
  private charge(account: Account<W>, work: W): void {
    const ms = this.estimate(work);
    const { weight } = account;
    account.counter += ms / weight;
    if (account.waiting.length > 0) this.inTurn.moved(account);
    account.running++;
    this.running++;
    this.charges.set(work, { ms, weight });
  }

  private add({ lane, rows, bytes = 0 }: W, sign: 1 | -1): void {
    this.waitingRows += sign * rows;
    this.waitingBytes += sign * bytes;
    const sum = this.rowsIn(lane) + sign * rows;
    if (sum > 0) this.rowsByLane.set(lane, sum);
    else this.rowsByLane.delete(lane);
  }

  /** Who waits for nothing and owes nothing would start at the present virtual time anyway. */
  private forgetIdle(): void {
    this.forget(({ counter }) => counter <= this.virtualTime);
    if (this.accounts.size > MOST_ACCOUNTS) this.forget(() => true);
    this.lookAt = Math.max(MANY_ACCOUNTS, 2 * this.accounts.size);
  }

  private forget(may: (account: Account<W>) => boolean): void {
    for (const account of this.accounts.values())
      if (account.waiting.length === 0 && account.running === 0 && may(account))
        this.accounts.delete(account.customerId);
  }
}

/** The smaller counter, and of the same ones whoever has waited longer. */
function isBefore<W>(one: Account<W>, other: Account<W>): boolean {
  return one.counter < other.counter || (one.counter === other.counter && one.since < other.since);
}
