/**
 * A small map of which every process holds a copy, so that whoever must know at once need not ask the database: read at the start and
 * again every half minute, changed in between by what is heard. What is heard while it is read is newer than what is read.
 */
import type { UnitOfWork } from '../database';
import type { Log } from '../log';
import type { Signals } from './event';

const REFRESH_MS = 30_000;

export type SignalPayload = Readonly<Record<string, unknown>>;
/** A key and its value; null = it is in the map no more. */
export type Change<Value> = readonly [key: string, value: Value | null];

export interface Replicated<Value> {
  /** What is in it, in words, for the log of a process that cannot read it. */
  readonly holds: string;
  readonly channel: string;
  /** All that is in it now. */
  read(): Promise<readonly Change<Value>[]>;
  /** What a message of the channel says. */
  heard(message: SignalPayload): Change<Value>;
  /** Whether an entry stays, whatever is read or heard later; absent = none does. */
  readonly isFinal?: (value: Value) => boolean;
  /** Told of each change that is heard, not of what is read. */
  readonly onHeard?: (key: string, value: Value | null) => void;
}

export class ReplicatedMap<Value> {
  private entries = new Map<string, Value>();
  /** What was heard since each reading that is under way began. */
  private readonly meanwhile = new Set<Map<string, Value | null>>();
  /** Readings so far, and the one that the entries are from: an older one that is answered later says nothing new. */
  private readings = 0;
  private readAt = 0;
  private leave: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly signals: Pick<Signals, 'publish' | 'subscribe'>,
    private readonly unitOfWork: Pick<UnitOfWork, 'afterCommit'>,
    private readonly log: Pick<Log, 'warn'>,
    private readonly of: Replicated<Value>,
  ) {}

  async start(): Promise<void> {
    const again = (): void => void this.refreshQuietly();
    this.leave = this.signals.subscribe(this.of.channel, (message) => this.hear(message), again);
    await this.refresh();
    this.timer = setInterval(again, REFRESH_MS).unref();
  }

  stop(): Promise<void> {
    this.leave?.();
    clearInterval(this.timer);
    return Promise.resolve();
  }

  get(key: string): Value | undefined {
    return this.entries.get(key);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** Tells every process, in the open unit of work, once it is committed. This one need not wait for the news. */
  async tell(message: SignalPayload): Promise<void> {
    await this.signals.publish(this.of.channel, message);
    this.unitOfWork.afterCommit(() => this.hear(message));
  }

  private hear(message: SignalPayload): void {
    const [key, value] = this.of.heard(message);
    if (this.isFinal(key)) return;
    for (const heard of this.meanwhile) heard.set(key, value);
    put(this.entries, key, value);
    this.of.onHeard?.(key, value);
  }

  private async refresh(): Promise<void> {
    const reading = ++this.readings;
    const heard = new Map<string, Value | null>();
    this.meanwhile.add(heard);
    try {
      const read = await this.of.read();
      if (reading < this.readAt) return;
      this.readAt = reading;
      const final = [...this.entries].filter(([key]) => this.isFinal(key));
      const entries = new Map<string, Value>();
      for (const [key, value] of [...read, ...heard, ...final]) put(entries, key, value);
      this.entries = entries;
    } finally {
      this.meanwhile.delete(heard);
    }
  }

  private isFinal(key: string): boolean {
    const value = this.entries.get(key);
    return value !== undefined && (this.of.isFinal?.(value) ?? false);
  }

  /** Whoever asks meanwhile is answered by what was known last. */
  private async refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.log.warn({ error }, `${this.of.holds} could not be read; what was known last stays.`);
    }
  }
}

function put<Value>(entries: Map<string, Value>, key: string, value: Value | null): void {
  if (value === null) entries.delete(key);
  else entries.set(key, value);
}
