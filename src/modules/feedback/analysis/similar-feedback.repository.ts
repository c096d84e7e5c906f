/**
 * Feedback that says much the same: the nearest by cosine among the newest that the caller may see. One statement for all items of a
 * request ranks sketches in the database and hands out a short list for each, whose vectors are then compared exactly.
 * Work: items × 10,000 sketches of 64 bytes, and items × 100 vectors.
 */
import type { Database } from '../../../platform/database';
import type { RequestContext } from '../../../platform/graphql';
import { PERSON_OPEN_SQL } from '../../identity';
import { visibleTo } from '../feedback.loader';
import { cosine, vectorOf } from './embedding';

/** Below it two texts have little in common: of the shipped model related sentences have 0.5 to 0.65, others less than 0.1. */
const LEAST_COSINE = 0.4;
const NEWEST = 10_000;
const SHORT_LIST = 100;
export const MOST_SIMILAR = 20;

const VISIBLE = `($2::text is null or made.customer_id = $2) and ($3::text is null or made.end_user_id = $3)
      and ${PERSON_OPEN_SQL('made.customer_id', 'made.end_user_id')}`;

const NEIGHBOURS = `with asked as (
    select made.feedback_id, made.sketch, made.embedding, made.embedding_version_id
    from feedback_analyses as made where made.feedback_id = any($1) and made.sketch is not null and ${VISIBLE}
  ), known as materialized (
    select made.feedback_id, made.sketch, made.embedding_version_id
    from feedback_analyses as made join feedback as said
      on said.customer_id = made.customer_id and said.id = made.feedback_id
    where made.sketch is not null and said.withdrawn_at is null and said.merged_into_id is null and ${VISIBLE}
    order by made.feedback_id desc limit ${NEWEST}
  )
  select asked.feedback_id as "of", asked.embedding as own, near.feedback_id as id, made.embedding as other
  from asked cross join lateral (
    select known.feedback_id from known
    where known.feedback_id <> asked.feedback_id and known.embedding_version_id = asked.embedding_version_id
    order by bit_count(known.sketch # asked.sketch), known.feedback_id desc limit ${SHORT_LIST}
  ) as near join feedback_analyses as made on made.feedback_id = near.feedback_id`;

interface Pair {
  readonly of: string;
  readonly own: Buffer;
  readonly id: string;
  readonly other: Buffer;
}

export class SimilarFeedbackRepository {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** The ids of the nearest of each, nearest first, at most 20; of what was not read yet none. */
  async nearest(
    ids: readonly string[],
    context: Pick<RequestContext, 'principal' | 'scope'>,
  ): Promise<string[][]> {
    const { customerId = null, endUserId = null } = visibleTo(context);
    const pairs = await this.database.read.sql<Pair>(context.scope, 'feedback.similar', NEIGHBOURS, [
      ids,
      customerId,
      endUserId,
    ]);
    const found = new Map<string, { id: string; likeness: number }[]>(ids.map((id) => [id, []]));
    const vectors = new Map<string, Float32Array>();
    for (const { of, own, id, other } of pairs) {
      if (!vectors.has(of)) vectors.set(of, vectorOf(own));
      const likeness = cosine(vectors.get(of)!, vectorOf(other));
      if (likeness >= LEAST_COSINE) found.get(of)!.push({ id, likeness });
    }
    return ids.map((id) =>
      found
        .get(id)!
        .sort((a, b) => b.likeness - a.likeness)
        .slice(0, MOST_SIMILAR)
        .map((one) => one.id),
    );
  }
}
