/**
 * Messages between processes over LISTEN/NOTIFY: cache invalidation and live updates. One connection a process, made anew when
 * it breaks. What was said meanwhile is lost: whoever listens is told so, and keeps a belt of its own for as long as it lasts.
 */
import { Client, type Pool } from 'pg';
import { breakOff, connectionTo, type UnitOfWork } from '../database';
import type { Log } from '../log';
import type { SignalListener, Signals } from './event';

interface Listener {
  readonly hear: SignalListener;
  readonly missed: (() => void) | undefined;
}

const RECONNECT_MS = 500;
const LEAVE_MS = 1_000;

export class PostgresSignals implements Signals {
  private readonly listeners = new Map<string, Set<Listener>>();
  /** The connection that hears; none while it is made anew. */
  private client: Client | undefined;
  private readonly begun = new Map<string, Promise<void>>();
  private listening: Promise<void> = Promise.resolve();
  private stopped = false;
  private wasBroken = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly pool: Pool,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  async start(): Promise<void> {
    const client = new Client({ ...connectionTo(this.url), application_name: 'flywheel signals' });
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload }) => this.hear(channel, payload));
    await client.connect();
    if (this.stopped) return client.end();
    client.on('end', () => this.reconnect());
    this.client = client;
    for (const channel of this.listeners.keys()) this.begin(client, channel);
    await Promise.all(this.begun.values());
    // It may have broken meanwhile: then the next one tells.
    if (this.wasBroken && this.client === client) this.tellMissed();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    const { client } = this;
    if (!client) return;
    // A server that stands still does not take leave.
    const silence = setTimeout(
      () => breakOff(client, new Error('The server does not take leave.')),
      LEAVE_MS,
    );
    await client.end().finally(() => clearTimeout(silence));
  }

  async publish(channel: string, payload: Record<string, unknown>): Promise<void> {
    const text = JSON.stringify(payload);
    if (this.unitOfWork.isOpen()) await this.unitOfWork.sql('select pg_notify($1, $2)', [channel, text]);
    else await this.pool.query('select pg_notify($1, $2)', [channel, text]);
  }

  subscribe(channel: string, hear: SignalListener, missed?: () => void): () => void {
    const listener = { hear, missed };
    let heard = this.listeners.get(channel);
    if (!heard) {
      heard = new Set();
      this.listeners.set(channel, heard);
      if (this.client) this.begin(this.client, channel);
    }
    heard.add(listener);
    return () => heard.delete(listener);
  }

  async established(channel: string): Promise<void> {
    await this.begun.get(channel);
  }

  private begin(client: Client, channel: string): void {
    const begun = this.listen(client, channel).catch((error: unknown) =>
      this.log.warn({ error, channel }, 'could not listen'),
    );
    this.begun.set(channel, begun);
  }

  /** One after another: a connection answers one question at a time. */
  private listen(client: Client, channel: string): Promise<void> {
    this.listening = this.listening
      .catch(() => undefined)
      .then(async () => void (await client.query(`listen ${client.escapeIdentifier(channel)}`)));
    return this.listening;
  }

  private hear(channel: string, text: string | undefined): void {
    const payload = text ? (JSON.parse(text) as Record<string, unknown>) : {};
    for (const { hear } of this.listeners.get(channel) ?? []) this.tell(channel, () => hear(payload));
  }

  /** Once all channels are heard again: what is read from now on misses nothing that is said later. */
  private tellMissed(): void {
    this.wasBroken = false;
    for (const [channel, listeners] of this.listeners)
      for (const { missed } of listeners) if (missed) this.tell(channel, missed);
  }

  private tell(channel: string, listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.log.error({ error, channel }, 'a listener failed');
    }
  }

  private reconnect(): void {
    this.client = undefined;
    this.wasBroken = true;
    if (this.stopped) return;
    this.retry = setTimeout(() => {
      this.start().catch(() => this.reconnect());
    }, RECONNECT_MS);
  }
}
