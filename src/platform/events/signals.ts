/**
 * Messages between processes over LISTEN/NOTIFY: cache invalidation and live updates. They may be lost (a broken
 * connection), so whoever listens keeps a belt of its own. One connection a process, made anew when it breaks.
 */
import { Client, type Pool } from 'pg';
import type { UnitOfWork } from '../database';
import type { Log } from '../log';
import type { Signals } from './event';

type Listener = (payload: Record<string, unknown>) => void;

const RECONNECT_MS = 500;

export class PostgresSignals implements Signals {
  private readonly listeners = new Map<string, Set<Listener>>();
  private client: Client | undefined;
  private readonly begun = new Map<string, Promise<void>>();
  private listening: Promise<void> = Promise.resolve();
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly pool: Pool,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  async start(): Promise<void> {
    const client = new Client({ connectionString: this.url, application_name: 'flywheel signals' });
    client.on('error', () => undefined);
    client.on('end', () => this.reconnect());
    client.on('notification', ({ channel, payload }) => this.hear(channel, payload));
    await client.connect();
    this.client = client;
    for (const channel of this.listeners.keys()) this.begin(channel);
    await this.listening;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.client?.end();
  }

  async publish(channel: string, payload: Record<string, unknown>): Promise<void> {
    const text = JSON.stringify(payload);
    if (this.unitOfWork.isOpen()) await this.unitOfWork.sql('select pg_notify($1, $2)', [channel, text]);
    else await this.pool.query('select pg_notify($1, $2)', [channel, text]);
  }

  subscribe(channel: string, listener: Listener): () => void {
    let heard = this.listeners.get(channel);
    if (!heard) {
      heard = new Set();
      this.listeners.set(channel, heard);
      if (this.client) this.begin(channel);
    }
    heard.add(listener);
    return () => heard.delete(listener);
  }

  async established(channel: string): Promise<void> {
    await this.begun.get(channel);
  }

  private begin(channel: string): void {
    const begun = this.listen(channel).catch((error: unknown) =>
      this.log.warn({ error, channel }, 'could not listen'),
    );
    this.begun.set(channel, begun);
  }

  /** One after another: a connection answers one question at a time. */
  private listen(channel: string): Promise<void> {
    this.listening = this.listening
      .catch(() => undefined)
      .then(async () => void (await this.client?.query(`listen ${this.client.escapeIdentifier(channel)}`)));
    return this.listening;
  }

  private hear(channel: string, text: string | undefined): void {
    const payload = text ? (JSON.parse(text) as Record<string, unknown>) : {};
    for (const listener of this.listeners.get(channel) ?? []) {
      try {
        listener(payload);
      } catch (error) {
        this.log.error({ error, channel }, 'a listener failed');
      }
    }
  }

  private reconnect(): void {
    this.client = undefined;
    if (this.stopped) return;
    // A connection that cannot be made says so twice.
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.start().catch(() => this.reconnect());
    }, RECONNECT_MS);
  }
}
