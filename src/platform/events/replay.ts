/** How a projection is built anew: its subscriber hears everything again, or all of its rows are added up again. */
import { SERVICE, type UnitOfWork } from '../database';

/** Tables that hold nothing but what is made of something else: emptied, they come to the same rows. */
export interface Projection {
  /** Of the subscriber that makes it of events, unless it is made of rows. */
  readonly name: string;
  readonly tables: readonly string[];
  /** In words for people. */
  readonly holds: string;
  /** What it is made of instead: the table whose writers keep it right, and the statement that makes all of it at once. */
  readonly ofRows?: { readonly table: string; readonly statement: string };
}

/** Belongs in the transaction that empties what the subscriber wrote. */
export async function replayEvents(unitOfWork: UnitOfWork, subscriber: string): Promise<void> {
  await unitOfWork.sql(
    `update event_cursors set transaction_id = '0', position = 0, failures = 0, last_error = null where subscriber = $1`,
    [subscriber],
  );
}

/**
 * Forgets a projection. The subscriber makes it anew from the first event on, in whichever process it comes to next; what is made of
 * rows is there at once, and whoever writes such rows waits for it.
 */
export async function rebuildProjection(
  unitOfWork: UnitOfWork,
  { name, tables, ofRows }: Projection,
): Promise<void> {
  await unitOfWork.run(SERVICE, async () => {
    if (ofRows) await unitOfWork.sql(`lock table ${ofRows.table} in share mode`);
    // The cursor first: whoever is delivering holds it, and writes no more once it is ours.
    else await replayEvents(unitOfWork, name);
    for (const table of tables) await unitOfWork.sql(`delete from ${table}`);
    if (ofRows) await unitOfWork.sql(ofRows.statement);
  });
}
