/** How much was said in a period and how it was answered: figures for reports, never words. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { PERSON_COUNTS_SQL } from '../../identity';
import type { FeedbackKind } from '../feedback-kind';

export interface FeedbackCount {
  readonly kind: FeedbackKind;
  readonly submitted: number;
  readonly withdrawn: number;
  /** No longer waiting for a first look. */
  readonly triaged: number;
  /** Resolved, declined, or merged into another one. */
  readonly closed: number;
  /** Mean score on the scale of the kind, without those of people who restricted the use of their data (decision 338); null where there is none. */
  readonly meanScore: number | null;
}

export class FeedbackSummaryService {
  constructor(private readonly database: Database) {}

  /** Of one customer, or of all; by kind, in order. */
  counts({ from, to }: Period, customerId: string | null = null): Promise<FeedbackCount[]> {
    return this.database.read.sql<FeedbackCount>(
      SERVICE,
      'feedback-counts',
      `select kind, count(*)::int as submitted,
         count(*) filter (where withdrawn_at is not null)::int as withdrawn,
         count(*) filter (where status <> 'NEW')::int as triaged,
         count(*) filter (where status in ('RESOLVED', 'DECLINED', 'DUPLICATE'))::int as closed,
         avg(score) filter (where ${PERSON_COUNTS_SQL('feedback.customer_id', 'feedback.end_user_id')}) as "meanScore"
       from feedback where created_at >= $1 and created_at < $2 and ($3::text is null or customer_id = $3)
       group by kind order by kind`,
      [from, to, customerId],
    );
  }
}
