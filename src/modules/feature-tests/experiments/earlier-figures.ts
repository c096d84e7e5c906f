/**
 * What was seen of people before they met a test, for CUPED: kept once, soon after a person's first exposure, so that neither
 * what happens later nor what is forgotten later changes the figures. Where it stands is each module's own business; here it is
 * asked for and added to the test.
 */
import type { Database } from '../../../platform/database';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';
import type { AnswerHistory } from '../../inference';
import { COST, FEEDBACK_SCORE, LATENCY_MS } from './metric-plan';
import type { AnswerFigure } from './observation.repository';

/** A person and a half-open time. */
export interface PersonPeriod {
  readonly customerId: string;
  readonly endUserId: string;
  readonly from: Date;
  readonly until: Date;
}

/** Sums of one metric; `person` is the place of the period that was asked about. Nothing seen = no row. */
export interface PersonSum {
  readonly person: number;
  readonly metric: string;
  readonly n: number;
  readonly sum: number;
}

/** A later module's part: the ratings of people. Inside the caller's unit of work. */
export interface RatingHistory {
  ratings(periods: readonly PersonPeriod[]): Promise<readonly Omit<PersonSum, 'metric'>[]>;
}

interface Newcomer extends PersonPeriod {
  readonly testId: string;
  readonly metrics: readonly string[];
}

export class EarlierFigures {
  private ratings: RatingHistory | undefined;

  constructor(
    private readonly database: Database,
    private readonly answers: AnswerHistory,
  ) {}

  useRatings(ratings: RatingHistory): void {
    this.ratings = ratings;
  }

  /** For people of these answers who have just met a test whose plan asks for it. Inside the caller's unit of work. */
  async keep(figures: readonly AnswerFigure[]): Promise<void> {
    if (figures.length === 0) return;
    const newcomers = await this.database.unitOfWork.sql<Newcomer>(NEWCOMERS, [
      figures.map((figure) => figure.inferenceId),
      figures.map((figure) => figure.customerId),
      figures.map((figure) => figure.createdAt),
    ]);
    if (newcomers.length === 0) return;
    const wanted = (await this.sums(newcomers)).filter(({ person, metric }) =>
      newcomers[person]!.metrics.includes(metric),
    );
    await this.database.unitOfWork.sql(KEEP, [
      newcomers.map(({ customerId }) => customerId),
      newcomers.map(({ testId }) => testId),
      newcomers.map(({ endUserId }) => endUserId),
      wanted.map(({ person }) => person),
      wanted.map(({ metric }) => metric),
      wanted.map(({ n }) => n),
      wanted.map(({ sum }) => sum),
    ]);
  }

  private async sums(newcomers: readonly Newcomer[]): Promise<PersonSum[]> {
    const asked = (...metrics: string[]): boolean =>
      newcomers.some((newcomer) => metrics.some((metric) => newcomer.metrics.includes(metric)));
    const tracked = await this.database.unitOfWork.sql<PersonSum>(TRACKED, [
      newcomers.map(({ customerId }) => customerId),
      newcomers.map(({ endUserId }) => endUserId),
      newcomers.map(({ from }) => from),
      newcomers.map(({ until }) => until),
      [...new Set(newcomers.flatMap(({ metrics }) => metrics))],
    ]);
    const answers = asked(LATENCY_MS, COST) ? await this.answers.answersBefore(newcomers) : [];
    const ratings = asked(FEEDBACK_SCORE) ? ((await this.ratings?.ratings(newcomers)) ?? []) : [];
    return [
      ...tracked,
      ...answers.flatMap(({ person, n, totalMs, cost }) => [
        { person, metric: LATENCY_MS, n, sum: totalMs },
        { person, metric: COST, n, sum: cost },
      ]),
      ...ratings.map((row) => ({ ...row, metric: FEEDBACK_SCORE })),
    ];
  }
}

const NEWCOMERS = `
  select distinct u.customer_id as "customerId", u.end_user_id as "endUserId", u.test_id as "testId",
         u.first_exposed_at - make_interval(days => t.earlier_days) as "from", u.first_exposed_at as until,
         t.metric_names as metrics
  from unnest($1::text[], $2::text[], $3::timestamptz[]) as f(inference_id, customer_id, created_at)
  join feature_test_exposures x using (inference_id, customer_id, created_at)
  join feature_tests t on t.id = x.test_id and t.state = 'RUNNING' and t.earlier_days is not null
  join feature_test_units u on u.customer_id = x.customer_id and u.test_id = x.test_id
    and u.end_user_id = x.end_user_id and not u.earlier_kept
  where ${CONSENT_NOW_SQL('u.customer_id', 'u.end_user_id', ConsentPurpose.ANALYTICS)}
  order by 1, 3, 2`;

/** Events of people without consent were never kept. */
const TRACKED = `
  select (p.place - 1)::int as person, e.name as metric, count(*)::float8 as n, sum(e.value) as sum
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
    with ordinality as p(customer_id, end_user_id, since, until, place)
  join metric_events e on e.customer_id = p.customer_id and e.end_user_id = p.end_user_id
    and e.at >= p.since and e.at < p.until
  where e.name = any($5)
  group by p.place, e.name`;

const KEEP = `
  with people as (
    select * from unnest($1::text[], $2::text[], $3::text[])
      with ordinality as p(customer_id, test_id, end_user_id, place)
  ), kept as (
    insert into feature_test_earlier (customer_id, test_id, end_user_id, metric, n, sum)
    select p.customer_id, p.test_id, p.end_user_id, s.metric, s.n, s.sum
    from unnest($4::int[], $5::text[], $6::float8[], $7::float8[]) as s(person, metric, n, sum)
    join people p on p.place = s.person + 1
    on conflict do nothing
  )
  update feature_test_units u set earlier_kept = true
  from people p
  where u.customer_id = p.customer_id and u.test_id = p.test_id and u.end_user_id = p.end_user_id`;
