import { type Database, tenant } from '../../platform/database';
import type { selectionOf } from '../../platform/graphql';

/** Reads back, within the open transaction if there is one, what a mutation changed. */
export function ownRow<T>(
  database: Database,
  entity: new () => T,
  customerId: string,
  id: string,
  selection: ReturnType<typeof selectionOf>,
): Promise<T | null> {
  return database.read.one(entity, { scope: tenant(customerId), where: { customerId, id }, selection });
}
