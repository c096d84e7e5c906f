/** What was measured of people's answers in a time gone by, for those who compare it with now: counts and sums, without a word of what the answers were about. */
import type { Database } from '../../../platform/database';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';

export interface AnswerPeriod {
  readonly customerId: string;
  readonly endUserId: string;
  readonly from: Date;
  /** Exclusive. */
  readonly until: Date;
}

/** `person` is the place of the period that was asked about; without answers there is none. */
export interface AnswerSums {
  readonly person: number;
  readonly n: number;
  readonly totalMs: number;
  /** In minor units, for statistics: never summed into money. */
  readonly cost: number;
}

export class AnswerHistory {
  constructor(private readonly database: Database) {}

  /** Answers given while the consent to analytics stood that stands now. Inside the caller's unit of work. */
  answersBefore(periods: readonly AnswerPeriod[]): Promise<AnswerSums[]> {
    return this.database.unitOfWork.sql<AnswerSums>(SUMS, [
      periods.map(({ customerId }) => customerId),
      periods.map(({ endUserId }) => endUserId),
      periods.map(({ from }) => from),
      periods.map(({ until }) => until),
    ]);
  }
}

const SUMS = `
  select (p.place - 1)::int as person, count(*)::float8 as n, sum(i.total_ms) as "totalMs",
         sum(i.cost_exact)::float8 as cost
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
    with ordinality as p(customer_id, end_user_id, since, until, place)
  join inferences i on i.customer_id = p.customer_id and i.end_user_id = p.end_user_id
    and i.created_at >= p.since and i.created_at < p.until
  where ${CONSENT_NOW_SQL('i.customer_id', 'i.end_user_id', ConsentPurpose.ANALYTICS, 'i.created_at')}
  group by p.place`;
