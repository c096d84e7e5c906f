/** How a projection is built anew: its subscriber hears everything again, or its rows are added up again, a month at a time. */
import { SERVICE, type UnitOfWork } from '../database';

/** Tables that hold nothing but what is made of something else: emptied, they come to the same rows. */
export interface Projection {
  /** Of the subscriber that makes it of events, unless it is made of rows. */
  readonly name: string;
  readonly tables: readonly string[];
  /** In words for people. */
  readonly holds: string;
  /** What it is made of instead. */
  readonly ofRows?: SummedRows;
}

/** Rows by the day that are made of those of a table which is partitioned by month, and whose writers keep them right. */
interface SummedRows {
  readonly table: string;
  /** The first and the last day of which there is something on either side, as `first` and `last`. */
  readonly span: string;
  /** Empties the days from $1 on and before $2. */
  readonly empty: string;
  /** Makes them of the rows of the table. */
  readonly fill: string;
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
 * rows is there at once.
 */
export async function rebuildProjection(
  unitOfWork: UnitOfWork,
  { name, tables, ofRows }: Projection,
): Promise<void> {
  if (ofRows) return addUpAnew(unitOfWork, ofRows);
  await unitOfWork.run(SERVICE, async () => {
    // The cursor first: whoever is delivering holds it, and writes no more once it is ours.
    await replayEvents(unitOfWork, name);
    for (const table of tables) await unitOfWork.sql(`delete from ${table}`);
  });
}

/** Months of a span, and the partition of each. */
const MONTHS = (table: string, span: string): string =>
  `select month::date::text as starts, (month + interval '1 month')::date::text as ends,
    coalesce(to_regclass('${table}' || to_char(month, '_YYYY_MM'))::text, '${table}_default') as partition
  from (${span}) as span, generate_series(date_trunc('month', first::timestamp), last, interval '1 month') as month order by 1`;

/** Who writes rows of a month waits while that one is added up, and for no other: each is right by itself once it is committed. */
async function addUpAnew(unitOfWork: UnitOfWork, { table, span, empty, fill }: SummedRows): Promise<void> {
  const months = await unitOfWork.run(SERVICE, () =>
    unitOfWork.sql<{ starts: string; ends: string; partition: string }>(MONTHS(table, span), []),
  );
  for (const { starts, ends, partition } of months)
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.sql(`lock table only ${partition} in share mode`);
      await unitOfWork.sql(empty, [starts, ends]);
      await unitOfWork.sql(fill, [starts, ends]);
    });
}
