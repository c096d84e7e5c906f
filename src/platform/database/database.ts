/** The database as the rest of the house knows it: a unit of work for writes, a reader for reads, two roles beneath. */
import { Pool, type PoolConfig } from 'pg';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Config } from '../config';
import { awaited, type Patience } from './awaited-server';
import { connectionTo } from './connection';
import { APPLICATION_ROLE, createDataSource } from './data-source';
import { DatabaseError, PASS_OPTIONS, refusalOf, takesNoChanges } from './database-error';
import { type EmbeddedPostgres, runningEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { clusterFolder } from './embedded-postgres-files';
import { EnduringClient, type EnduringConfig } from './enduring-client';
import { migrate } from './migration';
import { type Reader, SqlReader } from './read';
import { SilenceWatch } from './silence-watch';
import { UnitOfWork } from './unit-of-work';

export interface Database {
  /** As the application role, under row-level security. */
  readonly tenantSource: DataSource;
  /** As the owner of the tables: workers, staff, migrations. */
  readonly serviceSource: DataSource;
  readonly servicePool: Pool;
  readonly unitOfWork: UnitOfWork;
  readonly read: Reader;
  readonly url: string;
  close(): Promise<void>;
}

const EMBEDDED_DATABASE = 'flywheel';
const OLDEST_VERSION = 150_000;
/** Whether what a connection is to be arrives: one of its settings, which changes nothing here. */
const TRIAL = { plan_cache_mode: 'force_generic_plan' };
const optionsDropped = `Something between here and PostgreSQL drops the "options" of connections, by which tenants are kept apart: ${PASS_OPTIONS}`;
const CONNECT_TIMEOUT_MS = 10_000;
/** Few write in this way, and each of them gathers what it has into one transaction at a time. */
const PIPELINES = 2;

export interface ProvidedServer {
  readonly url: string;
  /** Only when it is the embedded one: the server, and the folder of its cluster. */
  readonly embedded?: EmbeddedPostgres;
  readonly folder?: string;
}

/**
 * The connection string: the configured one, or that of the embedded server, which is started.
 * With `patience` one that cannot be reached is waited for.
 * @throws DatabaseError, EmbeddedPostgresError that say in one sentence what to mend.
 */
export async function provideServer(
  config: Config['database'],
  patience?: Patience,
): Promise<ProvidedServer> {
  if (config.kind === 'URL') {
    const { url } = config;
    await (patience ? awaited(() => assertUsable(url), patience) : assertUsable(url));
    return { url };
  }
  const folder = clusterFolder(config.folder);
  const embedded = await startEmbeddedPostgres({ folder });
  await createDatabase(embedded.url('postgres'), EMBEDDED_DATABASE);
  return { url: embedded.url(EMBEDDED_DATABASE), embedded, folder };
}

/** The connection string of a server that runs already; undefined when the embedded one does not. */
export function runningServer(config: Config['database']): string | undefined {
  return config.kind === 'URL' ? config.url : runningEmbeddedPostgres(config.folder, EMBEDDED_DATABASE);
}

async function assertUsable(url: string): Promise<void> {
  const { Client } = await import('pg');
  let client: InstanceType<typeof Client> | undefined;
  try {
    // Reads the files that the URL names.
    client = new Client({ ...connectionTo(url, TRIAL), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ number: number; version: string; trial: string; closed: boolean }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
        current_setting('plan_cache_mode') as trial, current_setting('transaction_read_only') = 'on' as closed`,
    );
    if (rows[0]!.trial !== TRIAL.plan_cache_mode) throw new DatabaseError(optionsDropped);
    if (rows[0]!.number < OLDEST_VERSION)
      throw new DatabaseError(
        `DATABASE_URL names a PostgreSQL ${rows[0]!.version}; 15 or later is needed: upgrade it, or name another.`,
      );
    if (rows[0]!.closed) throw takesNoChanges(url);
  } catch (error) {
    throw refusalOf(error, url) ?? error;
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client(connectionTo(adminUrl));
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

export interface DatabaseSettings {
  readonly url: string;
  readonly pool: number;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  /** How long one statement of a tenant's request may take; absent = as long as it takes, as do those of jobs and migrations. */
  readonly statementMs?: number;
  /** How long a server may say nothing to anybody who waits for it; absent = five seconds. */
  readonly silentAfterMs?: number;
}

/** Connects, migrates, and opens both roles. */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  const { url, pool, entities, statementMs, silentAfterMs } = settings;
  const watch = new SilenceWatch(url, silentAfterMs);
  const serviceSource = createDataSource({ url, pool, entities, role: 'OWNER', watch });
  const tenantSource = createDataSource({ url, pool, entities, role: 'APPLICATION', statementMs, watch });
  try {
    await serviceSource.initialize();
    await migrate(serviceSource);
    await tenantSource.initialize();
    await assertActsAsApplication(tenantSource);
  } catch (error) {
    for (const source of [tenantSource, serviceSource]) if (source.isInitialized) await source.destroy();
    watch.close();
    throw refusalOf(error, url) ?? error;
  }
  const servicePool = poolOf(serviceSource);
  const pipelines: PoolConfig & EnduringConfig = {
    // Left to itself PostgreSQL plans a statement over arrays anew each time: a quarter of what a commit took.
    ...connectionTo(url, { plan_cache_mode: 'force_generic_plan' }),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    max: PIPELINES,
    Client: EnduringClient,
    application_name: 'flywheel pipeline',
    watch,
  };
  const pipelinePool = new Pool(pipelines);
  surviveBreaks(pipelinePool);
  const unitOfWork = new UnitOfWork(tenantSource, serviceSource, pipelinePool);
  return {
    url,
    tenantSource,
    serviceSource,
    servicePool,
    unitOfWork,
    read: new SqlReader({
      source: serviceSource,
      tenantPool: poolOf(tenantSource),
      servicePool,
      openTransaction: (scope) => unitOfWork.connection(scope),
    }),
    close: async () => {
      await pipelinePool.end();
      await tenantSource.destroy();
      await serviceSource.destroy();
      watch.close();
    },
  };
}

/** Row-level security holds for the application's role only: what drops the wish for it on the way (a pooler) opens all to all. */
async function assertActsAsApplication(source: DataSource): Promise<void> {
  const [{ role }] = (await source.query('select current_user as role')) as [{ role: string }];
  if (role !== APPLICATION_ROLE)
    throw new DatabaseError(
      `Connections that should act as ${APPLICATION_ROLE} act as ${role}, so tenants would not be kept apart: something between here and PostgreSQL drops their options: ${PASS_OPTIONS}`,
    );
}

/** TypeORM's own pool: reads and writes share the connections. */
function poolOf(source: DataSource): Pool {
  const { master } = source.driver as unknown as { master: Pool };
  surviveBreaks(master);
  return master;
}

/** A pool without these is no pool to graphile-worker; for what they are about see `EnduringClient`. */
function surviveBreaks(pool: Pool): void {
  pool.on('error', () => undefined);
  pool.on('connect', () => undefined);
}
