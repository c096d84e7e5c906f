/**
 * Events are in the order of their transactions, and a dump that is restored into another server comes with the transactions of
 * the former one: most of them would lie in its future, and nothing that happens there would be delivered until it had counted as far.
 * So they are numbered anew, in the order that they had, as one transaction that has ended long ago.
 */
import { SERVICE, type UnitOfWork } from '../database';

/** The first that no server uses for itself. */
const LONG_AGO = '3';

/** Nothing that was committed here is beyond the next transaction. */
const MOVED = `select exists (select from domain_events where transaction_id >= pg_snapshot_xmax(pg_current_snapshot()))
  or exists (select from event_cursors where transaction_id >= pg_snapshot_xmax(pg_current_snapshot())) as moved`;

/** The tables that the view is made of; all of them have the two columns. */
const TABLES = `select c.oid::regclass::text as name from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'p' and 2 = (
    select count(*) from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
      and (a.attname, a.atttypid) in (('transaction_id', 'xid8'::regtype), ('position', 'int8'::regtype)))`;

const NUMBER = `create temporary table numbered on commit drop as
  select transaction_id, position, row_number() over (order by transaction_id, position) as place
  from domain_events where transaction_id is not null`;

const renumber = (
  table: string,
): string => `update ${table} event set transaction_id = '${LONG_AGO}', position = place
  from numbered n where event.transaction_id = n.transaction_id and event.position = n.position`;

const CURSORS = `update event_cursors c set transaction_id = '${LONG_AGO}', position =
  (select count(*) from numbered n where (n.transaction_id, n.position) <= (c.transaction_id, c.position))`;

/** Answers whether that was needed. Of several processes one does it, and the others wait. */
export function settleMovedEvents(unitOfWork: UnitOfWork): Promise<boolean> {
  return unitOfWork.run(SERVICE, async () => {
    const isMoved = async (): Promise<boolean> => (await unitOfWork.sql<{ moved: boolean }>(MOVED))[0]!.moved;
    if (!(await isMoved())) return false;
    const tables = await unitOfWork.sql<{ name: string }>(TABLES);
    await unitOfWork.sql(
      `lock table event_cursors, ${tables.map(({ name }) => name).join(', ')} in exclusive mode`,
    );
    if (!(await isMoved())) return false;
    await unitOfWork.sql(NUMBER);
    await unitOfWork.sql('create index on numbered (transaction_id, position)');
    for (const { name } of tables) await unitOfWork.sql(renumber(name));
    await unitOfWork.sql(CURSORS);
    return true;
  });
}
