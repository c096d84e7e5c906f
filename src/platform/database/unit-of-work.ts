/**
 * Writes happen inside `run`: one transaction, whose manager lives in an AsyncScope (AsyncLocalStorage), so that no repository can
 * escape it. A nested `run` joins. A tenant's work runs under row-level security; serialisation failures and
 * deadlocks are retried from the start, so work must not have effects outside the database (use `afterCommit`).
 */
import type { ClientBase, Pool, QueryConfig, QueryResultRow } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { AsyncScope } from '../async-scope';
import { sqlState } from './database-error';
import { PipelinedTransaction, type Promises } from './pipelined-transaction';
import { PreparedTexts } from './prepared-texts';
import { isService, type Scope, SERVICE } from './scope';

interface Connection {
  query<R extends QueryResultRow>(config: QueryConfig): Promise<{ rows: R[] }>;
}

interface Transaction {
  readonly scope: Scope;
  readonly connection: Connection;
  /** Not in a pipelined one, which runs plain statements only. */
  readonly manager?: EntityManager;
  readonly afterCommit: (() => void)[];
}

const MAX_ATTEMPTS = 4;
/** A table changed under a prepared statement: it is prepared anew. */
const STALE_STATEMENT = '0A000';
const RETRYABLE = new Set(['40001', '40P01', STALE_STATEMENT]);

export class UnitOfWork {
  private readonly scope = new AsyncScope<Transaction>();
  private readonly prepared = new PreparedTexts();
  /** The transaction of `sent` while its statements are being sent. */
  private sending: Transaction | undefined;

  constructor(
    private readonly tenantSource: DataSource,
    private readonly serviceSource: DataSource,
    /** Connections whose statements do not wait for each other; without them they do. */
    private readonly pipelinePool?: Pool,
  ) {}

  /** Runs `work` in a transaction under `scope`, or joins the one that is open. */
  async run<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const open = this.current();
    if (open) {
      assertJoinable(open.scope, scope);
      return work();
    }
    return this.retried(() => this.attempt(scope, work));
  }

  /**
   * Runs `work` in one transaction of the service whose statements travel together: `work` sends them all and answers their
   * results as promises, and the commit goes right behind them. Where it must know a result first, it may wait for it.
   */
  async pipelined<T extends readonly unknown[]>(work: () => Promise<Promises<T>>): Promise<T> {
    const pool = this.pipelinePool;
    if (!pool || this.current()) return this.run(SERVICE, async () => all(await work()));
    // The commit is inside, too: until it is done the statements of the work are under way, and need what they carry.
    return this.together(pool, (open, transaction) => this.scope.run(open, () => transaction.commit(work)));
  }

  /**
   * The same for work that has sent all its statements when it returns: nothing waits for a result, so nothing need carry the
   * transaction from one `await` to the next, which is what a write costs most (decision 0016). What is sent later is refused.
   */
  async sent<T extends readonly unknown[]>(send: () => Promises<T>): Promise<T> {
    const pool = this.pipelinePool;
    if (!pool || this.current()) return this.run(SERVICE, () => all(send()));
    return this.together(pool, (open, transaction) =>
      transaction.commit<T>(() => {
        this.sending = open;
        try {
          return Promise.resolve(send());
        } finally {
          this.sending = undefined;
        }
      }),
    );
  }

  /** The repository of an entity inside the open transaction. @throws Error outside of `run`. */
  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager().getRepository(entity);
  }

  /** The manager of the open transaction. @throws Error outside of `run`. */
  manager(): EntityManager {
    const { manager } = this.open();
    if (!manager) throw new Error('a pipelined unit of work runs plain statements only');
    return manager;
  }

  isOpen(): boolean {
    return this.current() !== undefined;
  }

  /** The connection of the open transaction when a read under `scope` belongs into it; undefined otherwise. */
  connection(scope: Scope): ClientBase | undefined {
    const open = this.current();
    if (!open || !covers(open.scope, scope)) return undefined;
    return connectionOf(this.manager());
  }

  /** Runs raw SQL in the open transaction. A text that comes again is prepared: planning costs more than most statements. */
  async sql<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    const { connection } = this.open();
    const name = this.prepared.nameOf(text);
    const { rows } = await connection.query<R & object>({ name, text, values: [...values] });
    return rows;
  }

  /** Waits for its turn: until the open transaction ends, nobody else who takes a turn at this has one, in any process. */
  async takeTurn(at: string): Promise<void> {
    await this.sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [at]);
  }

  /** Calls `effect` once the open transaction has committed; never when it rolls back. */
  afterCommit(effect: () => void): void {
    this.open().afterCommit.push(effect);
  }

  /** Leaves the open transaction for `work`: what must stand even when the caller's transaction rolls back. */
  outside<T>(work: () => Promise<T>): Promise<T> {
    return this.isOpen() ? this.scope.without(work) : work();
  }

  private current(): Transaction | undefined {
    return this.sending ?? this.scope.current();
  }

  private open(): Transaction {
    const open = this.current();
    if (!open) throw new Error('a write needs unitOfWork.run around it');
    return open;
  }

  private async retried<T>(attempt: () => Promise<T>): Promise<T> {
    for (let count = 1; ; count++) {
      try {
        return await attempt();
      } catch (error) {
        const state = sqlState(error) ?? '';
        if (count === MAX_ATTEMPTS || !RETRYABLE.has(state)) throw error;
        if (state === STALE_STATEMENT) this.prepared.forget();
      }
    }
  }

  /** A transaction whose statements travel together. */
  private together<T>(
    pool: Pool,
    work: (open: Transaction, transaction: PipelinedTransaction) => Promise<T>,
  ): Promise<T> {
    return this.retried(async () => {
      const afterCommit: (() => void)[] = [];
      const transaction = await PipelinedTransaction.begin(pool);
      const results = await work({ scope: SERVICE, connection: transaction, afterCommit }, transaction);
      for (const effect of afterCommit) effect();
      return results;
    });
  }

  private async attempt<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const source = isService(scope) ? this.serviceSource : this.tenantSource;
    const result = await source.transaction(async (manager) => {
      if (!isService(scope))
        await manager.query("select set_config('app.customer_id', $1, true)", [scope.customerId]);
      return this.scope.run({ scope, connection: connectionOf(manager), manager, afterCommit }, work);
    });
    for (const effect of afterCommit) effect();
    return result;
  }
}

async function all<T extends readonly unknown[]>(promises: Promises<T>): Promise<T> {
  return (await Promise.all(promises)) as unknown as T;
}

function connectionOf({ queryRunner }: EntityManager): ClientBase {
  return (queryRunner as unknown as { databaseConnection: ClientBase }).databaseConnection;
}

/** The service may work inside its own transaction on behalf of a tenant; a tenant's transaction never widens. */
function covers(open: Scope, wanted: Scope): boolean {
  return isService(open) || (!isService(wanted) && wanted.customerId === open.customerId);
}

function assertJoinable(open: Scope, wanted: Scope): void {
  if (covers(open, wanted)) return;
  throw new Error('a transaction of one tenant cannot be widened to the service or to another tenant');
}
