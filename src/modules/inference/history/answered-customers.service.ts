/** Whom a deployment answered in a time: how many of whose calls. For those who must know whom a fault reached. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';

const ANSWERED = `select customer_id as "customerId", count(*)::text as answers
  from inferences where created_at >= $1 and created_at < $2 and deployment_id = $3
    and ($4::text is null or model_version_id = $4)
  group by 1 order by count(*) desc, 1`;

export interface AnsweredCustomer {
  readonly customerId: string;
  /** A whole number. */
  readonly answers: string;
}

export class AnsweredCustomersService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Most answered first. Reads every record of the time: for a job. @param versionId null = whichever version answered. */
  of(deploymentId: string, versionId: string | null, { from, to }: Period): Promise<AnsweredCustomer[]> {
    const values = [from, to, deploymentId, versionId];
    return this.database.read.sql(SERVICE, 'inference.answered-customers', ANSWERED, values);
  }
}
