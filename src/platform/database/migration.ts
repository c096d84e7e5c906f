/** What migrations share: row-level security for tables of a tenant, grants, and partitions by month. */
import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource, type DataSourceOptions, MigrationExecutor, type QueryRunner } from 'typeorm';
import { APPLICATION_ROLE, createDataSource } from './data-source';
import { DatabaseError, sqlState } from './database-error';

/** Any number that nothing else locks on. */
const MIGRATION_LOCK = 7_203_114;
/** Months with a partition of their own, the present one included. A day without the job that makes them is no matter. */
export const MONTHS_AHEAD = 3;

/**
 * Whoever waits for a table that a backup reads keeps everybody waiting who comes after it: so it is waited for a moment only, and
 * tried again once those have had their turn.
 */
interface LockPatience {
  readonly eachMs: number;
  readonly pauseMs: number;
  readonly inAllMs: number;
}
const PATIENCE: LockPatience = { eachMs: 1_000, pauseMs: 2_000, inAllMs: 120_000 };
const LOCK_NOT_AVAILABLE = '55P03';

/** Runs what is pending. Many processes may start at once: one migrates, the others wait. */
export async function migrate(source: DataSource, patience = PATIENCE): Promise<string[]> {
  const guard = source.createQueryRunner();
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await runPending(source, guard, patience);
    // The job makes them as well, and there is a month for it.
    await keepMonths(source, patience.eachMs).catch((error: unknown) => {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    });
    return done;
  } finally {
    await guard.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await guard.release();
  }
}

/** @throws DatabaseError where others keep a lock for longer than is waited. */
async function runPending(
  source: DataSource,
  guard: QueryRunner,
  { eachMs, pauseMs, inAllMs }: LockPatience,
): Promise<string[]> {
  const executor = new MigrationExecutor(source, guard);
  executor.transaction = 'each';
  const done: string[] = [];
  const until = performance.now() + inAllMs;
  await guard.query(`set lock_timeout = ${eachMs}`);
  try {
    for (;;) {
      try {
        done.push(...(await executor.executePendingMigrations()).map(({ name }) => name));
        return done;
      } catch (error) {
        if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
        if (performance.now() > until)
          throw new DatabaseError(
            'The database cannot be brought up to date while others hold its tables: end what does (a backup, an open transaction: select * from pg_stat_activity), or start again after it.',
          );
      }
      await delay(pauseMs);
    }
  } finally {
    await guard.query('reset lock_timeout');
  }
}

/** Makes the partitions of the months to come. @throws where somebody holds one of the tables; then none is made. */
export async function keepMonths(source: DataSource, lockMs = PATIENCE.eachMs): Promise<void> {
  await source.transaction(async (manager) => {
    await manager.query(`set local lock_timeout = ${lockMs}`);
    await manager.query('select flywheel_keep_months($1)', [MONTHS_AHEAD]);
  });
}

/** What a database still lacks, and which PostgreSQL it is; nothing is changed. */
export async function pendingMigrations(
  url: string,
  entities: NonNullable<DataSourceOptions['entities']>,
): Promise<{ version: string; pending: string[] }> {
  const source = createDataSource({ url, entities, pool: 1, role: 'OWNER' });
  await source.initialize();
  try {
    const [server] = await source.query<{ version: string; migrated: boolean }[]>(
      `select current_setting('server_version') as version, to_regclass('migrations') is not null as migrated`,
    );
    const done = server!.migrated
      ? await source.query<{ name: string }[]>('select name from migrations')
      : [];
    const names = new Set(done.map(({ name }) => name));
    const known = source.migrations.map(({ name, constructor }) => name ?? constructor.name);
    return { version: server!.version, pending: known.filter((name) => !names.has(name)) };
  } finally {
    await source.destroy();
  }
}

/** A table whose rows belong to a customer (`customer_id`): the application role sees and writes only the current tenant's. */
export async function tenantTable(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`alter table ${table} enable row level security`);
  await runner.query(
    `create policy ${table}_tenant on ${table} to ${APPLICATION_ROLE} using (customer_id = nullif(current_setting('app.customer_id', true), ''))`,
  );
  await runner.query(`grant select, insert, update, delete on ${table} to ${APPLICATION_ROLE}`);
}

/** A table that everyone may read and only the service writes (plans, consent texts, models). */
export async function publicTable(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`grant select on ${table} to ${APPLICATION_ROLE}`);
}

/** Partitions of a table that is declared `partition by range (created_at)`: a default one, and the months to come. */
export async function partitionByMonth(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`create table ${table}_default partition of ${table} default`);
  await runner.query('select flywheel_ensure_months($1, $2)', [table, MONTHS_AHEAD]);
}
