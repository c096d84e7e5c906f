/** How what is said changes over time: how much, how its words lean, and how many would recommend the product. Figures, never words. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { PERSON_COUNTS_SQL } from '../../identity';
import { netPromoterScore } from './net-promoter-score';
import { type FeedbackTrendPoint, TrendInterval } from './sentiment.type';

/**
 * The stretch in which an instant lies. Days and weeks (2001 began on a Monday) have one length in UTC, so they are reckoned and not
 * looked up in the calendar, row by row: that took a quarter of the whole statement.
 */
const STRETCH: Readonly<Record<TrendInterval, (instant: string) => string>> = {
  [TrendInterval.DAY]: (instant) => `date_bin('1 day', ${instant}, '2001-01-01Z')`,
  [TrendInterval.WEEK]: (instant) => `date_bin('7 days', ${instant}, '2001-01-01Z')`,
  [TrendInterval.MONTH]: (instant) => `date_trunc('month', ${instant}, 'UTC')`,
};

/**
 * What was said is read once; stretches in which nothing was said come from the series. Ids are everybody's, so what was made of words is
 * found by them alone; it needs no look at its person, for it goes with the words of whoever is forgotten, and who has restricted the use
 * of their data is left out with what they said.
 */
const pointsBy = (interval: TrendInterval): string => `with counted as (
    select ${STRETCH[interval]('said.created_at')} as stretch, count(*)::int as submitted,
      count(*) filter (where made.sentiment_label = 'NEGATIVE')::int as negative,
      count(*) filter (where made.sentiment_label = 'NEUTRAL')::int as neutral,
      count(*) filter (where made.sentiment_label = 'POSITIVE')::int as positive,
      avg(made.sentiment_score) as sentiment,
      count(said.score) filter (where said.kind = 'NPS')::int as answered,
      count(*) filter (where said.kind = 'NPS' and said.score >= 9)::int as promoters,
      count(*) filter (where said.kind = 'NPS' and said.score <= 6)::int as detractors
    from feedback as said left join feedback_analyses as made on made.feedback_id = said.id
    where said.created_at >= $1 and said.created_at < $2 and said.withdrawn_at is null
      and ${PERSON_COUNTS_SQL('said.customer_id', 'said.end_user_id')}
      and ($4::text is null or said.customer_id = $4)
    group by 1
  )
  select to_char(stretch at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "from",
    coalesce(submitted, 0) as submitted, coalesce(negative, 0) as negative, coalesce(neutral, 0) as neutral,
    coalesce(positive, 0) as positive, sentiment as "meanSentiment", coalesce(answered, 0) as answered,
    coalesce(promoters, 0) as promoters, coalesce(detractors, 0) as detractors
  from generate_series(date_trunc($3, $1::timestamptz, 'UTC'), $2::timestamptz - interval '1 microsecond',
      ('1 ' || $3)::interval, 'UTC') as stretch
    left join counted using (stretch) order by stretch`;

type Row = Omit<FeedbackTrendPoint, 'nps'> & {
  readonly answered: number;
  readonly promoters: number;
  readonly detractors: number;
};

export class FeedbackTrendService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** One point a stretch, without gaps, in order. @param customerId null = of all. */
  async points(
    { from, to }: Period,
    interval: TrendInterval,
    customerId: string | null,
  ): Promise<FeedbackTrendPoint[]> {
    const stretch = interval.toLowerCase();
    const values = [from, to, stretch, customerId];
    const { read } = this.database;
    const rows = await read.sql<Row>(SERVICE, `feedback.trend-${stretch}`, pointsBy(interval), values);
    return rows.map(({ answered, promoters, detractors, ...row }) => ({
      ...row,
      nps: netPromoterScore(answered, promoters, detractors),
    }));
  }
}
