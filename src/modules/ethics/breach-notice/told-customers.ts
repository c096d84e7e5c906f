/** How many customers were told of incidents until a moment, the first and the last of them; each by its first notice. Nobody is named. */
import { type Database, SERVICE } from '../../../platform/database';

export interface ToldCustomers {
  readonly customers: number;
  readonly first: Date;
  readonly last: Date;
}

const TOLD = `select incident_id as "incidentId", count(*)::int as customers, min(told_at) as first, max(told_at) as last
  from (select incident_id, customer_id, min(created_at) as told_at from breach_notices
    where incident_id = any($1) and created_at < $2 and ($3::text is null or customer_id = $3) group by 1, 2) as each
  group by 1`;

/** By incident. @param customerId null = whoever was told; of one customer, that it was. */
export async function toldCustomers(
  { read }: Pick<Database, 'read'>,
  incidentIds: readonly string[],
  until: Date,
  customerId: string | null,
): Promise<ReadonlyMap<string, ToldCustomers>> {
  const values = [incidentIds, until, customerId];
  const rows = await read.sql<ToldCustomers & { incidentId: string }>(
    SERVICE,
    'ethics told customers',
    TOLD,
    values,
  );
  return new Map(rows.map(({ incidentId, ...told }) => [incidentId, told]));
}
