export { APPLICATION_ROLE, createDataSource } from './data-source';
export { type Database, openDatabase, provideServer } from './database';
export { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from './embedded-postgres';
export { partitionByMonth, publicTable, tenantTable } from './migration';
export { isService, type Scope, scopeOf, SERVICE, tenant } from './scope';
export { sqlState, UnitOfWork } from './unit-of-work';
export * from './read';
