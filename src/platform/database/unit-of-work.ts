/**
 * Writes happen inside `run`: one transaction, whose manager lives in an AsyncScope (AsyncLocalStorage), so that no repository can
 * escape it. A nested `run` joins. A tenant's work runs under row-level security; serialisation failures and
 * deadlocks are retried from the start, so work must not have effects outside the database (use `afterCommit`).
 */
import type { ClientBase, Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { AsyncScope } from '../async-scope';
import { PipelinedTransaction, type Promises } from './pipelined-transaction';
import { PreparedTexts } from './prepared-texts';
import { isService, type Scope, SERVICE } from './scope';

interface Connection {
  query<R extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<R>>;
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

  constructor(
    private readonly tenantSource: DataSource,
    private readonly serviceSource: DataSource,
    /** Connections whose statements do not wait for each other; without them they do. */
    private readonly pipelinePool?: Pool,
  ) {}

  /** Runs `work` in a transaction under `scope`, or joins the one that is open. */
  async run<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const open = this.scope.current();
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
    if (!pool || this.scope.current()) return this.run(SERVICE, async () => all(await work()));
    return this.retried(async () => {
      const afterCommit: (() => void)[] = [];
      const transaction = await PipelinedTransaction.begin(pool);
      const open = { scope: SERVICE, connection: transaction, afterCommit };
      // The commit is inside, too: until it is done the statements of the work are under way, and need what they carry.
      const results = await this.scope.run(open, () => transaction.commit(work));
      for (const effect of afterCommit) effect();
      return results;
    });
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
    return this.scope.current() !== undefined;
  }

  /** The connection of the open transaction when a read under `scope` belongs into it; undefined otherwise. */
  connection(scope: Scope): ClientBase | undefined {
    const open = this.scope.current();
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

  /** Calls `effect` once the open transaction has committed; never when it rolls back. */
  afterCommit(effect: () => void): void {
    this.open().afterCommit.push(effect);
  }

  /** Leaves the open transaction for `work`: what must stand even when the caller's transaction rolls back. */
  outside<T>(work: () => Promise<T>): Promise<T> {
    return this.scope.without(work);
  }

  private open(): Transaction {
    const open = this.scope.current();
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

/** The five-character SQLSTATE of a PostgreSQL error, wherever TypeORM put it. */
export function sqlState(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' ? state : undefined;
}

/** The service may work inside its own transaction on behalf of a tenant; a tenant's transaction never widens. */
function covers(open: Scope, wanted: Scope): boolean {
  return isService(open) || (!isService(wanted) && wanted.customerId === open.customerId);
}

function assertJoinable(open: Scope, wanted: Scope): void {
  if (covers(open, wanted)) return;
  throw new Error('a transaction of one tenant cannot be widened to the service or to another tenant');
}
