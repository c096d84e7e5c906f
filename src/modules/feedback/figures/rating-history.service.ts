/** How people rated answers in a time gone by, for feature tests that compare it with now: counts and sums. */
import type { Database } from '../../../platform/database';
import type { PersonPeriod, RatingHistory } from '../../feature-tests';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';

export class RatingHistoryService implements RatingHistory {
  constructor(private readonly database: Database) {}

  /** Ratings of answers, given while the consent to analytics stood that stands now, and not taken back. */
  ratings(periods: readonly PersonPeriod[]): Promise<{ person: number; n: number; sum: number }[]> {
    return this.database.unitOfWork.sql(RATINGS, [
      periods.map(({ customerId }) => customerId),
      periods.map(({ endUserId }) => endUserId),
      periods.map(({ from }) => from),
      periods.map(({ until }) => until),
    ]);
  }
}

const RATINGS = `
  select (p.place - 1)::int as person, count(*)::float8 as n, sum(f.score) as sum
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
    with ordinality as p(customer_id, end_user_id, since, until, place)
  join feedback f on f.customer_id = p.customer_id and f.end_user_id = p.end_user_id
    and f.created_at >= p.since and f.created_at < p.until
  where f.score is not null and f.inference_id is not null and f.withdrawn_at is null
    and ${CONSENT_NOW_SQL('f.customer_id', 'f.end_user_id', ConsentPurpose.ANALYTICS, 'f.created_at')}
  group by p.place`;
