/** Where events stand among all that was committed, and how those between two places are read. */

/** An event's place in the order of commits. */
export interface Place {
  readonly transaction_id: string;
  readonly position: string;
}

/** Committed events that follow each other: those after one place, up to another. */
export interface Stretch {
  readonly after: Place;
  readonly upTo: Place;
}

/** The rows of a stretch, for a `from`: columns as in the view `domain_events`. The parameters are those of `placesOf`. */
export const EVENTS_OF_STRETCH = `(select * from domain_events
  where (transaction_id, position) > ($1::xid8, $2::bigint) and (transaction_id, position) <= ($3::xid8, $4::bigint))`;

export function placesOf({ after, upTo }: Stretch): string[] {
  return [after.transaction_id, after.position, upTo.transaction_id, upTo.position];
}
