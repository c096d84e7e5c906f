/** TypeORM's view of the database: one factory for the application, its workers, the tests and the TypeORM CLI. */
import path from 'node:path';
import { DataSource, DefaultNamingStrategy, type DataSourceOptions, type Logger } from 'typeorm';
import { connectionTo } from './connection';
import { EnduringClient } from './enduring-client';
import type { SilenceWatch } from './silence-watch';

export const APPLICATION_ROLE = 'flywheel_app';

/** Columns are snake_case, tables carry the name that the entity states. */
class SnakeNamingStrategy extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string, prefixes: string[]): string {
    return snake([...prefixes, customName || propertyName].join('_'));
  }

  override joinColumnName(relationName: string, referencedColumnName: string): string {
    return snake(`${relationName}_${referencedColumnName}`);
  }
}

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** TypeORM would print failures itself, beside whoever catches them. */
const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

export interface DataSourceSettings {
  readonly url: string;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly pool: number;
  /** As whom: the application role is under row-level security, the owner is not. */
  readonly role: 'APPLICATION' | 'OWNER';
  /** How long one statement may take, its waiting for locks included; absent = as long as it takes. */
  readonly statementMs?: number;
  /** Tells who waits when the server says nothing any more. */
  readonly watch?: SilenceWatch;
}

/** The folder of migrations beside the sources, or beside the compiled files. */
const MIGRATIONS = path.resolve(__dirname, '../../../migrations/*.{ts,js}');

export function createDataSource(settings: DataSourceSettings): DataSource {
  const { url, entities, pool, role, statementMs, watch } = settings;
  const { connectionString, ...connection } = connectionTo(
    url,
    role === 'APPLICATION' ? { role: APPLICATION_ROLE } : {},
    statementMs === undefined ? {} : bounds(statementMs),
  );
  return new DataSource({
    type: 'postgres',
    url: connectionString,
    entities,
    migrations: [MIGRATIONS],
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeNamingStrategy(),
    synchronize: false,
    installExtensions: false,
    logger: SILENT,
    poolSize: pool,
    applicationName: 'flywheel',
    extra: {
      Client: EnduringClient,
      watch,
      ...connection,
      // Those who wait for a connection behind statements that take so long.
      ...(statementMs !== undefined && { connectionTimeoutMillis: statementMs }),
    },
  });
}

/** Between two statements a transaction may wait for somebody else's server. */
function bounds(statementMs: number): Record<string, string> {
  return {
    statement_timeout: String(statementMs),
    idle_in_transaction_session_timeout: String(2 * statementMs),
  };
}
