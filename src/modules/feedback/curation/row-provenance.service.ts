/** Which versions of models saw what a person said: what a request of theirs must be answered with, taken back or not. */
import { type Database, SERVICE } from '../../../platform/database';
import { readLearners } from '../../training';

const DATA = `select distinct used.dataset_version_id as id from curated_row_uses as used
    join curated_rows as kept on kept.customer_id = used.customer_id and kept.id = used.row_id
  where kept.customer_id = $1 and kept.end_user_id = $2 order by 1`;

export class RowProvenanceService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Ids, oldest first. */
  async versionsThatLearnedFrom(customerId: string, endUserId: string): Promise<string[]> {
    const { read } = this.database;
    const data = await read.sql<{ id: string }>(SERVICE, 'feedback.data-of-person', DATA, [
      customerId,
      endUserId,
    ]);
    const learners = await readLearners(
      read,
      SERVICE,
      data.map(({ id }) => id),
    );
    return [...new Set(learners.flat())].sort();
  }
}
