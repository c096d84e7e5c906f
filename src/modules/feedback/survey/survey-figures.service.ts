/** What people answered, by customer and in figures alone: for those who fold them by segment and plan. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { PERSON_OPEN_SQL } from '../../identity';
import { SURVEY_MS } from './survey-question';

/** Sums, so that they can be added up. */
export interface SurveyOfCustomer {
  readonly customerId: string;
  /** People who said so, each once, by their last answer of the period that stands. */
  readonly very: number;
  readonly somewhat: number;
  readonly not: number;
  /** How often people were asked in the period, and how often one of them then answered. */
  readonly asked: number;
  readonly responded: number;
}

/** An answer that was taken back was one. */
const SURVEY = `with answers as (
    select distinct on (said.customer_id, said.giver) said.customer_id, said.score from feedback as said
    where said.kind = 'PMF' and said.created_at >= $1 and said.created_at < $2 and said.withdrawn_at is null
      and said.score is not null and ${PERSON_OPEN_SQL('said.customer_id', 'said.end_user_id')}
    order by said.customer_id, said.giver, said.created_at desc
  ), answered as (
    select customer_id, count(*) filter (where score = 3)::int as very, count(*) filter (where score = 2)::int as somewhat,
      count(*) filter (where score = 1)::int as not_at_all from answers group by 1
  ), asked as (
    select ask.customer_id, count(*)::int as asked, count(*) filter (where exists (
      select from feedback as said where said.customer_id = ask.customer_id and said.giver = ask.giver and said.kind = 'PMF'
        and said.created_at >= ask.asked_at and said.created_at < ask.asked_at + $3::float8 * interval '1 millisecond'))::int as responded
    from survey_asks as ask where ask.asked_at >= $1 and ask.asked_at < $2
      and ${PERSON_OPEN_SQL('ask.customer_id', 'ask.end_user_id')} group by 1
  )
  select customer_id as "customerId", coalesce(very, 0) as very, coalesce(somewhat, 0) as somewhat,
    coalesce(not_at_all, 0) as not, coalesce(asked, 0) as asked, coalesce(responded, 0) as responded
  from answered full join asked using (customer_id) order by 1`;

export class SurveyFiguresService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Of every customer whose people were asked or answered in the period. */
  byCustomer({ from, to }: Period): Promise<SurveyOfCustomer[]> {
    return this.database.read.sql<SurveyOfCustomer>(SERVICE, 'feedback.survey', SURVEY, [
      from,
      to,
      SURVEY_MS,
    ]);
  }
}
