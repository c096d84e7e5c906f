/**
 * One transaction on a connection in pg's pipeline mode: its statements go out together, in one packet, and none waits
 * for the answer of the one before. When one fails PostgreSQL refuses the rest and turns the commit into a rollback.
 */
import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';

interface Stream {
  cork(): void;
  uncork(): void;
}

/** Results that are under way. */
export type Promises<T extends readonly unknown[]> = { readonly [K in keyof T]: Promise<T[K]> };

const BEGIN = { name: 'fw_begin', text: 'begin' };
const COMMIT = { name: 'fw_commit', text: 'commit' };

export class PipelinedTransaction {
  private corked = false;
  private failure: Error | undefined;

  private constructor(private readonly client: PoolClient) {}

  static async begin(pool: Pool): Promise<PipelinedTransaction> {
    const transaction = new PipelinedTransaction(await pool.connect());
    void transaction.query(BEGIN);
    return transaction;
  }

  query<R extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<R>> {
    this.cork();
    const answer = this.client.query<R>(config);
    this.heed(answer);
    return answer;
  }

  /** Sends what `work` sends, and the commit behind it. @throws what failed first; then nothing stands. */
  async commit<T extends readonly unknown[]>(work: () => Promise<Promises<T>>): Promise<T> {
    try {
      const results = await work();
      results.forEach((result) => this.heed(result));
      // What failed before it was sent has been heard of when the microtasks are done: there must be no commit then.
      await new Promise((resolve) => process.nextTick(resolve));
      if (this.failure) throw this.failure;
      await this.end(COMMIT);
      return (await Promise.all(results)) as unknown as T;
    } catch (error) {
      await this.end({ text: 'rollback' }).catch(() => undefined);
      throw this.failure ?? error;
    } finally {
      this.client.release(isOfConnection(this.failure) ? this.failure : undefined);
    }
  }

  /** Whoever asked hears of a failure too; of several in one transaction the first is the cause. */
  private heed(answer: Promise<unknown>): void {
    answer.catch((error: Error) => (this.failure ??= error));
  }

  private async end(config: QueryConfig): Promise<void> {
    const ended = this.query(config);
    this.uncork();
    await ended;
    if (this.failure) throw this.failure;
  }

  private get stream(): Stream {
    return (this.client as unknown as { connection: { stream: Stream } }).connection.stream;
  }

  /** What is sent before the event loop turns leaves as one packet. */
  private cork(): void {
    if (this.corked) return;
    this.corked = true;
    this.stream.cork();
    setImmediate(() => this.uncork());
  }

  private uncork(): void {
    if (!this.corked) return;
    this.corked = false;
    this.stream.uncork();
  }
}

/** An error without an SQLSTATE is the connection's own: it does not go back into the pool. */
function isOfConnection(error: Error | undefined): boolean {
  return error !== undefined && !/^[0-9A-Z]{5}$/.test((error as { code?: string }).code ?? '');
}
