/** Which versions of models saw what people said: what a request of theirs must be answered with, taken back or not. */
import { type Database, SERVICE } from '../../../platform/database';
import { groupedInOrder } from '../../../platform/graphql';
import { readLearners } from '../../training';

const DATA = `select distinct kept.customer_id || ' ' || kept.end_user_id as person, used.dataset_version_id as data
  from curated_row_uses as used
    join curated_rows as kept on kept.customer_id = used.customer_id and kept.id = used.row_id
  where (kept.customer_id, kept.end_user_id) in (select * from unnest($1::text[], $2::text[])) order by 1, 2`;

interface PersonOfCustomer {
  readonly customerId: string;
  readonly endUserId: string;
}

interface DataOfPerson {
  readonly person: string;
  readonly data: string;
}

export class RowProvenanceService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Ids, oldest first, for each of these people. */
  async versionsThatLearnedFrom(people: readonly PersonOfCustomer[]): Promise<string[][]> {
    const { read } = this.database;
    const rows = await read.sql<DataOfPerson>(SERVICE, 'feedback.data-of-people', DATA, [
      people.map(({ customerId }) => customerId),
      people.map(({ endUserId }) => endUserId),
    ]);
    const all = [...new Set(rows.map(({ data }) => data))];
    const learners = await readLearners(read, SERVICE, all);
    const byData = new Map(all.map((id, at) => [id, learners[at]!]));
    const keys = people.map(({ customerId, endUserId }) => `${customerId} ${endUserId}`);
    return groupedInOrder(keys, rows, ({ person }) => person).map((seen) =>
      [...new Set(seen.flatMap(({ data }) => byData.get(data)!))].sort(),
    );
  }
}
