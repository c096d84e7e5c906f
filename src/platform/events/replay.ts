/** Lets a subscriber hear everything again: how a projection is built anew. Belongs in the transaction that empties it. */
import type { UnitOfWork } from '../database';

export async function replayEvents(unitOfWork: UnitOfWork, subscriber: string): Promise<void> {
  await unitOfWork.sql(
    `update event_cursors set transaction_id = '0', position = 0, failures = 0, last_error = null where subscriber = $1`,
    [subscriber],
  );
}
