/** The words and vectors among which topics are looked for, and the topics that were found. */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import { PERSON_OPEN_SQL } from '../../identity';

const DAY_MS = 86_400_000;
/** What was said longer ago keeps its topic, but makes none. */
const WINDOW_DAYS = 180;
const NEWEST = 10_000;

const SAID = `from feedback_analyses as made join feedback as said
      on said.customer_id = made.customer_id and said.id = made.feedback_id
    where made.embedding is not null and said.withdrawn_at is null and said.created_at >= $2
      and ${PERSON_OPEN_SQL('made.customer_id', 'made.end_user_id')}`;

const POINTS = `select * from (
    select made.customer_id as "customerId", made.feedback_id as id, coalesce(made.end_user_id, said.giver) as person,
      said.text, made.embedding, made.topic_id as "topicId"
    ${SAID} and made.embedding_version_id = $1
    order by made.feedback_id desc limit ${NEWEST}
  ) as newest order by id`;

const LEFT_BEHIND = `select exists (select ${SAID} and made.embedding_version_id <> $1) as "isLeft"`;

const KEEP_TOPICS = `insert into feedback_topics (id, words, size, version, created_at, updated_at)
  select found.id, string_to_array(found.words, ' '), found.size, 1, $1, $1
  from unnest($2::text[], $3::text[], $4::int[]) as found (id, words, size)
  on conflict (id) do update set words = excluded.words, size = excluded.size, updated_at = excluded.updated_at`;

const KEEP_MEMBERS = `update feedback_analyses as made set topic_id = now_in.topic_id
  from unnest($1::text[], $2::text[]) as now_in (feedback_id, topic_id)
  where made.feedback_id = now_in.feedback_id and made.topic_id is distinct from now_in.topic_id`;

export interface SaidPoint {
  readonly customerId: string;
  readonly id: string;
  readonly person: string;
  readonly text: string;
  readonly embedding: Buffer;
  readonly topicId: string | null;
}

export interface FoundTopic {
  /** Null for a new one. */
  readonly topicId: string | null;
  readonly words: readonly string[];
  readonly feedbackIds: readonly string[];
}

export class TopicRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Whether some of the last 180 days lies as another version saw it, and waits to be read by this one. */
  async isLeftBehind(embeddingVersionId: string): Promise<boolean> {
    const values = [embeddingVersionId, this.since()];
    const { read } = this.database;
    const rows = await read.sql<{ isLeft: boolean }>(SERVICE, 'feedback.left-behind', LEFT_BEHIND, values);
    return rows[0]!.isLeft;
  }

  /** The newest 10,000 of the last 180 days that were read by this version, oldest first. */
  points(embeddingVersionId: string): Promise<SaidPoint[]> {
    const values = [embeddingVersionId, this.since()];
    return this.database.read.sql<SaidPoint>(SERVICE, 'feedback.topic-points', POINTS, values);
  }

  /** Topics that are not among them any more are gone, and nothing belongs to them. @param looked all that was looked at. */
  async keep(topics: readonly FoundTopic[], looked: readonly string[]): Promise<void> {
    const now = this.clock.now();
    const kept = topics.map((topic) => ({ ...topic, id: topic.topicId ?? newId('ftp', now) }));
    const topicOf = new Map(
      kept.flatMap(({ id, feedbackIds }) => feedbackIds.map((one) => [one, id] as const)),
    );
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.sql(KEEP_TOPICS, [
        now,
        kept.map(({ id }) => id),
        kept.map(({ words }) => words.join(' ')),
        kept.map(({ feedbackIds }) => feedbackIds.length),
      ]);
      await unitOfWork.sql(KEEP_MEMBERS, [looked, looked.map((id) => topicOf.get(id) ?? null)]);
      await unitOfWork.sql('delete from feedback_topics where not id = any($1)', [kept.map(({ id }) => id)]);
    });
  }

  private since(): Date {
    return new Date(this.clock.millis() - WINDOW_DAYS * DAY_MS);
  }
}
