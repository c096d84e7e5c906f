/** A database without the product around it, for what is promised below all modules. */
import { type Database, openDatabase } from '../../src/platform/database';
import { cloneDatabase } from './cluster';

export interface BareDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

export async function openBareDatabase(): Promise<BareDatabase> {
  const { url, drop } = await cloneDatabase();
  const database = await openDatabase({ url, pool: 2, entities: [] });
  return {
    database,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
