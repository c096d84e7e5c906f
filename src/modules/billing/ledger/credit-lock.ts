/** Whoever spends, grants, ends or gives back credits of a customer takes turns with all others who do, until its commit. */
import type { UnitOfWork } from '../../../platform/database';

/** In the order of the keys, so that two who need the same ones never wait for each other in a circle. */
const LOCK = `select pg_advisory_xact_lock(key)
  from (select distinct hashtextextended(id, 5200) as key from unnest($1::text[]) id order by 1) ordered`;

/** In the open unit of work. What is read by a later statement is what the one before in the turn has left. */
export async function lockCredits(unitOfWork: UnitOfWork, customerIds: readonly string[]): Promise<void> {
  await unitOfWork.sql(LOCK, [[...new Set(customerIds)]]);
}
