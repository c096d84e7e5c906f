/** The DataSource for TypeORM's own command line: `npm run typeorm -- migration:show`. It needs DATABASE_URL. */
import 'reflect-metadata';
import { entities } from './src/app/entities';
import { readConfig } from './src/platform/config';
import { createDataSource } from './src/platform/database';

const { database } = readConfig();
if (database.kind !== 'URL')
  throw new Error('Set DATABASE_URL: the embedded database is migrated by npm start and npm run migrate.');

// The command line speaks through TypeORM's logger, which the product keeps silent.
export default createDataSource({
  url: database.url,
  entities,
  pool: database.pool,
  role: 'OWNER',
}).setOptions({ logger: 'advanced-console' });
