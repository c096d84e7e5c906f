/** What feedback led to, who led to it, and what givers were told, one statement a request each. */
import { type Database, SERVICE } from '../../../platform/database';
import { defineLoader } from '../../../platform/graphql';
import type { FeedbackNotice } from './feedback-notice.entity';

/** Newest first, of each feedback and of each flag or deployment. */
const MOST_NOTICES = 20;
export const MOST_LINKED = 50;

const TARGETS = `select feedback_id as "feedbackId", target_id as "targetId" from feedback_links
  where feedback_id = any($1) order by linked_at, target_id`;

const LINKED = `select asked.id as "targetId", newest.feedback_id as "feedbackId"
  from unnest($1::text[]) as asked (id) cross join lateral (
    select link.feedback_id from feedback_links as link where link.target_id = asked.id
    order by link.feedback_id desc limit ${MOST_LINKED}) as newest`;

const NOTICES = `select newest.* from unnest($1::text[]) as asked (id) cross join lateral (
    select feedback_id as "feedbackId", status, asks, outcome, created_at as "createdAt", told_at as "toldAt"
    from feedback_notices as notice where notice.feedback_id = asked.id
    order by notice.created_at desc, notice.event_id desc limit ${MOST_NOTICES}) as newest`;

interface LinkPlace {
  readonly feedbackId: string;
  readonly targetId: string;
}

export interface FollowUpLoaders {
  readonly targetIdsOfFeedback: ReturnType<typeof defineLoader<string, string[]>>;
  readonly feedbackIdsOfTarget: ReturnType<typeof defineLoader<string, string[]>>;
  /** Of what the caller may see: the statement runs under their own scope. */
  readonly noticesOfFeedback: ReturnType<typeof defineLoader<string, FeedbackNotice[]>>;
}

export function createFollowUpLoaders({ read }: Pick<Database, 'read'>): FollowUpLoaders {
  return {
    targetIdsOfFeedback: defineLoader<string, string[]>(async (ids) => {
      const rows = await read.sql<LinkPlace>(SERVICE, 'feedback.targets', TARGETS, [ids]);
      return ids.map((id) =>
        rows.filter(({ feedbackId }) => feedbackId === id).map(({ targetId }) => targetId),
      );
    }),
    feedbackIdsOfTarget: defineLoader<string, string[]>(async (ids) => {
      const rows = await read.sql<LinkPlace>(SERVICE, 'feedback.linked', LINKED, [ids]);
      return ids.map((id) =>
        rows.filter(({ targetId }) => targetId === id).map(({ feedbackId }) => feedbackId),
      );
    }),
    noticesOfFeedback: defineLoader<string, FeedbackNotice[]>(async (ids, { scope }) => {
      const rows = await read.sql<FeedbackNotice>(scope, 'feedback.notices', NOTICES, [ids]);
      return ids.map((id) => rows.filter(({ feedbackId }) => feedbackId === id));
    }),
  };
}
