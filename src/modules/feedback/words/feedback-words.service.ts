/**
 * What people said in words, for those who look for something in them: as it stands, and never of people who restricted the use of their
 * data. And how such words lean, without them.
 */
import { type Database, SERVICE } from '../../../platform/database';
import { PERSON_OPEN_SQL } from '../../identity';

export interface FeedbackWords {
  readonly customerId: string;
  readonly id: string;
  readonly endUserId: string | null;
  readonly saidAt: Date;
  readonly text: string;
}

export interface FeedbackLeaning {
  readonly feedbackId: string;
  /** Who said it, to count people: an id of a person, or of whoever spoke for nobody else. */
  readonly giver: string;
  /** −1 to 1. */
  readonly score: number;
}

const WORDS = `select customer_id as "customerId", id, end_user_id as "endUserId", created_at as "saidAt", text from feedback
  where text is not null and withdrawn_at is null and ${PERSON_OPEN_SQL('feedback.customer_id', 'feedback.end_user_id')}`;

const IDS_OF_PEOPLE = `select said.id from unnest($1::text[], $2::text[]) as person (customer_id, end_user_id)
  join feedback as said using (customer_id, end_user_id)
  where said.text is not null and said.withdrawn_at is null order by 1`;

const LEANINGS = `select said.id as "feedbackId", said.giver, made.sentiment_score as score
  from feedback_analyses as made join feedback as said on said.customer_id = made.customer_id and said.id = made.feedback_id
  where said.id = any($1) and made.sentiment_score is not null
    and ${PERSON_OPEN_SQL('made.customer_id', 'made.end_user_id')}`;

export class FeedbackWordsService {
  constructor(private readonly database: Pick<Database, 'read' | 'unitOfWork'>) {}

  /** Of these, in the open unit of work: those that still have words. */
  of(ids: readonly string[]): Promise<FeedbackWords[]> {
    return this.database.unitOfWork.sql<FeedbackWords>(`${WORDS} and id = any($1) order by id`, [ids]);
  }

  /** All that these people said in words, in the open unit of work. */
  async idsOf(people: readonly { customerId: string; endUserId: string }[]): Promise<string[]> {
    const rows = await this.database.unitOfWork.sql<{ id: string }>(IDS_OF_PEOPLE, [
      people.map(({ customerId }) => customerId),
      people.map(({ endUserId }) => endUserId),
    ]);
    return rows.map(({ id }) => id);
  }

  /** All that was said in words, by id, so many at a time. */
  async idsAfter(id: string, limit: number): Promise<string[]> {
    const text =
      'select id from feedback where text is not null and withdrawn_at is null and id > $1 order by id limit $2';
    const rows = await this.database.read.sql<{ id: string }>(SERVICE, 'feedback.word-ids', text, [
      id,
      limit,
    ]);
    return rows.map((row) => row.id);
  }

  /** Of those of them that were read by machine. */
  leanings(ids: readonly string[]): Promise<FeedbackLeaning[]> {
    return this.database.read.sql<FeedbackLeaning>(SERVICE, 'feedback.leanings', LEANINGS, [ids]);
  }
}
