/**
 * Topics in figures, never in words of a person: how often, by how many, how they lean, and how that grows. For staff, and for whoever
 * maps what customers demand.
 */
import type { Period } from '../../../kernel/period';
import { money } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import { moneyOf } from '../../../platform/graphql';
import { PERSON_OPEN_SQL } from '../../identity';
import { SATISFACTION_SQL } from '../feedback-kind';
import type { MonthlyRevenue } from '../triage/monthly-revenue.service';
import type { FeedbackTopicFigures } from './topic.type';

/** Of fewer people no mean is told: it would be the word of somebody. */
const LEAST_PEOPLE = 5;

/** The calendar of the database ends not far before it. */
const BEGINNING = Date.parse('0001-01-01T00:00:00Z');

const IN = 'said.created_at >= $2 and said.created_at < $3';
const BEFORE = 'said.created_at >= $1 and said.created_at < $2';
const PERSON = `coalesce(said.end_user_id, said.giver)`;
const SATISFACTION = SATISFACTION_SQL('said.kind', 'said.score');

const SAID = `from feedback_analyses as made
    join feedback as said on said.customer_id = made.customer_id and said.id = made.feedback_id
    join feedback_topics as topic on topic.id = made.topic_id
  where said.created_at >= $1 and said.created_at < $3 and said.withdrawn_at is null
    and ${PERSON_OPEN_SQL('made.customer_id', 'made.end_user_id')}`;

const FIGURES = `select made.topic_id as "topicId", count(*) filter (where ${IN})::int as count,
    count(*) filter (where ${BEFORE})::int as before,
    count(distinct ${PERSON}) filter (where ${IN})::int as people,
    avg(made.sentiment_score) filter (where ${IN}) as sentiment,
    count(distinct ${PERSON}) filter (where ${IN} and made.sentiment_score is not null)::int as judged,
    avg(${SATISFACTION}) filter (where ${IN}) as score,
    count(distinct ${PERSON}) filter (where ${IN} and ${SATISFACTION} is not null)::int as raters,
    coalesce(array_agg(distinct made.customer_id) filter (where ${IN}), '{}') as customers
  ${SAID} and made.topic_id = any($4) group by made.topic_id`;

const BY_CUSTOMER = `select made.topic_id as "topicId", coalesce(topic.name, array_to_string(topic.words, ', ')) as label,
    made.customer_id as "customerId", count(*) filter (where ${IN})::int as count,
    count(*) filter (where ${BEFORE})::int as before,
    count(made.sentiment_score) filter (where ${IN})::int as judged,
    count(distinct ${PERSON}) filter (where ${IN} and made.sentiment_score is not null)::int as "judgedPeople",
    coalesce(sum(made.sentiment_score) filter (where ${IN}), 0) as "sentimentSum"
  ${SAID} group by 1, 2, 3 order by 1, 3`;

interface Row {
  readonly topicId: string;
  readonly count: number;
  readonly before: number;
  readonly people: number;
  readonly sentiment: number | null;
  /** Of how many people that is the mean. */
  readonly judged: number;
  readonly score: number | null;
  readonly raters: number;
  readonly customers: readonly string[];
}

const NOTHING: Omit<Row, 'topicId'> = {
  count: 0,
  before: 0,
  people: 0,
  sentiment: null,
  judged: 0,
  score: null,
  raters: 0,
  customers: [],
};

/** How much one customer's people spoke of one topic. Sums, so that they can be added up over a segment. */
export interface TopicOfCustomer {
  readonly topicId: string;
  /** Its name, or its words; empty where neither is known. */
  readonly label: string;
  readonly customerId: string;
  readonly count: number;
  /** In the period before, of the same length. */
  readonly before: number;
  /** How many of `count` have a sentiment, and the sum of these, each from −1 to 1. */
  readonly judged: number;
  readonly sentimentSum: number;
  /** Of how many people these are: a mean of few would be the word of somebody. */
  readonly judgedPeople: number;
}

export class FeedbackTopicsService {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly revenue: Pick<MonthlyRevenue, 'of'>,
  ) {}

  /** Every topic of every customer that spoke of it in the period or in the one before. For the house: it tells who says what. */
  byCustomer(period: Period): Promise<TopicOfCustomer[]> {
    const values = [...instants(period)];
    return this.database.read.sql<TopicOfCustomer>(
      SERVICE,
      'feedback.topics-by-customer',
      BY_CUSTOMER,
      values,
    );
  }

  /** In the order of the topics; two statements however many they are. */
  async figures(topicIds: readonly string[], period: Period): Promise<FeedbackTopicFigures[]> {
    const values = [...instants(period), topicIds];
    const rows = await this.database.read.sql<Row>(SERVICE, 'feedback.topic-figures', FIGURES, values);
    const byTopic = new Map(rows.map((row) => [row.topicId, row]));
    const paid = await this.revenue.of([...new Set(rows.flatMap(({ customers }) => customers))], SERVICE);
    return topicIds.map((id) => {
      const { count, before, people, judged, raters, customers, ...means } = byTopic.get(id) ?? NOTHING;
      const sums = new Map<string, bigint>();
      for (const customer of customers) {
        const { minor, currency } = paid.get(customer) ?? { minor: 0n, currency: '' };
        if (minor > 0n) sums.set(currency, (sums.get(currency) ?? 0n) + minor);
      }
      return {
        count,
        people,
        customers: customers.length,
        sentiment: judged >= LEAST_PEOPLE ? means.sentiment : null,
        score: raters >= LEAST_PEOPLE ? means.score : null,
        monthlyRevenue: [...sums].sort().map(([currency, minor]) => moneyOf(money(minor, currency))),
        before,
        growth: before === 0 ? null : count / before - 1,
      };
    });
  }
}

/** The first instants of the period before and of the period, and the first after it. Before the year 1 nothing was said. */
function instants({ from, to }: Period): [Date, Date, Date] {
  return [new Date(Math.max(2 * from.getTime() - to.getTime(), BEGINNING)), from, to];
}
