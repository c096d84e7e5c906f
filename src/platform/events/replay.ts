/** Lets a subscriber hear everything again: how a projection is built anew. */
import { SERVICE, type UnitOfWork } from '../database';

/** Tables that hold nothing but what one subscriber makes of events: emptied, they come to the same rows. */
export interface Projection {
  /** Name of the subscriber, and of the projection. */
  readonly subscriber: string;
  readonly tables: readonly string[];
  /** In words for people. */
  readonly holds: string;
}

/** Belongs in the transaction that empties what the subscriber wrote. */
export async function replayEvents(unitOfWork: UnitOfWork, subscriber: string): Promise<void> {
  await unitOfWork.sql(
    `update event_cursors set transaction_id = '0', position = 0, failures = 0, last_error = null where subscriber = $1`,
    [subscriber],
  );
}

/** Forgets a projection. The subscriber makes it anew from the first event on, in whichever process it comes to next. */
export async function rebuildProjection(
  unitOfWork: UnitOfWork,
  { subscriber, tables }: Projection,
): Promise<void> {
  await unitOfWork.run(SERVICE, async () => {
    // The cursor first: whoever is delivering holds it, and writes no more once it is ours.
    await replayEvents(unitOfWork, subscriber);
    for (const table of tables) await unitOfWork.sql(`delete from ${table}`);
  });
}
