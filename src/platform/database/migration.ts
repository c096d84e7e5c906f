/** What migrations share: row-level security for tables of a tenant, grants, and partitions by month. */
import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import { APPLICATION_ROLE, createDataSource } from './data-source';

/** Any number that nothing else locks on. */
const MIGRATION_LOCK = 7_203_114;
/** Months with a partition of their own, the present one included. A day without the job that makes them is no matter. */
export const MONTHS_AHEAD = 3;

/** Runs what is pending. Many processes may start at once: one migrates, the others wait. */
export async function migrate(source: DataSource): Promise<string[]> {
  const guard = source.createQueryRunner();
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await source.runMigrations({ transaction: 'each' });
    await guard.query('select flywheel_keep_months($1)', [MONTHS_AHEAD]);
    return done.map(({ name }) => name);
  } finally {
    await guard.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await guard.release();
  }
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
