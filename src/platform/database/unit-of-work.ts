/**
 * Writes happen inside `run`: one transaction, whose manager lives in AsyncLocalStorage, so that no repository can
 * escape it. A nested `run` joins. A tenant's work runs under row-level security; serialisation failures and
 * deadlocks are retried from the start, so work must not have effects outside the database (use `afterCommit`).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientBase } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { isService, type Scope } from './scope';

interface Transaction {
  readonly scope: Scope;
  readonly manager: EntityManager;
  readonly afterCommit: (() => void)[];
}

const MAX_ATTEMPTS = 4;
const RETRYABLE = new Set(['40001', '40P01']);

export class UnitOfWork {
  private readonly current = new AsyncLocalStorage<Transaction>();

  constructor(
    private readonly tenantSource: DataSource,
    private readonly serviceSource: DataSource,
  ) {}

  /** Runs `work` in a transaction under `scope`, or joins the one that is open. */
  async run<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const open = this.current.getStore();
    if (open) {
      assertJoinable(open.scope, scope);
      return work();
    }
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(scope, work);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  /** The repository of an entity inside the open transaction. @throws Error outside of `run`. */
  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager().getRepository(entity);
  }

  /** The manager of the open transaction. @throws Error outside of `run`. */
  manager(): EntityManager {
    const open = this.current.getStore();
    if (!open) throw new Error('a write needs unitOfWork.run around it');
    return open.manager;
  }

  isOpen(): boolean {
    return this.current.getStore() !== undefined;
  }

  /** The connection of the open transaction when a read under `scope` belongs into it; undefined otherwise. */
  connection(scope: Scope): ClientBase | undefined {
    const open = this.current.getStore();
    if (!open || !covers(open.scope, scope)) return undefined;
    return (open.manager.queryRunner as unknown as { databaseConnection: ClientBase }).databaseConnection;
  }

  /** Runs raw SQL in the open transaction. */
  async sql<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    const result: unknown = await this.manager().query(text, [...values]);
    // TypeORM answers [rows, count] for UPDATE and DELETE … RETURNING, and the rows for everything else.
    const rows =
      Array.isArray(result) &&
      result.length === 2 &&
      Array.isArray(result[0]) &&
      typeof result[1] === 'number';
    return (rows ? (result as [R[], number])[0] : result) as R[];
  }

  /** Calls `effect` once the open transaction has committed; never when it rolls back. */
  afterCommit(effect: () => void): void {
    const open = this.current.getStore();
    if (!open) throw new Error('afterCommit needs unitOfWork.run around it');
    open.afterCommit.push(effect);
  }

  /** Leaves the open transaction for `work`: what must stand even when the caller's transaction rolls back. */
  outside<T>(work: () => Promise<T>): Promise<T> {
    return this.current.exit(work);
  }

  private async attempt<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const source = isService(scope) ? this.serviceSource : this.tenantSource;
    const result = await source.transaction(async (manager) => {
      if (!isService(scope))
        await manager.query("select set_config('app.customer_id', $1, true)", [scope.customerId]);
      return this.current.run({ scope, manager, afterCommit }, work);
    });
    for (const effect of afterCommit) effect();
    return result;
  }
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
