export { BulkRows } from './bulk-rows';
export { connectionTo } from './connection';
export { APPLICATION_ROLE, createDataSource } from './data-source';
export type { Patience } from './awaited-server';
export {
  DatabaseError,
  databaseFailure,
  isUnreachable,
  mayStand,
  sqlState,
  UnreachableError,
} from './database-error';
export { type Database, openDatabase, provideServer, runningServer } from './database';
export { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
export { EmbeddedPostgresError } from './embedded-postgres-files';
export {
  keepMonths,
  MONTHS_AHEAD,
  partitionByMonth,
  pendingMigrations,
  publicTable,
  tenantTable,
} from './migration';
export { breakOff } from './silence-watch';
export { isService, type Scope, scopeOf, SERVICE, tenant } from './scope';
export { UnitOfWork } from './unit-of-work';
export * from './read';
