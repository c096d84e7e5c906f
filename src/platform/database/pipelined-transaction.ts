/**
 * One transaction whose statements travel together: what is sent before the event loop turns is one message. When that is all,
 * it needs no `begin` and no `commit` either; when the work waits for an answer, the transaction is held open until its end.
 */
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { brokenBy, isUnreachable, UnreachableError } from './database-error';
import { breakOff } from './silence-watch';
import { StatementBatch } from './statement-batch';

/** Results that are under way. */
export type Promises<T extends readonly unknown[]> = { readonly [K in keyof T]: Promise<T[K]> };

/** Longer than any commit takes: whoever is to answer is gone, and TCP would notice after a quarter of an hour. */
const SILENCE_MS = 30_000;
const BEGIN = { name: 'fw_begin', text: 'begin' };
const COMMIT = { name: 'fw_commit', text: 'commit' };

export class PipelinedTransaction {
  private batch = new StatementBatch();
  private turn: NodeJS.Immediate | undefined;
  private isHeldOpen = false;
  private failure: Error | undefined;

  private constructor(
    private readonly client: PoolClient,
    private readonly silenceMs: number,
  ) {}

  /** @throws UnreachableError when there is no connection: nothing was sent. */
  static async begin(pool: Pool, silenceMs = SILENCE_MS): Promise<PipelinedTransaction> {
    const client = await pool.connect().catch((error: Error) => {
      throw isUnreachable(error) ? new UnreachableError(error.message, { cause: error }) : error;
    });
    return new PipelinedTransaction(client, silenceMs);
  }

  query<R extends QueryResultRow>(config: QueryConfig): Promise<{ rows: R[] }> {
    this.turn ??= setImmediate(() => this.goAhead());
    const answer = this.batch.query<R>(config);
    this.heed(answer);
    return answer;
  }

  /** Sends what `work` sends, and commits. @throws what failed first; then nothing stands. */
  async commit<T extends readonly unknown[]>(work: () => Promise<Promises<T>>): Promise<T> {
    try {
      const results = await work();
      results.forEach((result) => this.heed(result));
      // What failed before it was sent has been heard of when the microtasks are done: there must be no commit then.
      await new Promise((resolve) => process.nextTick(resolve));
      if (this.failure) throw this.failure;
      if (this.isHeldOpen) void this.batch.query(COMMIT);
      if (!this.batch.isEmpty) await this.send();
      // A statement that failed turned the commit into a rollback.
      if (this.failure) throw this.failure;
      return (await Promise.all(results)) as unknown as T;
    } catch (error) {
      clearImmediate(this.turn);
      if (this.isHeldOpen) await this.heard(this.client.query('rollback')).catch(() => undefined);
      throw this.failure ?? error;
    } finally {
      this.client.release(brokenBy(this.failure));
    }
  }

  /** Whoever asked hears of a failure too; of several in one transaction the first is the cause. */
  private heed(answer: Promise<unknown>): void {
    answer.catch((error: Error) => (this.failure ??= error));
  }

  /** The work waits for what it has sent: the transaction goes on behind it. */
  private goAhead(): void {
    if (!this.isHeldOpen) void this.batch.queryFirst(BEGIN);
    this.isHeldOpen = true;
    this.send().catch(() => undefined);
  }

  private send(): Promise<void> {
    clearImmediate(this.turn);
    this.turn = undefined;
    const { batch } = this;
    this.batch = new StatementBatch();
    return this.heard(batch.send(this.client));
  }

  /** Breaks the connection when it says nothing. */
  private async heard<T>(answer: Promise<T>): Promise<T> {
    const unheard = (): void => {
      breakOff(this.client, new Error(`Connection terminated: nothing was heard for ${this.silenceMs} ms`));
    };
    const timer = setTimeout(unheard, this.silenceMs);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }
}
