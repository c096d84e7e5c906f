/** Topics by id, of feedback, in figures and by example, one statement a request each. For staff: words are of all customers. */
import { type Database, SERVICE } from '../../../platform/database';
import { defineLoader, inOrder } from '../../../platform/graphql';
import { PERSON_OPEN_SQL } from '../../identity';
import { FeedbackTopic } from './feedback-topic.entity';
import type { FeedbackTopicsService } from './topic-figures.service';
import type { FeedbackTopicFigures } from './topic.type';

export const MOST_EXAMPLES = 20;

/** Whoever restricted the use of their data since it was last looked at belongs to none. */
const OPEN = PERSON_OPEN_SQL('made.customer_id', 'made.end_user_id');

const TOPIC_OF = `select feedback_id as "feedbackId", topic_id as "topicId" from feedback_analyses as made
  where feedback_id = any($1) and topic_id is not null and ${OPEN}`;

const NEWEST_OF = `select asked.id as "topicId", newest.feedback_id as "feedbackId"
  from unnest($1::text[]) as asked (id) cross join lateral (
    select made.feedback_id from feedback_analyses as made where made.topic_id = asked.id and ${OPEN}
    order by made.feedback_id desc limit ${MOST_EXAMPLES}) as newest`;

interface Place {
  readonly feedbackId: string;
  readonly topicId: string;
}

/** Of one period, which is the same for all siblings of a query. */
interface AskedFigures {
  readonly topicId: string;
  readonly from: number;
  readonly to: number;
}

export interface TopicLoaders {
  readonly topicById: ReturnType<typeof defineLoader<string, FeedbackTopic | null>>;
  readonly topicIdOfFeedback: ReturnType<typeof defineLoader<string, string | null>>;
  readonly figuresOfTopic: ReturnType<typeof defineLoader<AskedFigures, FeedbackTopicFigures>>;
  readonly newestOfTopic: ReturnType<typeof defineLoader<string, string[]>>;
}

export function createTopicLoaders(
  { read }: Pick<Database, 'read'>,
  topics: Pick<FeedbackTopicsService, 'figures'>,
): TopicLoaders {
  return {
    topicById: defineLoader<string, FeedbackTopic | null>(async (ids) => {
      const rows = await read.list(FeedbackTopic, { scope: SERVICE, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    }),
    topicIdOfFeedback: defineLoader<string, string | null>(async (ids) => {
      const rows = await read.sql<Place>(SERVICE, 'feedback.topic-of', TOPIC_OF, [ids]);
      return inOrder(ids, rows, ({ feedbackId }) => feedbackId).map((row) => row?.topicId ?? null);
    }),
    figuresOfTopic: defineLoader<AskedFigures, FeedbackTopicFigures>(async (asked) => {
      const found = new Map<string, Map<string, FeedbackTopicFigures>>();
      const periods = new Map(asked.map(({ from, to }) => [periodKey({ from, to }), { from, to }]));
      for (const [key, { from, to }] of periods) {
        const ids = asked.filter((one) => periodKey(one) === key).map(({ topicId }) => topicId);
        const figures = await topics.figures(ids, { from: new Date(from), to: new Date(to) });
        found.set(key, new Map(ids.map((id, at) => [id, figures[at]!])));
      }
      return asked.map((one) => found.get(periodKey(one))!.get(one.topicId)!);
    }),
    newestOfTopic: defineLoader<string, string[]>(async (ids) => {
      const rows = await read.sql<Place>(SERVICE, 'feedback.newest-of-topic', NEWEST_OF, [ids]);
      return ids.map((id) =>
        rows.filter(({ topicId }) => topicId === id).map(({ feedbackId }) => feedbackId),
      );
    }),
  };
}

function periodKey({ from, to }: Pick<AskedFigures, 'from' | 'to'>): string {
  return `${from}–${to}`;
}
