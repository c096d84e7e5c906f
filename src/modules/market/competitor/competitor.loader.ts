/** Competitors by their ids, and what was said that names them, newest first: one statement each, for however many. */
import { type Database, SERVICE } from '../../../platform/database';
import { defineLoader, inOrder } from '../../../platform/graphql';
import { PERSON_OPEN_SQL } from '../../identity';
import { Competitor } from './competitor.entity';

/** More is read in the inbox of feedback. */
export const MOST_SHOWN = 25;

const NEWEST = `select asked.id, mention.feedback_id as "feedbackId" from unnest($1::text[]) as asked (id) cross join lateral (
    select feedback_id, said_at from competitor_mentions as own where own.competitor_id = asked.id
      and ${PERSON_OPEN_SQL('own.customer_id', 'own.end_user_id')}
    order by said_at desc, feedback_id desc limit ${MOST_SHOWN}) as mention
  order by asked.id, mention.said_at desc, mention.feedback_id desc`;

export type CompetitorLoaders = ReturnType<typeof createCompetitorLoaders>;

export function createCompetitorLoaders({ read }: Pick<Database, 'read'>) {
  return {
    competitorById: defineLoader<string, Competitor | null>(async (ids, { scope }) =>
      inOrder(ids, await read.list(Competitor, { scope, where: { id: { in: ids } } }), ({ id }) => id),
    ),
    newestFeedbackIds: defineLoader<string, string[]>(async (ids) => {
      const rows = await read.sql<{ id: string; feedbackId: string }>(
        SERVICE,
        'market.newest-mentions',
        NEWEST,
        [ids],
      );
      return ids.map((id) => rows.filter((row) => row.id === id).map(({ feedbackId }) => feedbackId));
    }),
  };
}
