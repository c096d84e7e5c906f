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
  /** Tells who waits when the server says nothing any more. */
  readonly watch?: SilenceWatch;
}

/** The folder of migrations beside the sources, or beside the compiled files. */
const MIGRATIONS = path.resolve(__dirname, '../../../migrations/*.{ts,js}');

export function createDataSource({ url, entities, pool, role, watch }: DataSourceSettings): DataSource {
  const settings: Record<string, string> = role === 'APPLICATION' ? { role: APPLICATION_ROLE } : {};
  const { connectionString, ...connection } = connectionTo(url, settings);
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
    extra: { Client: EnduringClient, watch, ...connection },
  });
}
